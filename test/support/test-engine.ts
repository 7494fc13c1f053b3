/** An engine of a test's own, in a temporary data folder, with the few calls that tests of stores make. */
import { join } from 'node:path';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import type { SourceSecrets } from '../../src/shared/source-url.ts';
import { startEngine, type Engine } from '../../src/main/engine/host.ts';
import { createTempDir } from './temp-dir.ts';

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly dataDir: string;
  readonly capture: (
    url: string,
    options?: {
      readonly secrets?: SourceSecrets;
      readonly signal?: AbortSignal;
      readonly onProgress?: (status: SnapshotStatus) => void;
    },
  ) => Promise<SnapshotStatus>;
  /** The ids of a snapshot's events in time order, at most 1,000. */
  readonly ids: (status: SnapshotStatus) => Promise<readonly string[]>;
}

/** @param settings `NAME=VALUE`; with any, those of the environment do not count */
export async function testEngine(settings: readonly string[] = []): Promise<TestEngine> {
  const folder = createTempDir();
  const dataDir = join(folder.path, 'data');
  const engine = await startEngine({
    dataDir,
    resourcesDir: join(import.meta.dirname, '../../resources'),
    ...(settings.length === 0 ? {} : { options: { commandLine: settings, environment: {} } }),
  });
  return {
    engine,
    dataDir,
    capture: (url, { secrets = {}, ...options } = {}) =>
      engine.run('event_audit_capture_source', { url, secrets }, options),
    ids: async ({ snapshot_id }) => {
      const { rows } = await engine.run('event_audit_page_events', { snapshot_id, offset: 0, limit: 1_000 });
      return rows.map((row) => row.id);
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      folder.remove();
    },
  };
}
