/** Watches a source in an engine as the window and the command do, and waits for what a test wants to see. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import type { SourceSecrets } from '../../src/shared/source-url.ts';
import type { TestEngine } from './test-engine.ts';

export interface Watching {
  readonly live: () => SnapshotStatus;
  /** Waits until a status passes. @throws Error when the watch ends before */
  readonly until: (isSo: (status: SnapshotStatus) => boolean) => Promise<SnapshotStatus>;
  readonly end: () => Promise<SnapshotStatus>;
}

/** Captures, lets the test change the store, then watches. Resolves when what was there before is known. */
export async function startWatching(
  own: TestEngine,
  url: string,
  options: { readonly secrets?: SourceSecrets; readonly between?: () => Promise<unknown> } = {},
): Promise<Watching> {
  const { secrets = {}, between = () => Promise.resolve() } = options;
  const base = await own.capture(url, { secrets });
  await between();
  return watchSnapshot(own.engine, base.snapshot_id);
}

/** Watches what a snapshot was captured from. Resolves when what was there before is known. */
export async function watchSnapshot(engine: TestEngine['engine'], snapshot_id: string): Promise<Watching> {
  const controller = new AbortController();
  let latest: SnapshotStatus | undefined;
  const done = engine.run(
    'event_audit_follow_snapshot',
    { snapshot_id },
    {
      signal: controller.signal,
      onProgress: (status) => {
        latest = status;
      },
    },
  );
  done.catch(() => undefined);
  const until: Watching['until'] = async (isSo) => {
    for (;;) {
      if (latest !== undefined && isSo(latest)) return latest;
      const ended = await Promise.race([sleep(20), done]);
      if (ended !== undefined && !isSo(ended)) throw new Error(`It ended: ${JSON.stringify(ended)}`);
    }
  };
  await until(({ sources }) => sources[0]?.state === 'complete');
  return {
    live: () => {
      if (latest === undefined) throw new Error('Nothing was said yet.');
      return latest;
    },
    until,
    end: () => {
      controller.abort();
      return done;
    },
  };
}
