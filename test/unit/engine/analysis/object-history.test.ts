/** What an object's history tells: what each event changed, where the trail does not hold together, the state at a moment. */
import { describe, expect, it } from 'vitest';
import { objectHistory, type HistoryOptions } from '../../../../src/main/engine/analysis/object-history.ts';
import type { ObjectHistory } from '../../../../src/shared/contract.ts';
import { capturedHere } from '../../../support/captured.ts';
import { trailWriter } from '../../../support/trail.ts';

const ALL = { offset: 0, limit: 1_000, related: false };

async function history(records: readonly string[], options: Partial<HistoryOptions> = {}): Promise<ObjectHistory> {
  const { snapshot } = await capturedHere(records);
  return objectHistory(snapshot, { type: 'Package', id: 'p', ...ALL, ...options });
}

function codes({ steps }: ObjectHistory): readonly (readonly string[])[] {
  return steps.map(({ gaps }) => gaps.map(({ code }) => code));
}

function state({ state: { attributes } }: ObjectHistory): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ name, value, certain }) => [name, `${value.text}${certain ? '' : '?'}`]));
}

describe('a history that holds together', () => {
  it('tells what each event changed, and no gap', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'Old', state: 'draft' } }),
      model('09:00', 'changed', 'Package:p', {
        new: { title: 'New', state: 'active' },
        old: { title: 'Old', state: 'draft' },
      }),
      model('10:00', 'deleted', 'Package:p', { new: { title: 'New', state: 'active' } }),
    ]);
    expect(codes(told)).toEqual([[], [], []]);
    expect(told.gaps).toEqual({});
    expect(told.steps.map(({ kind }) => kind)).toEqual(['created', 'changed', 'deleted']);
    expect(told.steps[1]?.changes.map(({ name, before, after }) => [name, before.text, after?.text])).toEqual([
      ['title', '"Old"', '"New"'],
      ['state', '"draft"', '"active"'],
    ]);
    expect(told.state.exists).toBe('no');
  });

  it('takes values that are spelt differently as the same', async () => {
    const records = [
      '{"id":"1","category":"model","action":"created","actor":"","action_object":"Package","action_object_id":"p","target_type":"","target_id":"","timestamp":"2024-03-11T08:00:00+00:00","result":{"new":{"title":"\\u00e9","n":1.0,"list":[1, 2]}},"payload":{}}',
      '{"id":"2","category":"model","action":"changed","actor":"","action_object":"Package","action_object_id":"p","target_type":"","target_id":"","timestamp":"2024-03-11T09:00:00+00:00","result":{"new":{"title":"b","n":1,"list":[1,2]},"old":{"title":"é","n":1,"list":[1,2]}},"payload":{}}',
    ];
    const told = await history(records);
    expect(codes(told)).toEqual([[], []]);
    expect(told.steps[1]?.changes.map(({ name }) => name)).toEqual(['title']);
  });

  it('may end with a creation anew after a deletion', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'deleted', 'Package:p', { new: { title: 'A' } }),
      model('10:00', 'created', 'Package:p', { new: { title: 'B' } }),
    ]);
    expect(codes(told)).toEqual([[], [], []]);
    expect(state(told)).toEqual({ title: '"B"' });
  });

  it('is not mixed up with another object of the same id or a longer type name', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'deleted', 'PackageExtra:p', { new: { title: 'X' } }),
      model('10:00', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: 'A' } }),
    ]);
    expect(told.total).toBe(2);
    expect(codes(told)).toEqual([[], []]);
  });
});

describe('unknown old values', () => {
  it('are unknown, not null: the attribute was not loaded', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('09:00', 'changed', 'Package:p', {
        new: { title: 'New', notes: 'n', url: 'None' },
        old: { title: 'Old', notes: null, url: null },
      }),
    ]);
    expect(told.steps[0]?.changes.map(({ name }) => name)).toEqual(['title']);
    expect(told.steps[0]?.unknown_before).toBe(2);
    expect(codes(told)).toEqual([['creation_missing']]);
  });

  it('are taken from the event before where that told them, and it is said so', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A', notes: 'first' } }),
      model('09:00', 'changed', 'Package:p', {
        new: { title: 'B', notes: 'second' },
        old: { title: 'A', notes: null },
      }),
    ]);
    expect(told.steps[1]?.changes.map(({ name, before_from }) => [name, before_from])).toEqual([
      ['title', 'old'],
      ['notes', 'previous'],
    ]);
    expect(told.steps[1]?.unknown_before).toBe(0);
  });

  it('contradict nothing', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: null } }),
    ]);
    expect(codes(told)).toEqual([[], []]);
  });

  it('keep "None" apart from null: it is a value', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { url: 'None' } }),
      model('09:00', 'changed', 'Package:p', { new: { url: 'https://a.example' }, old: { url: 'None' } }),
      model('10:00', 'changed', 'Package:p', { new: { url: 'None' }, old: { url: 'https://b.example' } }),
    ]);
    expect(codes(told)).toEqual([[], [], ['contradiction']]);
    expect(told.steps[1]?.changes[0]?.before.text).toBe('"None"');
  });
});

