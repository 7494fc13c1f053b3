/** The stories of the bundled sample store, found by analysis alone; its generator knows what happened. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrailFindings } from '../../../../src/shared/contract.ts';
import type { EventRow } from '../../../../src/shared/event.ts';
import type { FilterInput } from '../../../../src/shared/filter.ts';
import { testEngine, type TestEngine } from '../../../support/test-engine.ts';

let test: TestEngine;
let snapshot_id = '';
let findings: TrailFindings;

async function rows(filter: FilterInput): Promise<readonly EventRow[]> {
  return (await test.engine.run('event_audit_page_events', { snapshot_id, filter, offset: 0, limit: 1_000 })).rows;
}

async function nameOf(id: string): Promise<string> {
  const { names } = await test.engine.run('event_audit_get_names', { snapshot_id, ids: [id] });
  return names[0]?.best.name ?? id;
}

function finding(code: string): TrailFindings['findings'][number] | undefined {
  return findings.findings.find((each) => each.code === code);
}

beforeAll(async () => {
  test = await testEngine();
  snapshot_id = (await test.capture('demo:')).snapshot_id;
  findings = await test.engine.run('event_audit_get_findings', { snapshot_id, time_zone: 'Europe/Berlin' });
});

afterAll(() => test[Symbol.asyncDispose]());

describe('what is wrong with the sample trail', () => {
  it('is the import of 12 March, as a burst', () => {
    const bursts = finding('burst')?.items ?? [];
    expect(
      bursts.some(({ values: { from, to } }) => String(from) <= '2024-03-12T18:30' && String(to) >= '2024-03-12T19:30'),
    ).toBe(true);
  });

  it('is the harvester that stayed away from 7 to 13 October', () => {
    const missed = finding('routine_missed')?.items ?? [];
    const october = missed.filter(
      ({ values: { from, to } }) => String(from) < '2024-10-07T12' && String(to) > '2024-10-13',
    );
    expect(october.length).toBeGreaterThan(0);
    expect(october.every(({ values: { from } }) => String(from) > '2024-10-05')).toBe(true);
  });

  it('is content that was dropped for its size', async () => {
    const dropped = finding('dropped');
    expect(dropped?.count).toBeGreaterThan(0);
    const shown = await rows(dropped?.filter ?? {});
    expect(shown).toHaveLength(dropped?.count ?? -1);
  });

  it('is nothing that is not in it', () => {
    const codes = findings.findings.map(({ code }) => code);
    for (const code of [
      'rejected',
      'duplicates',
      'repeated_id',
      'repeated_event',
      'future',
      'before_2010',
      'lone_surrogate',
    ]) {
      expect(codes).not.toContain(code);
    }
  });
});

describe('the night of 17 August', () => {
  const deleted: FilterInput = {
    conditions: [
      { field: 'category', values: ['model'] },
      { field: 'action', values: ['deleted'] },
      { field: 'action_object', values: ['Package'] },
    ],
    time_from: '2024-08-17T20:00:00Z',
    time_to: '2024-08-18T04:00:00Z',
  };

  it('has 37 deletions, all most likely by one account', async () => {
    const events = await rows(deleted);
    expect(events).toHaveLength(37);
    const actors = new Set<string>();
    for (const { n } of events) {
      const inference = await test.engine.run('event_audit_infer_actor', { snapshot_id, n });
      expect(inference.grade).toMatch(/strong|likely/);
      actors.add(await nameOf(inference.candidates[0]?.actor ?? ''));
    }
    expect([...actors]).toEqual(['t.brandl']);
  });

  it('lets what was in each dataset be read from its history', async () => {
    const [event] = await rows(deleted);
    if (event === undefined) throw new Error('Nothing was deleted.');
    const history = await test.engine.run('event_audit_get_object_history', {
      snapshot_id,
      object_type: 'Package',
      object_id: event.action_object_id,
      at: '2024-08-17T20:30:00Z',
      related: true,
    });
    const title = history.state.attributes.find(({ name }) => name === 'title');
    expect(title?.value.text).toContain('Vergaben');
    expect(history.state.exists).toBe('yes');
    expect(history.related.map(({ event: { action } }) => action)).toContain('package_delete');
  });
});

describe('the inference over the whole year', () => {
  it('agrees with the request that names the object wherever there is exactly one', async () => {
    const changed = await rows({
      conditions: [
        { field: 'category', values: ['model'] },
        { field: 'action', values: ['changed'] },
        { field: 'action_object', values: ['Package'] },
      ],
    });
    let [judged, right] = [0, 0];
    for (const { n, action_object_id, instant } of changed.filter((_row, index) => index % 25 === 0)) {
      const at = Date.parse(instant);
      const near = await rows({
        conditions: [
          { field: 'category', values: ['api'] },
          { field: 'action', values: ['package_update', 'package_patch', 'package_delete', 'package_create'] },
        ],
        time_from: new Date(at - 5_000).toISOString(),
        time_to: new Date(at + 5_000).toISOString(),
        where: [{ path: 'payload.id', value: action_object_id }],
      });
      const actors = new Set(near.map(({ actor }) => actor));
      if (actors.size !== 1) continue;
      judged += 1;
      const { candidates } = await test.engine.run('event_audit_infer_actor', { snapshot_id, n });
      if (actors.has(candidates[0]?.actor ?? '\0')) right += 1;
    }
    expect(judged).toBeGreaterThan(5);
    expect(right).toBe(judged);
  });
});
