import { appendFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEngine } from '../../../src/main/engine/host.ts';
import { DemoRepository } from '../../../src/main/engine/repositories/demo/demo-repository.ts';
import { capture } from '../../../src/main/engine/snapshot/capture.ts';
import { keepPrepared } from '../../../src/main/engine/snapshot/prepared.ts';
import { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import { parseSourceUrl } from '../../../src/shared/source-url.ts';
import { generateEvents } from '../../support/events.ts';
import { tempDir } from '../../support/temp-dir.ts';

const SOURCE = { url: 'demo:', kind: 'demo', title: 'Bundled sample' };

function storeOf(events: number, seed: number): Buffer {
  const lines = Array.from(generateEvents(events, { seed }), ({ json }) => json);
  return gzipSync(`${[...lines, 'no event'].join('\n')}\n`);
}

/** A product with a store of its own, and the capture of it that was made with the product. */
async function product(): Promise<{ resourcesDir: string; prepared: string }> {
  const folder = tempDir();
  const [resourcesDir, prepared] = [join(folder, 'resources'), join(folder, 'sample')];
  mkdirSync(resourcesDir);
  writeFileSync(join(resourcesDir, 'sample-store.jsonl.gz'), storeOf(300, 1));
  const repository = new DemoRepository({ url: parseSourceUrl('demo:').url, secrets: {}, dataDir: '', resourcesDir });
  const snapshot = await Snapshot.create(join(folder, 'made'), 'made', [SOURCE]);
  await capture(snapshot, [repository], { signal: new AbortController().signal, onProgress: () => undefined });
  await keepPrepared(snapshot, repository.path, prepared);
  await snapshot.close();
  return { resourcesDir, prepared };
}

/** What an engine shows of the bundled store, and in how many steps it got there. */
async function opened(resourcesDir: string, prepared: string) {
  const dataDir = join(tempDir(), 'data');
  const engine = await startEngine({ dataDir, resourcesDir, prepared });
  onTestFinished(() => engine.close());
  const states: string[] = [];
  const status = await engine.run(
    'event_audit_capture_source',
    { url: 'demo:' },
    { onProgress: ({ state }) => void states.push(state) },
  );
  const { snapshot_id } = status;
  const { rows } = await engine.run('event_audit_page_events', { snapshot_id, offset: 0, limit: 1_000 });
  const { rejects } = await engine.run('event_audit_list_rejects', { snapshot_id, offset: 0, limit: 10 });
  const [session = ''] = readdirSync(join(dataDir, 'captures'));
  return { status, rows, rejects, states, engine, folder: join(dataDir, 'captures', session, snapshot_id) };
}

describe('the capture that came with the product', () => {
  it('says and shows what reading the store does', async () => {
    const { resourcesDir, prepared } = await product();
    const quick = await opened(resourcesDir, prepared);
    const slow = await opened(resourcesDir, join(prepared, 'none'));
    expect(quick.states).toEqual([]);
    expect(slow.states).toContain('capturing');
    const { snapshot_id, started_at, finished_at, elapsed_ms, revision: _revision, ...said } = quick.status;
    expect(slow.status).toMatchObject(said);
    expect(said).toMatchObject({ read: 301, captured: 300, rejected: 1, source: { url: 'demo:' } });
    expect(quick.rows).toEqual(slow.rows);
    expect(quick.rejects).toEqual(slow.rejects);
    expect(snapshot_id).not.toBe(slow.status.snapshot_id);
    expect([started_at, elapsed_ms]).toEqual([finished_at, 0]);
  });

  it('lies where only this user can enter, and is read again on request', async () => {
    const { resourcesDir, prepared } = await product();
    const { engine, folder, status } = await opened(resourcesDir, prepared);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'snapshot.duckdb')).mode & 0o777).toBe(0o600);
    const { comparison } = await engine.run('event_audit_refresh_snapshot', { snapshot_id: status.snapshot_id });
    expect(comparison).toMatchObject({ complete: false, added: { count: 0 }, gone: { count: 0 } });
  });

  it('is not used for another store', async () => {
    const { resourcesDir, prepared } = await product();
    writeFileSync(join(resourcesDir, 'sample-store.jsonl.gz'), storeOf(120, 2));
    const { status, states } = await opened(resourcesDir, prepared);
    expect(states).toContain('capturing');
    expect(status).toMatchObject({ state: 'complete', captured: 120 });
  });

  it.each(['capture.duckdb', 'facts.json'])('is not used when %s was changed', async (name) => {
    const { resourcesDir, prepared } = await product();
    appendFileSync(join(prepared, name), 'x');
    const { status, states } = await opened(resourcesDir, prepared);
    expect(states).toContain('capturing');
    expect(status).toMatchObject({ state: 'complete', captured: 300 });
  });

  it('is not used when only a part of the store is wanted', async () => {
    const { resourcesDir, prepared } = await product();
    const engine = await startEngine({ dataDir: join(tempDir(), 'data'), resourcesDir, prepared });
    onTestFinished(() => engine.close());
    const states: string[] = [];
    await engine.run(
      'event_audit_capture_source',
      { url: 'demo:', narrow: { conditions: [{ field: 'category', values: ['model'] }] } },
      { onProgress: ({ state }) => void states.push(state) },
    );
    expect(states).toContain('capturing');
  });
});