describe('gaps', () => {
  it('names what should have been and what was when something changed without an event', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A', state: 'active' } }),
      model('09:00', 'changed', 'Package:p', {
        new: { title: 'C', state: 'active' },
        old: { title: 'B', state: 'active' },
      }),
    ]);
    expect(told.gaps).toEqual({ contradiction: 1 });
    expect(told.steps[1]?.gaps[0]).toMatchObject({
      after_n: 0,
      attributes: [{ name: 'title', expected: { text: '"A"' }, found: { text: '"B"' } }],
      more_attributes: 0,
    });
  });

  it('sees a deleted row whose state, under new, is not the last one', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'deleted', 'Package:p', { new: { title: 'Z' } }),
    ]);
    expect(codes(told)).toEqual([[], ['deleted_differs']]);
  });

  it('sees what no object can go through', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('10:00', 'deleted', 'Package:p', { new: { title: 'A' } }),
      model('11:00', 'deleted', 'Package:p', { new: { title: 'A' } }),
      model('12:00', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: 'A' } }),
    ]);
    expect(codes(told)).toEqual([[], ['created_twice'], [], ['deleted_twice'], ['changed_after_deletion']]);
  });

  it('says when an event tells no state, or one that can’t be read', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'changed', 'Package:p'),
      model('10:00', 'changed', 'Package:p', { new: 'a text', old: 7 }),
      model('11:00', 'changed', 'Package:p', { new: {}, old: {} }),
      model('12:00', 'changed', 'Package:p', {}, { result: undefined, payload: undefined }),
    ]);
    expect(codes(told)).toEqual([[], ['state_missing'], ['state_unreadable'], ['state_missing'], ['state_missing']]);
  });

  it('claims nothing about what an event that told no state may have changed', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'changed', 'Package:p'),
      model('10:00', 'changed', 'Package:p', { new: { title: 'C' }, old: { title: 'B' } }),
    ]);
    expect(codes(told)).toEqual([[], ['state_missing'], []]);
  });

  it('claims no order between events of one instant', async () => {
    const { model } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'changed', 'Package:p', { new: { title: 'C' }, old: { title: 'B' } }),
      model('09:00', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: 'A' } }),
    ]);
    expect(codes(told)).toEqual([[], [], []]);
    expect(told.steps.map(({ same_instant }) => same_instant)).toEqual([false, true, true]);
  });

  it('counts records of one event once', async () => {
    const { model } = trailWriter();
    const created = model('08:00', 'created', 'Package:p', { new: { title: 'A' } });
    const told = await history([created, `${created} `]);
    expect(told.total).toBe(1);
    expect(codes(told)).toEqual([[]]);
    expect(told.steps[0]?.copies).toHaveLength(1);
  });
});

function trail(): readonly string[] {
  const { model } = trailWriter();
  return [
    model('08:00', 'changed', 'Package:p', { new: { title: 'B', notes: 'x' }, old: { title: 'A', notes: null } }),
    model('09:00', 'changed', 'Package:p'),
    model('10:00', 'changed', 'Package:p', { new: { title: 'D', notes: 'y' }, old: { title: 'C', notes: null } }),
    model('11:00', 'deleted', 'Package:p', { new: { title: 'D', notes: 'y' } }),
  ];
}

