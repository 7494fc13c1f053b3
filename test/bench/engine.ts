/**
 * Captures a source, then does what is asked with the snapshot, and prints one JSON object of figures. Arguments: the
 * source's URL, then any of `ask` (what the window asks), `sort`, `save`, `export:FORMAT`. A password comes in BENCH_PASSWORD.
 * Each step's peak of resident memory is of the whole process.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../src/main/engine/host.ts';
import { exportFormatSchema } from '../../src/shared/contract-schemas.ts';
import { forgetPeak, peakMegabytes } from './peak-memory.ts';
import { askAll } from './questions.ts';

const [url = 'demo:', ...steps] = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'event-audit-bench-'));
const engine = await startEngine({ dataDir, resourcesDir: join(import.meta.dirname, '../../resources') });
const figures: Record<string, number> = {};

/** Says how long a step took and how much memory the process had at most meanwhile. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  forgetPeak();
  const started = performance.now();
  const result = await work();
  figures[`${name}_seconds`] = (performance.now() - started) / 1_000;
  figures[`${name}_peak_mb`] = peakMegabytes();
  return result;
}

async function capture(): Promise<{ snapshot_id: string; captured: number }> {
  const password = process.env['BENCH_PASSWORD'];
  const source = { url, ...(password === undefined ? {} : { secrets: { password } }) };
  const started = performance.now();
  let read = 0;
  let first: Promise<void> | undefined;
  // The first rows count when a page of them was answered, not when they could be.
  const firstPage = async (snapshot_id: string): Promise<void> => {
    const { rows } = await engine.run('event_audit_page_events', { snapshot_id, offset: 0, limit: 200 });
    if (rows.length === 0) throw new Error('There were to be rows, and were none.');
    figures['first_rows_ms'] = performance.now() - started;
    figures['first_rows_read'] = read;
  };
  const status = await engine.run('event_audit_capture_source', source, {
    onProgress: (progress) => {
      read = progress.read;
      if (progress.revision > 0) first ??= firstPage(progress.snapshot_id);
    },
  });
  await first;
  figures['captured'] = status.captured;
  return status;
}

async function doStep(name: string, snapshot_id: string, captured: number): Promise<void> {
  if (name === 'ask') return askAll({ engine, snapshot_id, captured, dataDir, figures });
  if (name === 'sort') {
    const sort = { field: 'id' } as const;
    await engine.run('event_audit_page_events', { snapshot_id, sort, offset: Math.floor(captured / 2), limit: 200 });
  } else if (name === 'save') {
    const path = join(dataDir, 'saved.duckdb');
    await engine.run('event_audit_save_snapshot', { snapshot_id, path, passphrase: 'correct horse battery' });
    rmSync(path);
  } else {
    const format = exportFormatSchema.parse(name.replace(/^export:/, ''));
    const output = join(dataDir, `out.${format}`);
    await engine.run('event_audit_export', { snapshot_id, format, output });
    figures[`${name}_mb`] = statSync(output).size / 1e6;
    rmSync(output);
  }
}

try {
  const { snapshot_id, captured } = await step('capture', capture);
  for (const name of steps) await step(name, () => doStep(name, snapshot_id, captured));
  process.stdout.write(JSON.stringify(figures));
} finally {
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
}
