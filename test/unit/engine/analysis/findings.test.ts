/** What is found wrong with a trail, on trails of which the truth is known; and that nothing is found where nothing is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objectHistory } from '../../../../src/main/engine/analysis/object-history.ts';
import { findAll } from '../../../../src/main/engine/analysis/findings/find.ts';
import { SnapshotQuery } from '../../../../src/main/engine/snapshot/query.ts';
import type { Snapshot } from '../../../../src/main/engine/snapshot/snapshot.ts';
import { createRandom } from '../../../../scripts/sample/random.ts';
import type { TrailFinding, TrailFindings } from '../../../../src/shared/contract.ts';
import { capturedHere, captureBatches, positions } from '../../../support/captured.ts';
import { generateEvents } from '../../../support/events.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { testEngine } from '../../../support/test-engine.ts';
import { trailWriter } from '../../../support/trail.ts';

const OPTIONS = { timeZone: 'UTC', again: false };

interface Found {
  readonly answer: TrailFindings;
  readonly snapshot: Snapshot;
  /** By code. */
  readonly of: (code: string) => TrailFinding | undefined;
  /** The events that the finding's filter shows, by position. */
  readonly shown: (code: string) => Promise<readonly number[]>;
}

async function find(records: readonly (string | Uint8Array)[]): Promise<Found> {
  const { snapshot } = await capturedHere(records);
  return found(snapshot);
}

async function found(snapshot: Snapshot): Promise<Found> {
  const answer = await findAll(snapshot, OPTIONS);
  const of = (code: string): TrailFinding | undefined => answer.findings.find((each) => each.code === code);
  const query = new SnapshotQuery(snapshot);
  const shown = async (code: string): Promise<readonly number[]> => {
    const filter = of(code)?.filter;
    if (filter === undefined || filter === null) throw new Error(`“${code}” shows no events.`);
    return (await positions({ query }, filter)).toSorted((a, b) => a - b);
  };
  return { answer, snapshot, of, shown };
}

describe('a trail with nothing wrong', () => {
  it('has no findings, and says what could not be looked for', async () => {
    const { model, api } = trailWriter();
    const { answer } = await find([
      api('08:00', 'package_create', 'u', { name: 'a' }),
      model('08:00:00.1', 'created', 'Package:p', { new: { title: 'A' } }),
      api('09:00', 'package_update', 'u', { id: 'p' }),
      model('09:00:00.1', 'changed', 'Package:p', { new: { title: 'B' }, old: { title: 'A' } }),
      api('09:00:30', 'package_show', 'u', { id: 'p' }),
    ]);
    expect(answer.findings).toEqual([]);
    expect(answer.skipped.map(({ code }) => code).toSorted()).toEqual([
      'burst',
      'out_of_order',
      'silence',
      'write_lag',
    ]);
  });

  it('may be empty', async () => {
    const { answer } = await find([]);
    expect(answer.findings).toEqual([]);
  });

  it('may hold a single event', async () => {
    const { model } = trailWriter();
    const { answer } = await find([model('08:00', 'created', 'Package:p', { new: { title: 'A' } })]);
    expect(answer.findings).toEqual([]);
  });
});