describe('the state at a moment', () => {
  it('before the first event is what the first event says of it', async () => {
    const told = await history(trail(), { at: '2024-03-11T07:00:00Z' });
    expect(told.state).toMatchObject({ n: null, instant: null, exists: 'yes' });
    expect(state(told)).toEqual({ title: '"A"' });
  });

  it('is completed by what the next event says of the one before', async () => {
    const told = await history(trail(), { at: '2024-03-11T09:30:00Z' });
    expect(state(told)).toEqual({ title: '"C"', notes: '"x"?' });
  });

  it('includes the event of that very instant', async () => {
    const told = await history(trail(), { at: '2024-03-11T10:00:00Z' });
    expect(state(told)).toEqual({ title: '"D"', notes: '"y"' });
    expect(told.state.exists).toBe('yes');
  });

  it('is read in the zone that is named when the time has no offset', async () => {
    const told = await history(trail(), { at: '2024-03-11T11:00', timeZone: 'Europe/Berlin' });
    expect(state(told)['title']).toBe('"D"');
    const before = await history(trail(), { at: '2024-03-11T10:59', timeZone: 'Europe/Berlin' });
    expect(state(before)['title']).toBe('"C"');
  });

  it('after a chosen event, by its position', async () => {
    const told = await history(trail(), { atN: 0 });
    expect(told.state.n).toBe(0);
    expect(state(told)).toEqual({ title: '"B"', notes: '"x"' });
  });

  it('before a deletion is what the deletion says was deleted', async () => {
    const { model } = trailWriter();
    const records = [
      model('08:00', 'changed', 'Package:p'),
      model('09:00', 'deleted', 'Package:p', { new: { title: 'A', notes: 'n' } }),
    ];
    const told = await history(records, { at: '2024-03-11T08:30:00Z' });
    expect(state(told)).toEqual({ title: '"A"', notes: '"n"' });
    expect(state(await history(records.slice(1), { at: '2024-03-11T08:30:00Z' }))).toEqual({
      title: '"A"',
      notes: '"n"',
    });
  });

  it('does not exist before its creation nor after its deletion', async () => {
    const { model } = trailWriter();
    const records = [
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'deleted', 'Package:p', { new: { title: 'A' } }),
    ];
    expect((await history(records, { at: '2024-03-11T07:59:59.999999Z' })).state.exists).toBe('no');
    expect((await history(records, { at: '2024-03-11T08:00:00Z' })).state.exists).toBe('yes');
    expect((await history(records, { at: '2024-03-11T09:00:00Z' })).state.exists).toBe('no');
  });

  it('refuses a position that is none of its events', async () => {
    await expect(history(trail(), { atN: 77 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what else touches the object', () => {
  it('finds requests that name it by id or by a name it had, and notes whose target it is', async () => {
    const { model, api, other } = trailWriter();
    const told = await history(
      [
        model('08:00', 'created', 'Package:p-1', { new: { name: 'wahlen-2023' } }),
        api('08:01', 'package_patch', 'u', { id: 'p-1' }),
        model('08:01:01', 'changed', 'Package:p-1', { new: { name: 'wahlen-2024' }, old: { name: 'wahlen-2023' } }),
        api('08:02', 'package_update', 'u', { id: 'wahlen-2023' }),
        api('08:03', 'resource_create', 'u', { nested: { package_id: 'p-1' } }),
        api('08:04', 'user_update', 'u', { about: 'wahlen-2024' }),
        other('08:05', 'approval', 'granted', { target_type: 'Package', target_id: 'p-1' }),
        api('08:06', 'package_patch', 'u', { id: 'p-10' }),
      ],
      { id: 'p-1', related: true },
    );
    expect(told.related.map(({ event, matches }) => [event.action, matches[0]?.code])).toEqual([
      ['package_patch', 'payload_id'],
      ['package_update', 'payload_name'],
      ['resource_create', 'payload_value'],
      ['granted', 'target'],
    ]);
  });

  it('lists events on the object that are no model events among its steps', async () => {
    const { model, other } = trailWriter();
    const told = await history([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      other('08:30', 'view', 'dataset.read', { actor: 'u', action_object: 'Package', action_object_id: 'p' }),
      model('09:00', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: 'A' } }),
    ]);
    expect(told.steps.map(({ kind }) => kind)).toEqual(['created', 'other', 'changed']);
    expect(codes(told)).toEqual([[], [], []]);
  });
});

describe('a long history', () => {
  it('is told a stretch at a time, with the gaps and the state of the whole', async () => {
    const { model } = trailWriter();
    const records = Array.from({ length: 60 }, (_, index) =>
      model(
        `10:${String(index).padStart(2, '0')}`,
        index === 0 ? 'created' : 'changed',
        'Package:p',
        index === 0 ? { new: { count: 0 } } : { new: { count: index }, old: { count: index === 40 ? -1 : index - 1 } },
      ),
    );
    const told = await history(records, { offset: 50, limit: 5 });
    expect(told.steps.map(({ event }) => event.n)).toEqual([50, 51, 52, 53, 54]);
    expect(told.total).toBe(60);
    expect(told.gaps).toEqual({ contradiction: 1 });
    expect(state(told)).toEqual({ count: '59' });
  });
});
