/** What an auditor asks of a million events in the window, again and again, and how long each answer takes. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../src/main/engine/host.ts';
import type { FilterInput } from '../../src/shared/filter.ts';

export interface Asked {
  readonly engine: Engine;
  readonly snapshot_id: string;
  readonly captured: number;
  readonly dataDir: string;
  readonly figures: Record<string, number>;
}

/** What the window asks at every change of a filter: page and count, seven facets, histogram. */
async function change({ engine, snapshot_id }: Asked, filter: FilterInput): Promise<void> {
  await Promise.all([
    engine.run('event_audit_page_events', { snapshot_id, filter, offset: 0, limit: 200 }),
    engine.run('event_audit_get_facets', { snapshot_id, filter, exclude_own: true }),
    engine.run('event_audit_get_histogram', { snapshot_id, filter }),
  ]);
}

/** Notes the time that 95 of 100 questions take at most, and says on standard error which took longest. */
async function percentile95<T>(
  figures: Record<string, number>,
  name: string,
  questions: readonly T[],
  ask: (question: T) => Promise<unknown>,
): Promise<void> {
  const asked: { readonly question: T; readonly time: number }[] = [];
  for (const question of questions) {
    const started = performance.now();
    await ask(question);
    asked.push({ question, time: performance.now() - started });
  }
  const byTime = asked.toSorted((a, b) => a.time - b.time);
  figures[name] = byTime[Math.ceil(byTime.length * 0.95) - 1]?.time ?? Number.NaN;
  figures[`${name}_median`] = byTime[Math.floor(byTime.length / 2)]?.time ?? Number.NaN;
  const slowest = byTime.slice(-4).map(({ question, time }) => `${JSON.stringify(question)} ${time.toFixed(0)} ms`);
  console.error(`    ${name}: ${figures[name].toFixed(1)}; slowest ${slowest.toReversed().join(', ')}`);
}

export async function askAll(asked: Asked): Promise<void> {
  const { engine, snapshot_id, captured, figures } = asked;
  const started = performance.now();
  // Without an index yet, as in the first seconds behind a capture.
  await engine.run('event_audit_count_events', { snapshot_id, filter: { search: 'budget' } });
  figures['search_unindexed_ms'] = performance.now() - started;
  await indexed(asked);
  const place = (round: number): number => Math.floor(((round * 0.618_033_988_75) % 1) * captured);

  const { facets } = await engine.run('event_audit_get_facets', {
    snapshot_id,
    fields: ['actor', 'action'],
    limit: 40,
  });
  const [actors = [], actions = []] = facets.map(({ values }) => values.map(({ value }) => value));
  const byValue: FilterInput[] = rounds(40).map((round) => {
    const [field, values] = round % 2 === 0 ? (['actor', actors] as const) : (['action', actions] as const);
    return { conditions: [{ field, values: [values[round % Math.max(1, values.length)] ?? ''] }] };
  });
  await percentile95(figures, 'filter_by_value_ms', byValue, (filter) => change(asked, filter));
  const byTime: FilterInput[] = rounds(40).map((round) => ({
    time_from: `2024-0${1 + (round % 9)}-${String(1 + (round % 28)).padStart(2, '0')}`,
  }));
  await percentile95(figures, 'filter_by_time_ms', byTime, (filter) => change(asked, filter));

  const samples = await Promise.all(
    rounds(8).map(async (round) => {
      const { rows } = await engine.run('event_audit_page_events', { snapshot_id, offset: place(round + 1), limit: 1 });
      return rows[0];
    }),
  );
  await percentile95(figures, 'search_ms', needles(samples.map((row) => row?.id ?? '')), (search) =>
    change(asked, { search }),
  );
  await percentile95(figures, 'json_path_ms', PATHS, ([path, value]) => change(asked, { where: [{ path, value }] }));

  await percentile95(figures, 'page_ms', rounds(60), (round) =>
    engine.run('event_audit_page_events', { snapshot_id, offset: place(round), limit: 200 }),
  );
  const views: FilterInput[] = [
    { conditions: [{ field: 'category', values: ['model'] }] },
    { conditions: [{ field: 'category', values: ['no such category'], negate: true }] },
    { search: 'package' },
  ];
  const totals = await Promise.all(
    views.map((filter) => engine.run('event_audit_count_events', { snapshot_id, filter })),
  );
  await percentile95(figures, 'page_of_filtered_ms', rounds(90), (round) => {
    const [filter, total] = [views[round % views.length], totals[round % views.length]?.total ?? 0];
    const offset = Math.floor((place(round) / captured) * total);
    return engine.run('event_audit_page_events', { snapshot_id, filter, offset, limit: 200 });
  });
}

function rounds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, round) => round);
}

/** Ids and parts of them, words rare and frequent, a letter or two, what is nowhere, punctuation, and typing. */
function needles(ids: readonly string[]): readonly string[] {
  const typed = ['package_update', 'öffnungszeiten', 'datensatz 17', 'umwelt'].flatMap((word) =>
    Array.from({ length: word.length }, (_, length) => word.slice(0, length + 1)),
  );
  return [
    ...new Set([
      ...ids.flatMap((id) => [id, id.slice(0, 8), id.slice(9, 18)]),
      'package',
      'Package',
      'dataset.read',
      'resource',
      'active',
      'Verkehr',
      'über',
      'ÜBER',
      'Datensatz 512 über',
      'a',
      'e',
      'q',
      'ß',
      '3f',
      'xq',
      '1',
      '17',
      '2024',
      '2024-03-11',
      'None',
      'budget',
      'zzzzqqq',
      'no such text anywhere',
      '"active"',
      '"title":"Datensatz',
      'say "hi"',
      'C:\\temp',
      '\\',
      ...typed,
    ]),
  ];
}

const PATHS: readonly (readonly [path: string, value: string])[] = [
  ...[5, 111, 222, 333, 444, 555, 666].flatMap((number) => [
    ['result.new.title', `Datensatz ${number} über Öffnungszeiten`] as const,
    ['result.old.title', `Datensatz ${number} über Öffnungszeiten (alt)`] as const,
    ['payload.title', `Datensatz ${number} über Öffnungszeiten`] as const,
  ]),
  ['result.new.state', 'active'],
  ['result.old.state', 'deleted'],
  ['payload.private', 'false'],
  ['payload.tags[0].name', 'umwelt'],
  ['payload.tags[1].name', 'nowhere'],
  ['result.old.name', 'null'],
  ['payload.no.such.path', 'x'],
];

/** Waits until the file of the search index no longer grows. */
async function indexed({ dataDir, figures }: Asked): Promise<void> {
  const started = performance.now();
  let [size, since] = [0, started];
  while (performance.now() - started < 180_000 && (size === 0 || performance.now() - since < 5_000)) {
    await sleep(200);
    const now = sizeOfIndex(dataDir);
    if (now !== size) {
      size = now;
      since = performance.now();
    }
  }
  figures['search_index_ms'] = since - started;
  figures['search_index_mb'] = size / 1e6;
}

function sizeOfIndex(dataDir: string): number {
  const files = readdirSync(join(dataDir, 'captures'), { recursive: true, encoding: 'utf8' });
  const sizes = files
    .filter((name) => name.endsWith('.index'))
    .map((name) => statSync(join(dataDir, 'captures', name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
