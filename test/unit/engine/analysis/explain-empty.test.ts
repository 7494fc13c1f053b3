/** Why a filter leaves nothing: what each part excludes, and what would be there without it. */
import { describe, expect, it } from 'vitest';
import { explainEmpty } from '../../../../src/main/engine/analysis/explain-empty.ts';
import { listPaths } from '../../../../src/main/engine/analysis/list-paths.ts';
import { pathValues } from '../../../../src/main/engine/analysis/path-values.ts';
import { SnapshotQuery } from '../../../../src/main/engine/snapshot/query.ts';
import { DEFAULT_SORT } from '../../../../src/shared/filter.ts';
import { capturedHere, filterOf } from '../../../support/captured.ts';
import { generateEvents } from '../../../support/events.ts';
import { trailWriter } from '../../../support/trail.ts';

function small(): readonly string[] {
  const { api } = trailWriter();
  return [
    api('08:00', 'package_create', 'u', { title: 'Wahlen' }),
    api('08:01', 'package_update', 'u', { title: 'Haushalt' }),
    api('08:02', 'package_update', 'v', { title: 'Haushalt' }),
    api('09:00', 'package_delete', 'w', {}),
  ];
}

describe('an empty view', () => {
  it('is explained part by part, the one that excludes most first', async () => {
    const { snapshot } = await capturedHere(small());
    const told = await explainEmpty(
      snapshot,
      filterOf({
        conditions: [
          { field: 'category', values: ['api'] },
          { field: 'action', values: ['package_update'] },
          { field: 'actor', values: ['w'] },
        ],
      }),
    );
    expect(told).toMatchObject({ total: 0, all: 4 });
    expect(told.parts.map(({ part, without, alone }) => [part, without, alone])).toEqual([
      [{ kind: 'condition', index: 2 }, 2, 1],
      [{ kind: 'condition', index: 1 }, 1, 2],
      [{ kind: 'condition', index: 0 }, 0, 4],
    ]);
    expect(told.parts[0]?.filter.conditions.map(({ field }) => field)).toEqual(['category', 'action']);
  });

  it('names every kind of part, and the count without it is the one its filter gives', async () => {
    const records = [...generateEvents(3_000, { seed: 2 })].map(({ json }) => json);
    const { snapshot } = await capturedHere(records);
    const filter = filterOf({
      conditions: [{ field: 'category', values: ['model'], negate: true }],
      where: [{ path: 'payload.private', value: 'false' }],
      search: 'zzz-nowhere',
      time_from: '2024-02-01',
      time_to: '2024-03-01',
      time_zone: 'Europe/Berlin',
      sources: ['batches:'],
    });
    const { parts, total } = await explainEmpty(snapshot, filter);
    expect(total).toBe(0);
    expect(parts.map(({ part }) => part.kind).toSorted()).toEqual(['condition', 'search', 'sources', 'time', 'where']);
    expect(parts[0]?.part.kind).toBe('search');
    const query = new SnapshotQuery(snapshot);
    for (const { without, filter: rest } of parts) {
      const page = await query.page({ filter: rest, sort: DEFAULT_SORT }, 0, 1);
      expect(page.total).toBe(without);
    }
  });

  it('with one condition needs no counting: without it, everything is left', async () => {
    const { snapshot } = await capturedHere(small());
    const { parts } = await explainEmpty(snapshot, filterOf({ search: 'nowhere' }));
    expect(parts).toMatchObject([{ part: { kind: 'search' }, without: 4, alone: 0 }]);
  });

  it('tells that no single part is to blame', async () => {
    const { snapshot } = await capturedHere(small());
    const { parts } = await explainEmpty(
      snapshot,
      filterOf({ search: 'nowhere', conditions: [{ field: 'actor', values: ['nobody'] }] }),
    );
    expect(parts.map(({ without }) => without)).toEqual([0, 0]);
  });

  it('has no parts without a filter', async () => {
    const { snapshot } = await capturedHere([]);
    expect(await explainEmpty(snapshot, filterOf())).toMatchObject({ total: 0, all: 0, parts: [] });
  });
});

function record(id: string, payload: string): string {
  return `{"id":"${id}","category":"api","action":"a","actor":"","action_object":"","action_object_id":"","target_type":"","target_id":"","timestamp":"2024-03-11T08:00:00+00:00","result":{},"payload":${payload}}`;
}

describe('JSON paths', () => {
  it('are listed with how often they occur and an example', async () => {
    const { snapshot } = await capturedHere(small());
    const told = await listPaths(snapshot, filterOf());
    expect(told).toMatchObject({ total: 4, looked_at: 4, sampled: false, more_paths: 0 });
    expect(told.paths).toEqual([
      { path: 'payload.title', count: 3, kinds: ['string'], example: { text: 'Wahlen', cut: false } },
    ]);
  });

  it('of very many events are those of a sample, which is said', async () => {
    const { snapshot } = await capturedHere([...generateEvents(12_000, { seed: 6 })].map(({ json }) => json));
    const told = await listPaths(snapshot, filterOf());
    expect(told.sampled).toBe(true);
    expect(told.looked_at).toBeLessThanOrEqual(4_000);
    expect(told.paths.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['result.new.title', 'payload.tags.0.name']),
    );
  });

  it('give values exactly as they were written, in the order asked for', async () => {
    const { snapshot } = await capturedHere([
      record('a', String.raw`{"n":12345678901234567890.10,"t":"\u00e9","list":[ 1, {"x":null}],"":{"a.b":1}}`),
      record('b', '{"n":1e400}'),
    ]);
    const paths = ['payload.n', 'payload.t', 'payload.list.1.x', 'payload.nothing', 'result'];
    const { rows } = await pathValues(snapshot, [1, 0, 99], paths, 500);
    expect(rows).toEqual([
      { n: 1, values: [{ text: '1e400', cut: false }, null, null, null, { text: '{}', cut: false }] },
      {
        n: 0,
        values: [
          { text: '12345678901234567890.10', cut: false },
          { text: String.raw`"\u00e9"`, cut: false },
          { text: 'null', cut: false },
          null,
          { text: '{}', cut: false },
        ],
      },
    ]);
  });

  it('give long values shortened, never with half a character', async () => {
    const { api } = trailWriter();
    const { snapshot } = await capturedHere([api('08:00', 'a', 'u', { t: '😀'.repeat(100) })]);
    const { rows } = await pathValues(snapshot, [0], ['payload.t'], 10);
    expect(rows[0]?.values[0]).toEqual({ text: `"${'😀'.repeat(4)}`, cut: true });
    await expect(pathValues(snapshot, [0], ['elsewhere.t'], 10)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
