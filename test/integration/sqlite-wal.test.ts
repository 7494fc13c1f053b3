/** A write-ahead log that is damaged loses what was committed behind the damage: that is said, and only then. */
import { copyFileSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasLostCommits } from '../../src/main/engine/repositories/sqlite/wal-check.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { failureOf } from '../support/source-capture.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const COUNT = 200;
const folder = createTempDir();
const original = join(folder.path, 'original.db');
let own: TestEngine;
let writer: Database.Database;
let copies = 0;

function insert(from: number, to: number): void {
  const statement = writer.prepare(
    `INSERT INTO event_audit_event VALUES (?, 'a', 'b', '', '', '', '', '', '2024-01-01T00:00:00Z', '{}', '{}')`,
  );
  for (let n = from; n < to; n += 1) statement.run(`e${n}`);
}

beforeAll(async () => {
  own = await testEngine();
  writer = new Database(original);
  writer.pragma('journal_mode = wal');
  writer.pragma('wal_autocheckpoint = 0');
  writer.exec(`CREATE TABLE event_audit_event (id TEXT, category TEXT, action TEXT, actor TEXT, action_object TEXT,
    action_object_id TEXT, target_type TEXT, target_id TEXT, timestamp TEXT, result TEXT, payload TEXT)`);
  writer.pragma('wal_checkpoint(TRUNCATE)');
  insert(0, COUNT);
});
afterAll(async () => {
  writer.close();
  await own[Symbol.asyncDispose]();
  folder.remove();
});

/** A copy of the file with its log, after something was done to that. */
function copied(damage: (wal: Buffer, path: string) => void = () => undefined): string {
  copies += 1;
  const path = join(folder.path, `copy-${copies}.db`);
  copyFileSync(original, path);
  const wal = readFileSync(`${original}-wal`);
  damage(wal, `${path}-wal`);
  writeFileSync(`${path}-wal`, wal, { flag: 'a' });
  const longAgo = Date.now() / 1_000 - 7_200;
  for (const each of [path, `${path}-wal`]) utimesSync(each, longAgo, longAgo);
  return path;
}

const at = (share: number) => (wal: Buffer) => {
  const place = Math.floor(wal.length * share);
  wal[place] = (wal[place] ?? 0) ^ 1;
};

describe('a log', () => {
  test('that is sound brings all events', async () => {
    const path = copied();
    expect(hasLostCommits(`${path}-wal`)).toBe(false);
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({ state: 'complete', captured: COUNT });
  });

  test.each([0.1, 0.3, 0.5, 0.9])('with one bit flipped at %d of it gives a part that says so', async (share) => {
    const status = await own.capture(`sqlite:${copied(at(share))}`);
    expect(status).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining('write-ahead log') },
    });
    expect(status.captured).toBeLessThan(COUNT);
  });

  test('with a page of zeros in it gives a part that says so', async () => {
    const path = copied((wal) => wal.fill(0, 32 + 20 * 4_120, 32 + 21 * 4_120));
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({ state: 'partial', reason: { code: 'source_invalid' } });
  });

  test('of which hardly anything is left to be read is named, not the table that is missing', async () => {
    const path = join(folder.path, 'new.db');
    const other = new Database(path);
    other.pragma('journal_mode = wal');
    other.exec('CREATE TABLE event_audit_event (id, category, action, timestamp)');
    other.exec(`INSERT INTO event_audit_event VALUES ('1', 'a', 'b', '2024-01-01T00:00:00Z')`);
    const [file, wal] = [readFileSync(path), readFileSync(`${path}-wal`)];
    other.close();
    wal[100] = (wal[100] ?? 0) ^ 1;
    writeFileSync(path, file);
    writeFileSync(`${path}-wal`, wal);
    expect(await failureOf(own.capture(`sqlite:${path}`))).toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('write-ahead log'),
    });
  });

  test('that holds frames of an earlier round, or a write that was never committed, is not called damaged', async () => {
    const path = join(folder.path, 'rounds.db');
    const other = new Database(path);
    other.pragma('journal_mode = wal');
    other.exec('CREATE TABLE t (x)');
    for (let n = 0; n < 300; n += 1) other.exec(`INSERT INTO t VALUES (zeroblob(3000))`);
    other.pragma('wal_checkpoint(RESTART)');
    other.exec(`INSERT INTO t VALUES (1)`);
    expect(hasLostCommits(`${path}-wal`)).toBe(false);
    other.pragma('cache_size = 5');
    other.exec('BEGIN');
    for (let n = 0; n < 50; n += 1) other.exec(`INSERT INTO t VALUES (zeroblob(3000))`);
    expect(hasLostCommits(`${path}-wal`)).toBe(false);
    const torn = `${path}-wal.torn`;
    copyFileSync(`${path}-wal`, torn);
    truncateSync(torn, readFileSync(torn).length - 1_000);
    expect(hasLostCommits(torn)).toBe(false);
    other.close();
    expect(hasLostCommits(`${path}-none`)).toBe(false);
  });
});
