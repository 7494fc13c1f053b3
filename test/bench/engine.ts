/**
 * Captures a source, then asks what the window asks. Prints one JSON object of figures.
 * Arguments: the source's URL; `capture` when nothing is to be asked. A password comes in BENCH_PASSWORD.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../src/main/engine/host.ts';
import type { FilterInput } from '../../src/shared/filter.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'event-audit-bench-'));
const engine = await startEngine({ dataDir, resourcesDir: join(import.meta.dirname, '../../resources') });
const figures: Record<string, number> = {};

async function percentile95(name: string, rounds: number, ask: (round: number) => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await ask(round);
    times.push(performance.now() - started);
  }
  figures[name] = times.toSorted((a, b) => a - b)[Math.ceil(rounds * 0.95) - 1] ?? Number.NaN;
}

function any(values: readonly string[], round: number): string {
  return values[round % Math.max(1, values.length)] ?? '';
}

try {
  const password = process.env['BENCH_PASSWORD'];
  const source = { url: process.argv[2] ?? 'demo:', ...(password === undefined ? {} : { secrets: { password } }) };
  const started = performance.now();
  let firstRows: number | undefined;
  const status = await engine.run('event_audit_capture_source', source, {
    onProgress: ({ revision, read }) => {
      if (revision === 0 || firstRows !== undefined) return;
      firstRows = read;
      figures['first_rows_ms'] = performance.now() - started;
    },
  });
  const { snapshot_id, captured } = status;
  figures['capture_rate'] = captured / ((performance.now() - started) / 1_000);
  figures['captured'] = captured;
  figures['first_rows_read'] = firstRows ?? Number.NaN;
  figures['capture_peak_mb'] = process.resourceUsage().maxRSS / 1_000;

  if (process.argv[3] !== 'capture') await askAll(snapshot_id, captured);
  figures['peak_mb'] = process.resourceUsage().maxRSS / 1_000;
  process.stdout.write(JSON.stringify(figures));
} finally {
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function askAll(snapshot_id: string, captured: number): Promise<void> {
  const { facets } = await engine.run('event_audit_get_facets', {
    snapshot_id,
    fields: ['actor', 'action'],
    limit: 40,
  });
  const actors = facets[0]?.values.map(({ value }) => value) ?? [];
  const actions = facets[1]?.values.map(({ value }) => value) ?? [];
  const change = (filter: FilterInput): Promise<unknown> =>
    Promise.all([
      engine.run('event_audit_page_events', { snapshot_id, filter, offset: 0, limit: 200 }),
      engine.run('event_audit_get_facets', { snapshot_id, filter, exclude_own: true }),
      engine.run('event_audit_get_histogram', { snapshot_id, filter }),
    ]);
  await percentile95('filter_by_value_ms', 40, (round) =>
    change({
      conditions: [
        { field: round % 2 === 0 ? 'actor' : 'action', values: [any(round % 2 === 0 ? actors : actions, round)] },
      ],
    }),
  );
  await percentile95('filter_by_time_ms', 40, (round) =>
    change({ time_from: `2024-0${1 + (round % 9)}-${String(1 + (round % 28)).padStart(2, '0')}` }),
  );
  await percentile95('search_ms', 10, (round) =>
    engine.run('event_audit_count_events', { snapshot_id, filter: { search: `budget ${round}` } }),
  );
  const dense: FilterInput = { conditions: [{ field: 'category', values: ['no such category'], negate: true }] };
  const place = (round: number): number => Math.floor(((round * 0.618_033_988_75) % 1) * captured);
  await percentile95('page_ms', 60, (round) =>
    engine.run('event_audit_page_events', { snapshot_id, offset: place(round), limit: 200 }),
  );
  await percentile95('page_of_filtered_ms', 60, (round) =>
    engine.run('event_audit_page_events', { snapshot_id, filter: dense, offset: place(round), limit: 200 }),
  );
}