describe('single records', () => {
  it('tells times without an offset, dropped content, and texts that nobody writes so', async () => {
    const { model, other } = trailWriter();
    const { of, shown } = await find([
      model('2024-03-11T08:00:00.123456', 'created', 'Package:a', { new: { title: 'A' } }),
      model('08:01', 'created', 'Package:b', {}, { result: undefined, payload: undefined }),
      model('08:02', 'created', 'Package:c', { new: { title: 'C' } }),
      other('2024-03-11T08:03:00.1234567+00:00', 'note', 'noted'),
      JSON.stringify({ ...JSON.parse(other('08:04', 'note', 'noted')) }).replace(
        '"actor":""',
        String.raw`"actor":"\ud800"`,
      ),
    ]);
    expect(await shown('naive_time')).toEqual([0]);
    expect(await shown('dropped')).toEqual([1]);
    expect(await shown('sub_microsecond')).toEqual([3]);
    expect(await shown('lone_surrogate')).toEqual([4]);
    expect(of('dropped')?.message).toContain('1 event has neither result nor payload');
    // What was dropped is told once, not as a missing state, too.
    expect(of('no_state')).toBeUndefined();
  });

  it('takes a record that lacks only one of the two for what it is', async () => {
    const { model } = trailWriter();
    const { of } = await find([model('08:01', 'created', 'Package:b', { new: { a: 1 } }, { payload: undefined })]);
    expect(of('dropped')).toBeUndefined();
  });

  it('finds "None" as a value in result and payload, and nowhere else', async () => {
    const { model, api } = trailWriter();
    const { shown } = await find([
      model('08:00', 'created', 'Package:a', { new: { url: 'None' } }),
      model('08:01', 'created', 'Package:b', { new: { title: 'None of these' } }),
      model('08:02', 'created', 'Package:c', { new: { None: 'x' } }),
      api('08:03', 'package_update', 'u', { list: ['None'] }),
      api('08:04', 'package_update', 'u', { text: 'say "None", please' }),
      api('08:05', 'package_update', 'None'),
    ]);
    expect(await shown('none_string')).toEqual([0, 3]);
  });

  it('tells model events that say nothing of the state, with when', async () => {
    const { model } = trailWriter();
    const { of, shown } = await find([
      model('08:00', 'created', 'Package:a'),
      model('08:01', 'changed', 'Package:a', { new: {}, old: {} }),
      model('08:02', 'changed', 'Package:a', { new: { a: 1 }, old: { a: null } }),
    ]);
    expect(await shown('no_state')).toEqual([0, 1]);
    expect(of('no_state')?.values).toMatchObject({
      count: 2,
      of: 3,
      first: '2024-03-11T08:00:00.000000Z',
      last: '2024-03-11T08:01:00.000000Z',
    });
  });

  it('tells model events that the extension would not write', async () => {
    const { model } = trailWriter();
    const { of, shown } = await find([
      model('08:00', 'created', 'Package:a', { new: { a: 1 } }),
      model('08:01', 'changed', 'Package:a', { new: { a: 1 } }, { actor: 'somebody' }),
      model('08:02', 'archived', 'Package:a', { new: { a: 1 } }),
      model('08:03', 'changed', 'Package:', { new: { a: 1 } }),
    ]);
    expect(await shown('unusual_model_event')).toEqual([1, 2, 3]);
    expect(of('unusual_model_event')?.items.map(({ values }) => values)).toEqual([
      { why: 'has_actor', count: 1 },
      { why: 'other_action', count: 1 },
      { why: 'no_object', count: 1 },
    ]);
  });

  it('tells times that can’t be', async () => {
    const { other } = trailWriter();
    const { shown } = await find([
      other('1970-01-01T00:00:00+00:00', 'note', 'noted'),
      other('2024-03-11T00:00:00+00:00', 'note', 'noted'),
      other('2150-01-01T00:00:00+00:00', 'note', 'noted'),
    ]);
    expect(await shown('before_2010')).toEqual([0]);
    expect(await shown('future')).toEqual([2]);
  });
});

describe('ids', () => {
  it('keeps records with one id apart: equal ones, and those that differ', async () => {
    const { model } = trailWriter();
    const one = model('08:00', 'created', 'Package:a', { new: { a: 1 } });
    const two = model('08:01', 'created', 'Package:b', { new: { a: 1 } });
    const forged = two.replace('"a":1', '"a":2');
    const { of, shown } = await find([
      one,
      `${one} `,
      two,
      forged,
      model('08:02', 'created', 'Package:c', { new: { a: 1 } }),
    ]);
    expect(await shown('repeated_event')).toEqual([0, 1]);
    expect(await shown('repeated_id')).toEqual([2, 3]);
    expect(of('repeated_id')).toMatchObject({ severity: 'error', unit: 'ids', count: 1 });
    expect(of('repeated_id')?.items[0]?.values).toMatchObject({ id: 'event-0002', records: 2 });
  });
});

describe('the capture', () => {
  it('counts what was set aside by reason, and what the store delivered twice', async () => {
    const { model } = trailWriter();
    const record = Buffer.from(model('08:00', 'created', 'Package:a', { new: { a: 1 } }));
    const values = [record, record, Buffer.from('{"id":1'), Buffer.from('[]')];
    const keys = ['a', 'a', 'b', 'c'].map((key) => Buffer.from(key));
    await using captured = await captureBatches({ kind: 'json', values, keys });
    const { of, answer } = await found(captured.snapshot);
    expect(of('duplicates')).toMatchObject({ count: 1, unit: 'records', filter: null });
    expect(of('rejected')).toMatchObject({ count: 2, severity: 'error', filter: null });
    expect(of('rejected')?.items.reduce((sum, { values: { count } }) => sum + Number(count), 0)).toBe(2);
    // The gravest come first.
    expect(answer.findings[0]?.severity).toBe('error');
  });
});

function momentOf(time: string): number {
  return Date.parse(`2024-03-11T${time}Z`);
}

