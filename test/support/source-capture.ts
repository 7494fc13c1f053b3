/** A source captured through the engine, as any door of the product would, and everything its snapshot then holds. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startEngine, type Engine } from '../../src/main/engine/host.ts';
import type { Reject, SnapshotStatus } from '../../src/shared/contract.ts';
import type { EventDetail } from '../../src/shared/event.ts';
import type { FilterInput } from '../../src/shared/filter.ts';
import { createTempDir } from './temp-dir.ts';

const RESOURCES = join(import.meta.dirname, '../../resources');
const PAGE = 1_000;

export interface CaptureInput {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly narrow?: FilterInput;
  readonly signal?: AbortSignal;
  readonly onProgress?: (status: SnapshotStatus) => void;
}

export interface CapturedSource {
  readonly status: SnapshotStatus;
  /** Whole events in time order. */
  readonly events: () => Promise<readonly EventDetail[]>;
  readonly rejects: () => Promise<readonly Reject[]>;
  /** The codes of what the capture said, in order. */
  readonly noteCodes: readonly string[];
}

/** An engine with a data folder of its own. The caller disposes of it. */
export async function testEngine(): Promise<{ readonly engine: Engine } & AsyncDisposable> {
  const folder = createTempDir('event-audit-engine-');
  const engine = await startEngine({ dataDir: folder.path, resourcesDir: RESOURCES });
  return {
    engine,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      folder.remove();
    },
  };
}

/** Captures a source in an engine that lives as long as the running test. */
export async function captureSource(url: string, input: CaptureInput = {}): Promise<CapturedSource> {
  const { engine, ...rest } = await testEngine();
  onTestFinished(() => rest[Symbol.asyncDispose]());
  const { secrets, narrow, signal, onProgress } = input;
  const status = await engine.run(
    'event_audit_capture_source',
    { url, ...(secrets === undefined ? {} : { secrets }), ...(narrow === undefined ? {} : { narrow }) },
    { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) },
  );
  const { snapshot_id } = status;
  return {
    status,
    noteCodes: status.notes.map(({ code }) => code),
    events: async () => {
      const events: EventDetail[] = [];
      for (let offset = 0; offset < status.captured; offset += PAGE) {
        const { rows } = await engine.run('event_audit_page_events', { snapshot_id, offset, limit: PAGE });
        for (const { n } of rows) {
          const found = await engine.run('event_audit_get_event', { snapshot_id, n });
          events.push(...found.events);
        }
      }
      return events;
    },
    rejects: async () => (await engine.run('event_audit_list_rejects', { snapshot_id, limit: 1_000 })).rejects,
  };
}

/** The error that an action ends with. @throws Error when it ends well */
export async function failureOf(work: Promise<unknown>): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return { code: 'code' in error ? error.code : undefined, message: error.message };
    throw error;
  }
  throw new Error('It ended without an error.');
}
