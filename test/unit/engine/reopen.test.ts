/** What a killed engine leaves behind is opened again, with counts that hold, or is given up; never half of either. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEngine, type Engine } from '../../../src/main/engine/host.ts';
import { sessionName } from '../../../src/main/engine/session.ts';
import { Ingest } from '../../../src/main/engine/snapshot/ingest.ts';
import { stagedRows } from '../../../src/main/engine/snapshot/schema.ts';
import { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import { snapshotStatusSchema, type SnapshotStatus } from '../../../src/shared/contract.ts';
import { generateEvents } from '../../support/events.ts';
import { RESOURCES, ROOT } from '../../support/project.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Run {
  readonly dataDir: string;
  readonly sessionDir: string;
  readonly child: ChildProcess;
  /** Kills the engine when a status passes, and gives that status. */
  readonly killAt: (isTime: (status: SnapshotStatus) => boolean) => Promise<SnapshotStatus>;
}

function runEngine(url: string): Run {
  const dataDir = tempDir();
  const sessionDir = join(dataDir, 'captures', sessionName('app'));
  const program = join(ROOT, 'test/support/engine-child.ts');
  const child = spawn(process.execPath, [program, dataDir, sessionDir, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    dataDir,
    sessionDir,
    child,
    killAt: async (isTime) => {
      for await (const line of createInterface({ input: child.stdout })) {
        const status = snapshotStatusSchema.parse(JSON.parse(line));
        if (!isTime(status)) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
        return status;
      }
      throw new Error('The engine ended by itself.');
    },
  };
}

async function reopen({ dataDir, sessionDir }: Pick<Run, 'dataDir' | 'sessionDir'>): Promise<Engine> {
  const engine = await startEngine({ dataDir, resourcesDir: RESOURCES, sessionDir });
  onTestFinished(() => engine.close());
  return engine;
}

async function onlySnapshot(engine: Engine): Promise<SnapshotStatus> {
  const { snapshots } = await engine.run('event_audit_list_snapshots', {});
  expect(snapshots).toHaveLength(1);
  const [status] = snapshots;
  if (status === undefined) throw new Error('No snapshot is open.');
  expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
  const { snapshot_id } = status;
  expect(await engine.run('event_audit_count_events', { snapshot_id })).toMatchObject({ total: status.captured });
  expect(await engine.run('event_audit_list_rejects', { snapshot_id })).toMatchObject({ total: status.rejected });
  return status;
}

/** The ids of the first of so many generated events. */
function firstIds(count: number, wanted: number): string[] {
  const ids: string[] = [];
  for (const { event } of generateEvents(count)) {
    ids.push(event.id);
    if (ids.length === wanted) break;
  }
  return ids;
}

describe('after the engine was killed', () => {
  it('in the middle of a capture, what was committed is a partial snapshot that says why', async () => {
    const run = runEngine('endless:');
    const before = await run.killAt(({ read }) => read > 40_000);
    const engine = await reopen(run);
    expect(engine.lost).toEqual([]);
    expect(engine.reopened).toEqual([before.snapshot_id]);
    const status = await onlySnapshot(engine);
    expect(status).toMatchObject({
      state: 'partial',
      reason: { code: 'engine_stopped', retryable: true },
      source: { url: 'endless:' },
    });
    expect(status.captured).toBeGreaterThan(2_000);
    expect(status.rejected).toBeGreaterThan(0);
    expect(status.duplicates).toBeGreaterThan(0);
    expect(status.finished_at).not.toBeNull();
    const { rows } = await engine.run('event_audit_page_events', {
      snapshot_id: status.snapshot_id,
      offset: 0,
      limit: 3,
    });
    const events = firstIds(10_000_000, 3);
    expect(rows.map(({ id }) => id)).toEqual(events);
    const folder = join(run.sessionDir, status.snapshot_id);
    expect(readdirSync(folder).filter((name) => name.startsWith('segment'))).toEqual([]);
    const path = join(run.dataDir, 'out.jsonl');
    const exported = await engine.run('event_audit_export', {
      snapshot_id: status.snapshot_id,
      format: 'jsonl',
      output: path,
    });
    expect(exported).toMatchObject({ rows: status.captured, complete: false });
  });

  it('after a capture, the snapshot is as complete as it was', async () => {
    const run = runEngine('endless:6000');
    const before = await run.killAt(({ state }) => state === 'complete');
    const engine = await reopen(run);
    const status = await onlySnapshot(engine);
    expect(status).toMatchObject({
      state: 'complete',
      reason: null,
      read: 6_024,
      captured: 6_000,
      rejected: 12,
      duplicates: 12,
    });
    expect(status.finished_at).toBe(before.finished_at);
    await engine.close();
    expect(existsSync(run.sessionDir)).toBe(false);
  });

  it('at once, nothing is there that could be taken for a capture', async () => {
    const run = runEngine('endless:');
    await run.killAt(({ state }) => state === 'capturing');
    const engine = await reopen(run);
    const status = await onlySnapshot(engine);
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'engine_stopped' } });
  });

  it('between sorting and its end, the rows are sorted again and are all there', async () => {
    const folder = tempDir();
    const open = join(folder, 'open');
    const snapshot = await Snapshot.create(open, 'sorted', [{ url: 'demo:', kind: 'demo', title: 'Demo' }]);
    onTestFinished(() => snapshot.close());
    let segments: readonly string[] = [];
    const ingest = new Ingest(snapshot.writer, open, 1, async (counts, kept) => {
      segments = kept;
      await snapshot.keep(counts, kept);
    });
    await ingest.add({
      kind: 'json',
      values: [...generateEvents(3_000)].map(({ json }) => Buffer.from(json)),
      keys: [],
    });
    await ingest.finish();
    await snapshot.writer.run(`CREATE TABLE event AS SELECT * FROM (${stagedRows(segments)}) LIMIT 100`);
    const sessionDir = join(folder, 'captures', sessionName('app'));
    cpSync(open, join(sessionDir, 'sorted'), { recursive: true });
    const engine = await reopen({ dataDir: folder, sessionDir });
    const status = await onlySnapshot(engine);
    expect(status).toMatchObject({ state: 'partial', captured: 3_000, reason: { code: 'engine_stopped' } });
  });

  it('files that are no snapshot are given up and removed, and named', async () => {
    const dataDir = tempDir();
    const sessionDir = join(dataDir, 'captures', sessionName('app'));
    for (const name of ['empty', 'garbage']) mkdirSync(join(sessionDir, name), { recursive: true });
    writeFileSync(join(sessionDir, 'garbage', 'snapshot.duckdb'), 'x'.repeat(10_000));
    const engine = await reopen({ dataDir, sessionDir });
    expect(engine.reopened).toEqual([]);
    expect([...engine.lost].toSorted()).toEqual(['empty', 'garbage']);
    expect(readdirSync(sessionDir)).toEqual([]);
  });
});