describe('the time of writing', () => {
  it('tells events that were written hours after they happened, or before, where the store says when', async () => {
    const { model, api } = trailWriter();
    const records: readonly (readonly [string, number])[] = [
      [api('08:00', 'a', 'u'), momentOf('08:00:01')],
      [api('08:10', 'b', 'u'), momentOf('10:05:00')],
      [api('08:20', 'c', 'u'), momentOf('10:20:00.001')],
      [api('08:30', 'd', 'u'), momentOf('08:28:00')],
      [api('2024-03-11T08:40:00', 'e', 'u'), momentOf('14:40:00')],
      [
        model('08:50', 'created', 'Package:p', { new: { text: 'line\nbreak' } }, { actor: 'a\nb' }),
        momentOf('20:50:00'),
      ],
    ];
    await using captured = await captureBatches({
      kind: 'json',
      values: records.map(([record]) => Buffer.from(record)),
      keys: [],
      written: records.map(([, ms]) => ms),
    });
    const { of, shown } = await found(captured.snapshot);
    expect(await shown('write_lag')).toEqual([2, 3, 5]);
    expect(of('write_lag')?.values).toMatchObject({ count: 3, worst_us: 12 * 3_600_000_000 });
    expect(of('write_lag')?.items[0]?.values).toEqual({ id: 'event-0006', lag_us: 12 * 3_600_000_000 });
  });
});

describe('the order of writing', () => {
  it('tells events behind later ones, where a source keeps them in the order in which they were written', async () => {
    const { other } = trailWriter();
    const records = Array.from({ length: 40 }, (_, index) =>
      other(`10:${String(index === 20 ? 5 : index).padStart(2, '0')}`, 'note', 'noted'),
    );
    using folder = createTempDir();
    const path = join(folder.path, 'trail.jsonl');
    writeFileSync(path, `${records.join('\n')}\n`);
    await using test = await testEngine();
    const { snapshot_id } = await test.capture(`file:${path}`);
    const { findings } = await test.engine.run('event_audit_get_findings', { snapshot_id });
    const late = findings.find(({ code }) => code === 'out_of_order');
    expect(late).toMatchObject({ count: 1, severity: 'info' });
    const { rows } = await test.engine.run('event_audit_page_events', {
      snapshot_id,
      filter: late?.filter ?? {},
      offset: 0,
      limit: 10,
    });
    expect(rows.map(({ id }) => id)).toEqual(['event-0021']);
  });
});

describe('changes and requests', () => {
  it('tells changes without any request near, only where requests were tracked before and after', async () => {
    const { model, api } = trailWriter();
    const { shown } = await find([
      model('07:00', 'created', 'Package:a', { new: { a: 1 } }),
      api('08:00', 'package_update', 'u'),
      model('08:00:30', 'created', 'Package:b', { new: { a: 1 } }),
      model('08:30', 'created', 'Package:c', { new: { a: 1 } }),
      model('08:59:10', 'created', 'Package:d', { new: { a: 1 } }),
      api('09:00', 'package_update', 'u'),
      model('10:00', 'created', 'Package:e', { new: { a: 1 } }),
    ]);
    expect(await shown('model_without_request')).toEqual([3]);
  });

  it('does not look for them where no request was tracked', async () => {
    const { model } = trailWriter();
    const { answer } = await find([model('07:00', 'created', 'Package:a', { new: { a: 1 } })]);
    expect(answer.skipped.map(({ code }) => code)).toContain('model_without_request');
  });
});

const CHAIN_CODES = [
  'contradiction',
  'created_twice',
  'changed_after_deletion',
  'deleted_twice',
  'deleted_differs',
  'creation_missing',
] as const;

describe('object histories', () => {
  it('finds in all objects at once exactly what each history tells', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { records, objects } = wildTrail(seed, 240);
      const { snapshot } = await capturedHere(records);
      const all = await found(snapshot);
      const told = new Map<string, number[]>();
      for (const id of objects) {
        const { steps } = await objectHistory(snapshot, {
          type: 'Package',
          id,
          offset: 0,
          limit: 1_000,
          related: false,
        });
        for (const { event, gaps } of steps) {
          for (const { code } of gaps) told.set(code, [...(told.get(code) ?? []), event.n]);
        }
      }
      for (const code of CHAIN_CODES) {
        const expected = (told.get(code) ?? []).toSorted((a, b) => a - b);
        const shown = all.of(code) === undefined ? [] : await all.shown(code);
        expect({ seed, code, shown }).toEqual({ seed, code, shown: expected });
        expect(all.of(code)?.count ?? 0).toBe(expected.length);
      }
    }
  });

  it('names the objects, the worst first, each with a filter of its own', async () => {
    const { model } = trailWriter();
    const { of, snapshot } = await find([
      model('08:00', 'created', 'Package:a', { new: { t: 1 } }),
      model('08:01', 'changed', 'Package:a', { new: { t: 3 }, old: { t: 2 } }),
      model('08:02', 'created', 'Package:b', { new: { t: 1 } }),
      model('08:03', 'changed', 'Package:b', { new: { t: 3 }, old: { t: 2 } }),
      model('08:04', 'changed', 'Package:b', { new: { t: 5 }, old: { t: 4 } }),
    ]);
    const items = of('contradiction')?.items ?? [];
    expect(items.map(({ values }) => [values['action_object_id'], values['count']])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    const [first] = items;
    expect(await positions({ query: new SnapshotQuery(snapshot) }, first?.filter ?? {})).toEqual([3, 4]);
  });
});

