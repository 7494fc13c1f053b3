/** Measures captures of generated events from each kind of store, each beside its peer and in a process of its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fillPostgres } from '../support/postgres-fill.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import type { Measured } from './measure.ts';

export interface Bench {
  /** Runs a program of this folder, or any other, with Node.js. */
  readonly node: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Measured>;
  readonly here: (name: string) => string;
  readonly add: (job: string, ours: string, peer?: string, ratio?: string) => void;
  /** For what is generated. */
  readonly folder: string;
}

export type Figure = (name: string) => number;

const figuresSchema = z.record(z.string(), z.number());

export const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
export const times = (value: number): string => value.toFixed(2);

/** Captures a source; asks what the window asks unless that is left out. */
async function captured(bench: Bench, url: string, ask: boolean, env: NodeJS.ProcessEnv = {}): Promise<Figure> {
  const run = await bench.node([bench.here('engine.ts'), url, ...(ask ? [] : ['capture'])], env);
  const figures = figuresSchema.parse(JSON.parse(run.stdout));
  return (name) => figures[name] ?? Number.NaN;
}

function addPeak({ add }: Bench, figure: Figure): void {
  add('… peak resident memory', `${Math.round(figure('capture_peak_mb'))} MB`);
}

export async function redisCapture(bench: Bench, port: number, url: string, ask: boolean): Promise<Figure> {
  const drained = Number((await bench.node([bench.here('drain.ts'), String(port)])).stdout);
  const figure = await captured(bench, url, ask);
  bench.add(
    'Redis to a queryable snapshot',
    rate(figure('capture_rate')),
    `ioredis HSCAN alone ${rate(drained)}`,
    times(figure('capture_rate') / drained),
  );
  addPeak(bench, figure);
  return figure;
}

/** Returns the file, which stays. */
export async function sqliteCapture(bench: Bench, events: number): Promise<string> {
  const file = join(bench.folder, `events-${events}.sqlite`);
  rmSync(file, { force: true });
  fillSqlite(file, events);
  const figure = await captured(bench, `sqlite:${file}`, false);
  bench.add('SQLite file to a queryable snapshot', rate(figure('capture_rate')));
  const share = (figure('first_rows_read') / figure('captured')) * 100;
  bench.add('… first rows on screen', `${figure('first_rows_ms').toFixed(0)} ms, ${share.toFixed(1)} % read`);
  addPeak(bench, figure);
  return file;
}

export async function postgresCapture(bench: Bench, events: number): Promise<void> {
  await using server = await startPostgres();
  await fillPostgres(server, events);
  const own = server.url.replace('//', () => `//${server.user}:${server.password}@`).replace(`${server.user}@`, '');
  const drained = Number((await bench.node([bench.here('drain-postgres.ts'), own])).stdout);
  const figure = await captured(bench, `${server.url}?sslmode=disable`, false, { BENCH_PASSWORD: server.password });
  bench.add(
    'PostgreSQL to a queryable snapshot',
    rate(figure('capture_rate')),
    `pg alone, COPY … TO STDOUT ${rate(drained)}`,
    times(figure('capture_rate') / drained),
  );
  addPeak(bench, figure);
}
