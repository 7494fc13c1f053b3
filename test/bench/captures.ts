/** Measures captures of generated events from each kind of store, each beside its peer and in a process of its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fillPostgres } from '../support/postgres-fill.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import type { Measured } from './measure.ts';
import { megabytes, rate, times, type Table } from './table.ts';

export interface Bench {
  /** Runs a program of this folder, or any other, with Node.js. */
  readonly node: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Measured>;
  readonly here: (name: string) => string;
  readonly table: Table;
  /** For what is generated. */
  readonly folder: string;
}

export type Figure = (name: string) => number;

const figuresSchema = z.record(z.string(), z.number());

/** Captures a source and takes some steps with the snapshot; see engine.ts. */
export async function captured(
  bench: Bench,
  url: string,
  steps: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Figure> {
  const run = await bench.node(['--max-semi-space-size=16', bench.here('engine.ts'), url, ...steps], env);
  const figures = figuresSchema.parse(JSON.parse(run.stdout));
  return (name) => figures[name] ?? Number.NaN;
}

/** A bar of resident memory: 600 MB for a million events, 900 MB for more. */
export function addPeak({ table }: Bench, figure: Figure, name = 'capture', job = '… peak resident memory'): void {
  const [peak, bar] = [figure(`${name}_peak_mb`), figure('captured') > 1_000_000 ? 900 : 600];
  table.add({ job, ours: megabytes(peak), bar: [`under ${bar} MB`, peak < bar] });
}

function captureRate(figure: Figure): number {
  return figure('captured') / figure('capture_seconds');
}

export async function redisCapture(
  bench: Bench,
  port: number,
  url: string,
  steps: readonly string[] = [],
): Promise<Figure> {
  const drained = Number((await bench.node([bench.here('drain.ts'), String(port)])).stdout);
  const figure = await captured(bench, url, steps);
  const ratio = captureRate(figure) / drained;
  bench.table.add({
    job: 'Redis to a queryable snapshot',
    ours: rate(captureRate(figure)),
    peer: `ioredis HSCAN alone ${rate(drained)}`,
    ratio: times(ratio),
    bar: ['at least 0.35', ratio >= 0.35],
  });
  addPeak(bench, figure);
  return figure;
}

/** Returns the file, which stays, and what was measured. */
export async function sqliteCapture(
  bench: Bench,
  events: number,
  steps: readonly string[] = [],
): Promise<{ readonly file: string; readonly figure: Figure }> {
  const file = join(bench.folder, `events-${events}.sqlite`);
  rmSync(file, { force: true });
  fillSqlite(file, events);
  const figure = await captured(bench, `sqlite:${file}`, steps);
  const name = `SQLite file${events > 1_000_000 ? ` of ${events.toLocaleString('en')} events` : ''} to a queryable snapshot`;
  bench.table.add({
    job: name,
    ours: rate(captureRate(figure)),
    bar: ['at least 100,000/s', captureRate(figure) >= 100_000],
  });
  const share = (figure('first_rows_read') / figure('captured')) * 100;
  bench.table.add({
    job: '… first page of rows answered',
    ours: `${figure('first_rows_ms').toFixed(0)} ms, ${share.toFixed(1)} % read`,
    bar: ['before 5 % is read', share < 5],
  });
  addPeak(bench, figure);
  return { file, figure };
}

export async function postgresCapture(bench: Bench, events: number): Promise<void> {
  await using server = await startPostgres();
  await fillPostgres(server, events);
  const own = server.url.replace('//', () => `//${server.user}:${server.password}@`).replace(`${server.user}@`, '');
  const drained = Number((await bench.node([bench.here('drain-postgres.ts'), own])).stdout);
  const figure = await captured(bench, `${server.url}?sslmode=disable`, [], { BENCH_PASSWORD: server.password });
  const ratio = captureRate(figure) / drained;
  bench.table.add({
    job: 'PostgreSQL to a queryable snapshot',
    ours: rate(captureRate(figure)),
    peer: `pg alone, COPY … TO STDOUT ${rate(drained)}`,
    ratio: times(ratio),
    bar: ['at least 0.3', ratio >= 0.3],
  });
  addPeak(bench, figure);
}
