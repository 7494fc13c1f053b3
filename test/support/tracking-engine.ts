/** An engine whose tracking a test looks at: its settings, its queue, and a shell that changes its data from outside. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { auditEventSchema, type AuditEvent } from '../../src/shared/event.ts';
import { startEngine, type Engine } from '../../src/main/engine/host.ts';

export interface TrackingEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly dataDir: string;
  /** What a person was told. */
  readonly warnings: readonly string[];
  /** The events that wait in the queue, in order. */
  readonly queue: () => readonly AuditEvent[];
}

const RESOURCES = join(import.meta.dirname, '../../resources');

/** @param settings `NAME=VALUE`; events wait in the queue for a long time unless they say otherwise */
export async function trackingEngine(dataDir: string, settings: readonly string[] = []): Promise<TrackingEngine> {
  const warnings: string[] = [];
  const engine = await startEngine({
    dataDir,
    resourcesDir: RESOURCES,
    options: { commandLine: settings, environment: {} },
    warn: (message) => warnings.push(message),
  });
  return {
    engine,
    dataDir,
    warnings,
    queue: () => queueOf(dataDir),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

export function queueOf(dataDir: string): readonly AuditEvent[] {
  const database = new Database(join(dataDir, 'state.sqlite'), { readonly: true });
  try {
    const rows = database.prepare<[], string>('SELECT event FROM outbox ORDER BY seq').pluck().all();
    return rows.map((text) => auditEventSchema.parse(JSON.parse(text)));
  } finally {
    database.close();
  }
}

/** Runs SQL in the program `sqlite3`, as somebody would who knows where the file lies. */
export function shell(dataDir: string, sql: string): string {
  return execFileSync('sqlite3', [join(dataDir, 'state.sqlite'), sql], { encoding: 'utf8' }).trim();
}