describe('asked again', () => {
  it('has the answer at once, and looks anew when that is wanted', async () => {
    const { snapshot } = await capturedHere([...generateEvents(2_000)].map(({ json }) => json));
    const first = await findAll(snapshot, OPTIONS);
    expect(await findAll(snapshot, OPTIONS)).toBe(first);
    const again = await findAll(snapshot, { ...OPTIONS, again: true });
    expect(again).not.toBe(first);
    expect({ ...again, elapsed_ms: 0 }).toEqual({ ...first, elapsed_ms: 0 });
  });

  it('tells each finding as soon as it is there, and nothing after an abort', async () => {
    const { snapshot } = await capturedHere([...generateEvents(2_000)].map(({ json }) => json));
    const told: string[] = [];
    const answer = await findAll(snapshot, {
      ...OPTIONS,
      onProgress: ({ found: some }) => told.push(...some.map(({ code }) => code)),
    });
    expect(told.toSorted()).toEqual(answer.findings.map(({ code }) => code).toSorted());
    const controller = new AbortController();
    controller.abort();
    await expect(findAll(snapshot, { ...OPTIONS, again: true, signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    // What was known before still is.
    expect(await findAll(snapshot, OPTIONS)).toBe(answer);
  });

  it('gives two who ask at once the same answer', async () => {
    const { snapshot } = await capturedHere([...generateEvents(2_000)].map(({ json }) => json));
    const [one, two] = await Promise.all([findAll(snapshot, OPTIONS), findAll(snapshot, OPTIONS)]);
    expect(two).toBe(one);
  });

  it('refuses a zone that does not exist', async () => {
    const { snapshot } = await capturedHere([]);
    await expect(findAll(snapshot, { ...OPTIONS, timeZone: 'Nowhere/Land' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

/** Objects whose events chain, but for some that were lost, forged, repeated, tied, or say nothing. */
function wildTrail(
  seed: number,
  count: number,
): { readonly records: readonly string[]; readonly objects: readonly string[] } {
  const random = createRandom(seed);
  const { model } = trailWriter();
  const objects = Array.from({ length: 20 }, (_, index) => `o${String(index)}`);
  const rows = new Map<string, Record<string, unknown>>();
  const records: string[] = [];
  let second = 0;
  for (let index = 0; index < count; index += 1) {
    const id = random.pick(objects);
    second += random.chance(0.15) ? 0 : random.int(1, 50);
    const at = new Date(Date.UTC(2024, 2, 11) + second * 1_000).toISOString().replace('.000Z', '+00:00');
    const row = rows.get(id);
    const next = {
      title: `t${String(random.int(1, 6))}`,
      notes: random.chance(0.3) ? 'None' : `n${String(random.int(1, 3))}`,
      size: random.int(1, 3),
      tags: random.chance(0.5) ? ['a', 'b'] : [],
    };
    const action = row === undefined ? 'created' : random.chance(0.15) ? 'deleted' : 'changed';
    const old =
      row === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(row).map(([key, value]) => [
              key,
              random.chance(0.3) ? null : random.chance(0.04) ? 'forged' : value,
            ]),
          );
    const said = action === 'deleted' ? { new: random.chance(0.1) ? next : row } : { new: next, ...(old && { old }) };
    const odd = random.next();
    const written = odd < 0.06 ? random.pick(['created', 'changed', 'deleted']) : action;
    const record = model(at, written, `Package:${id}`, odd > 0.93 ? {} : said);
    if (action === 'deleted') rows.delete(id);
    else rows.set(id, next);
    // Some are lost, some are there twice.
    if (random.chance(0.06)) continue;
    records.push(record);
    if (random.chance(0.05)) records.push(`${record} `);
  }
  return { records, objects };
}
