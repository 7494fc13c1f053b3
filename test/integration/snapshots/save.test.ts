/** A snapshot kept as a file, and opened again without its store. */
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { filterSchema } from '../../../src/shared/filter.ts';
import { generateEvents, oneEvent } from '../../support/events.ts';
import { failureOf } from '../../support/source-capture.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';

const PASSPHRASE = 'correct horse battery staple';

let own: TestEngine;
let folder: string;
beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});
beforeEach(() => {
  folder = tempDir();
});

const records = [
  ...[...generateEvents(400, { hostile: 0.2 })].map(({ json }) => json),
  '{"id":"broken"}',
  '{ "id": 7, "category": "odd", "action": "spaced", "timestamp": "2024-01-01T00:00:00", "extra": [1.10, "\\ud800"] }',
];

async function captureRecords(): Promise<SnapshotStatus> {
  const path = join(folder, 'events.jsonl');
  writeFileSync(path, records.map((line) => `${line}\n`).join(''));
  return own.capture(`file:${path}`);
}

function save(
  snapshot_id: string,
  name = 'kept.duckdb',
  passphrase?: string,
): Promise<{ path: string; sha256: string; events: number }> {
  const path = join(folder, name);
  return own.engine.run('event_audit_save_snapshot', {
    snapshot_id,
    path,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

async function everything(snapshot_id: string): Promise<unknown> {
  const { rows } = await own.engine.run('event_audit_page_events', { snapshot_id, offset: 0, limit: 1_000 });
  const events = await Promise.all(
    rows.map(async ({ n }) => (await own.engine.run('event_audit_get_event', { snapshot_id, n })).events),
  );
  const rejects = await own.engine.run('event_audit_list_rejects', { snapshot_id });
  return { events, rejects };
}

/** What of a status is of the capture, not of the snapshot that holds it. */
function truth({ snapshot_id: _id, revision: _revision, notes: _notes, ...status }: SnapshotStatus): unknown {
  return status;
}

/** Writes a DuckDB file by statements, as somebody else would. */
async function duckdbFile(name: string, ...statements: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return path;
}

async function verified(path: string): Promise<{ ok: boolean; codes: string[] }> {
  const { files } = await own.engine.run('event_audit_verify', { paths: [path] });
  const [file] = files;
  return { ok: file?.ok ?? false, codes: file?.findings.map(({ code }) => code) ?? [] };
}

async function encrypted(): Promise<string> {
  return (await save((await captureRecords()).snapshot_id, 'kept.duckdb', PASSPHRASE)).path;
}

async function refusal(path: string): Promise<string> {
  const error = await failureOf(own.capture(`snapshot:${path}`));
  expect(error.code).toBe('source_invalid');
  return error.message;
}

describe('a saved snapshot', () => {
  test('holds every record, what was set aside and the truth about its capture, without the store', async () => {
    const status = await captureRecords();
    const { path, events } = await save(status.snapshot_id);
    rmSync(join(folder, 'events.jsonl'));
    const opened = await own.capture(`snapshot:${path}`);
    expect(events).toBe(status.captured);
    expect(truth(opened)).toEqual(truth(status));
    expect(await everything(opened.snapshot_id)).toEqual(await everything(status.snapshot_id));
    expect(opened.notes.map(({ code }) => code)).toContain('opened_from_file');
  });

  test('can be read by its owner only', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is not changed by being opened, not even where nothing may be written', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const before = readFileSync(path);
    chmodSync(path, 0o400);
    await own.capture(`snapshot:${path}`);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('takes the place of an older file only when it is whole', async () => {
    const status = await captureRecords();
    const path = join(folder, 'kept.duckdb');
    writeFileSync(path, 'older');
    const controller = new AbortController();
    const saving = own.engine.run(
      'event_audit_save_snapshot',
      { snapshot_id: status.snapshot_id, path },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    expect(await failureOf(saving)).toMatchObject({ code: 'cancelled' });
    expect(readFileSync(path, 'utf8')).toBe('older');
    await save(status.snapshot_id);
    expect((await own.capture(`snapshot:${path}`)).captured).toBe(status.captured);
  });

  test('compares as equal with the capture it was made of', async () => {
    const status = await captureRecords();
    const { path } = await save(status.snapshot_id);
    const opened = await own.capture(`snapshot:${path}`);
    const found = await own.engine.run('event_audit_compare_snapshots', {
      before: opened.snapshot_id,
      after: status.snapshot_id,
    });
    expect([found.basis, found.same, found.added.count, found.gone.count, found.changed.count]).toEqual([
      'record',
      status.captured,
      0,
      0,
      0,
    ]);
  });

  test('can be refreshed from the store it came from', async () => {
    const status = await captureRecords();
    const { path } = await save(status.snapshot_id);
    const opened = await own.capture(`snapshot:${path}`);
    appendFileSync(join(folder, 'events.jsonl'), `${oneEvent({ id: 'later' }).json}\n`);
    const { comparison } = await own.engine.run('event_audit_refresh_snapshot', { snapshot_id: opened.snapshot_id });
    expect([comparison.added.count, comparison.gone.count]).toEqual([1, 0]);
  });

  test('remembers by what its capture was narrowed', async () => {
    const path = join(folder, 'events.jsonl');
    writeFileSync(path, `${oneEvent().json}\n`);
    const narrow = filterSchema.parse({ search: 'x' });
    const first = await own.engine.run('event_audit_capture_source', { url: `file:${path}`, narrow });
    const saved = await save(first.snapshot_id);
    const opened = await own.capture(`snapshot:${saved.path}`);
    const whole = await own.capture(`file:${path}`);
    const comparing = (before: string, after: string) =>
      own.engine.run('event_audit_compare_snapshots', { before, after });
    expect((await comparing(opened.snapshot_id, first.snapshot_id)).complete).toBe(true);
    expect((await comparing(opened.snapshot_id, whole.snapshot_id)).complete).toBe(false);
  });

  test('is one source among several', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const status = await own.engine.run('event_audit_capture_source', {
      url: `snapshot:${path}`,
      more: [{ url: 'demo:' }],
    });
    expect(
      status.sources.map(({ kind, captured, rejected, state }) => [kind, captured > 400, rejected, state]),
    ).toEqual([
      ['snapshot', true, 1, 'complete'],
      ['demo', true, 0, 'complete'],
    ]);
  });

  test('stays partial when its capture was', async () => {
    const controller = new AbortController();
    const status = await own.capture('demo:', {
      signal: controller.signal,
      onProgress: ({ read }) => {
        if (read > 0) controller.abort();
      },
    });
    expect(status.state).toBe('partial');
    const { path } = await save(status.snapshot_id);
    const opened = await own.capture(`snapshot:${path}`);
    expect([opened.state, opened.reason?.code]).toEqual(['partial', 'cancelled']);
    const among = await own.engine.run('event_audit_capture_source', {
      url: `snapshot:${path}`,
      more: [{ url: 'demo:' }],
    });
    expect(among.sources.map(({ state }) => state)).toEqual(['partial', 'complete']);
  });

  test('says what is in it before it is opened', async () => {
    const status = await captureRecords();
    const { path } = await save(status.snapshot_id);
    const found = await own.engine.run('event_audit_test_source', { url: `snapshot:${path}` });
    expect([found.kind, found.records]).toEqual(['snapshot', status.captured]);
    expect(found.product).toContain('events.jsonl');
  });
});

describe('verifying a saved snapshot', () => {
  test('finds a file as it was written intact, by either of the pair’s names, also when it was renamed', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    expect(await verified(path)).toEqual({ ok: true, codes: [] });
    expect(await verified(`${path}.manifest.json`)).toEqual({ ok: true, codes: [] });
    renameSync(path, join(folder, 'b.duckdb'));
    renameSync(`${path}.manifest.json`, join(folder, 'b.duckdb.manifest.json'));
    expect(await verified(join(folder, 'b.duckdb'))).toEqual({ ok: true, codes: ['file_renamed'] });
  });

  test('finds a changed byte, a changed manifest, and a missing file', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    appendFileSync(path, 'x');
    expect(await verified(path)).toEqual({ ok: false, codes: ['bytes_changed'] });
    const manifest = `${path}.manifest.json`;
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"rejected": 1', '"rejected": 0'));
    expect((await verified(path)).codes).toContain('manifest_changed');
    rmSync(path);
    expect((await verified(path)).codes).toContain('file_missing');
  });

  test('opening a file that is not what its manifest says warns', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const other = await save((await own.capture('demo:')).snapshot_id, 'other.duckdb');
    renameSync(other.path, path);
    const opened = await own.capture(`snapshot:${path}`);
    expect(opened.notes.map(({ code }) => code)).toContain('saved_file_changed');
  });
});

describe('an encrypted snapshot', () => {
  test('opens with its passphrase, and holds nothing readable', async () => {
    const path = await encrypted();
    expect(readFileSync(path).includes('Datensatz')).toBe(false);
    const opened = await own.capture(`snapshot:${path}`, { secrets: { passphrase: PASSPHRASE } });
    expect(opened.captured).toBe(401);
    expect((await own.engine.run('event_audit_verify', { paths: [path] })).files[0]?.ok).toBe(true);
  });

  test('asks for a passphrase, and refuses a wrong one', async () => {
    const path = await encrypted();
    const none = await failureOf(own.capture(`snapshot:${path}`));
    expect(none.code).toBe('source_refused');
    expect(none.message).toContain('is encrypted');
    const wrong = await failureOf(own.capture(`snapshot:${path}`, { secrets: { passphrase: 'not it at all' } }));
    expect(wrong.code).toBe('source_refused');
    expect(wrong.message).not.toContain('not it at all');
  });

  test.each([
    ['a changed byte in its middle', (path: string) => flip(path, 1_500_000)],
    ['a changed last byte', (path: string) => flip(path, statSync(path).size - 1)],
    ['a missing end', (path: string) => truncateSync(path, statSync(path).size - 5_000)],
    ['bytes added to its end', (path: string) => appendFileSync(path, Buffer.alloc(100))],
  ])('refuses a file with %s as damaged', async (_what, damage) => {
    const status = await own.capture('demo:');
    const { path } = await save(status.snapshot_id, 'demo.duckdb', PASSPHRASE);
    damage(path);
    const error = await failureOf(own.capture(`snapshot:${path}`, { secrets: { passphrase: PASSPHRASE } }));
    expect(error.code).toBe('source_invalid');
    expect(error.message).toContain('damaged');
  });
});

describe('a file that is no saved snapshot', () => {
  test('is refused in words: another file, another database, a folder, none at all', async () => {
    writeFileSync(join(folder, 'a.txt'), 'hello');
    expect(await refusal(join(folder, 'a.txt'))).toContain('is no saved snapshot');
    const foreign = await duckdbFile('b.duckdb', 'CREATE TABLE event (id INTEGER)');
    expect(await refusal(foreign)).toContain('no saved snapshot');
    expect(await refusal(folder)).toContain('not a regular file');
    expect(await failureOf(own.capture(`snapshot:${join(folder, 'none')}`))).toMatchObject({
      code: 'source_unreachable',
    });
  });

  test('is refused when it was cut or overwritten within', async () => {
    const { path } = await save((await own.capture('demo:')).snapshot_id);
    const cut = join(folder, 'cut.duckdb');
    writeFileSync(cut, readFileSync(path).subarray(0, 600_000));
    expect(await refusal(cut)).toMatch(/damaged|no saved snapshot/);
    const noise = join(folder, 'noise.duckdb');
    writeFileSync(noise, readFileSync(path));
    for (let at = 300_000; at < statSync(noise).size; at += 9_973) flip(noise, at);
    expect(await refusal(noise)).toMatch(/damaged|no saved snapshot/);
  });

  test('is refused when a newer version saved it', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("UPDATE meta SET value = '99' WHERE name = 'format'");
    connection.closeSync();
    instance.closeSync();
    expect(await refusal(path)).toContain('newer version');
  });

  test.each([
    ['a view in the place of the events', 'ALTER TABLE event RENAME TO own; CREATE VIEW event AS SELECT * FROM own'],
    [
      'a generated column',
      `CREATE OR REPLACE TABLE event AS FROM event; ALTER TABLE event DROP COLUMN raw;
       ALTER TABLE event RENAME TO own;
       CREATE TABLE event (n BIGINT, id VARCHAR, category VARCHAR, action VARCHAR, actor VARCHAR, action_object VARCHAR,
         action_object_id VARCHAR, target_type VARCHAR, target_id VARCHAR, timestamp VARCHAR, ts BIGINT, flags INTEGER,
         source SMALLINT, result VARCHAR, payload VARCHAR, raw VARCHAR GENERATED ALWAYS AS (id || 'x'))`,
    ],
    [
      'a macro of a function’s name',
      "CREATE VIEW meta2 AS SELECT 1; DROP TABLE meta; CREATE VIEW meta AS SELECT 'kind' AS name, 'event-audit-snapshot' AS value",
    ],
  ])('is refused when its maker put in %s', async (_what, statements) => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    for (const statement of statements.split(';')) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
    expect(await refusal(path)).toContain('no saved snapshot');
  });

  test('runs nothing of what its maker added beside the tables', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("CREATE MACRO lower(x) AS error('the macro ran')");
    await connection.run("CREATE VIEW reject2 AS SELECT * FROM read_csv('/etc/passwd')");
    connection.closeSync();
    instance.closeSync();
    const opened = await own.capture(`snapshot:${path}`);
    const filter = filterSchema.parse({ search: 'datensatz' });
    const { total } = await own.engine.run('event_audit_count_events', { snapshot_id: opened.snapshot_id, filter });
    expect(total).toBeGreaterThan(0);
  });

  test('is refused when its rows are not those it says it has', async () => {
    const { path } = await save((await captureRecords()).snapshot_id);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('DELETE FROM event WHERE rowid = 5');
    connection.closeSync();
    instance.closeSync();
    expect(await refusal(path)).toContain('its rows are not those it says it has');
  });

  test('leaves nothing behind when it is refused', async () => {
    writeFileSync(join(folder, 'a.txt'), 'hello');
    const { snapshots: before } = await own.engine.run('event_audit_list_snapshots', {});
    await refusal(join(folder, 'a.txt'));
    const { snapshots: after } = await own.engine.run('event_audit_list_snapshots', {});
    expect(after).toHaveLength(before.length);
  });
});

/** Changes one byte. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = Math.min(at, bytes.length - 1);
  bytes[place] = (bytes[place] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}
