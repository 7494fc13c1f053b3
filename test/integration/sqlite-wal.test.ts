/** A write-ahead log that is damaged loses what was committed behind the damage: that is said, and only then. */
import { copyFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INDEX_BYTES, walEnd } from '../../src/main/engine/repositories/sqlite/wal-check.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { failureOf } from '../support/source-capture.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const COUNT = 200;
/** Events that were moved into the file before the log begins. */
const IN_FILE = 10;
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
  insert(0, IN_FILE);
  writer.pragma('wal_checkpoint(TRUNCATE)');
  insert(IN_FILE, COUNT);
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

/** A copy whose log was cut. */
function cutCopy(cut: (wal: Buffer) => Buffer): string {
  const path = copied();
  writeFileSync(`${path}-wal`, cut(readFileSync(`${path}-wal`)));
  return path;
}

/** What the writers of a file share, as far as it is looked at. */
function indexOf(path: string): Buffer {
  return readFileSync(`${path}-shm`).subarray(0, INDEX_BYTES);
}

const at = (share: number) => (wal: Buffer) => {
  const place = Math.floor(wal.length * share);
  wal[place] = (wal[place] ?? 0) ^ 1;
};

describe('a log', () => {
  test('that is sound brings all events', async () => {
    const path = copied();
    expect(walEnd(`${path}-wal`)).toBe('whole');
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

  test('that holds frames of an earlier round is whole', () => {
    const path = join(folder.path, 'rounds.db');
    const other = new Database(path);
    other.pragma('journal_mode = wal');
    other.exec('CREATE TABLE t (x)');
    for (let n = 0; n < 300; n += 1) other.exec(`INSERT INTO t VALUES (zeroblob(3000))`);
    other.pragma('wal_checkpoint(RESTART)');
    other.exec(`INSERT INTO t VALUES (1)`);
    expect(walEnd(`${path}-wal`)).toBe('whole');
    expect(walEnd(`${path}-wal`, { index: indexOf(path), isStill: true })).toBe('whole');
    other.close();
    expect(walEnd(`${path}-none`)).toBe('whole');
  });

  test('that ends in a write that is under way is told from one that was cut by the index beside it', () => {
    const path = join(folder.path, 'open.db');
    const other = new Database(path);
    other.pragma('journal_mode = wal');
    other.exec('CREATE TABLE t (x)');
    other.pragma('cache_size = 5');
    const committed = readFileSync(`${path}-wal`).length;
    other.exec('BEGIN');
    for (let n = 0; n < 50; n += 1) other.exec(`INSERT INTO t VALUES (zeroblob(3000))`);
    const wal = readFileSync(`${path}-wal`);
    expect(wal.length).toBeGreaterThan(committed);
    const before = indexOf(path);
    expect(walEnd(`${path}-wal`, { index: before, isStill: true })).toBe('whole');
    expect(walEnd(`${path}-wal`)).toBe('unfinished');
    other.exec('COMMIT');
    const torn = `${path}.torn`;
    writeFileSync(torn, wal.subarray(0, -1_000));
    expect(walEnd(torn)).toBe('unfinished');
    expect(walEnd(torn, { index: before, isStill: true })).toBe('whole');
    expect(walEnd(torn, { index: indexOf(path), isStill: true })).toBe('short');
    // An index that is just being written, and one of another round, say nothing.
    expect(walEnd(torn, { index: indexOf(path).fill(7, 20, 22), isStill: true })).toBe('unfinished');
    expect(walEnd(torn, { index: indexOf(original), isStill: true })).toBe('unfinished');
    other.pragma('wal_checkpoint(PASSIVE)');
    // All of it was moved into the file.
    expect(walEnd(torn, { index: indexOf(path), isStill: true })).toBe('whole');
    other.close();
  });

  const cuts: readonly [string, (wal: Buffer) => Buffer][] = [
    ['in the middle of a frame', (wal) => wal.subarray(0, Math.floor(wal.length / 2))],
    ['in its header', (wal) => wal.subarray(0, 20)],
    ['to nothing', (wal) => wal.subarray(0, 0)],
    ['behind a whole commit', (wal) => wal.subarray(0, 32 + 100 * 4_120)],
  ];
  test.each(cuts)('that is cut %s beside its index gives a part that says so', async (_, cut) => {
    const path = cutCopy(cut);
    copyFileSync(`${original}-shm`, `${path}-shm`);
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining(`${path}-wal`) },
    });
  });
  test.each(cuts.slice(0, 2))('that is cut %s gives a part that says so', async (_, cut) => {
    expect(await own.capture(`sqlite:${cutCopy(cut)}`)).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining('ends within a write') },
    });
  });

  test('that is empty is not called missing', async () => {
    const status = await own.capture(`sqlite:${cutCopy((wal) => wal.subarray(0, 0))}`);
    expect(status.notes).toContainEqual(
      expect.objectContaining({ code: 'wal_empty', message: expect.stringContaining('-wal file is empty') }),
    );
  });

  test.each([
    ['its magic number', 0],
    ['its size of pages', 9],
    ['a salt', 17],
    ['a checksum', 27],
  ])('with damage to %s in its header gives a part that says so', async (_, place) => {
    const status = await own.capture(`sqlite:${copied((wal) => void (wal[place] = (wal[place] ?? 0) ^ 4))}`);
    expect(status).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining('is damaged') },
    });
  });

  test('whose last commit has a damaged salt gives a part that says so', async () => {
    const path = copied((wal) => void (wal[wal.length - 4_120 + 13] = 1));
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({ state: 'partial', captured: COUNT - 1 });
  });
});
