/** Foreign SQLite files: whatever state they are in, they are read right, and nothing where they lie is changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  CountBeside,
  countRows,
  findLayout,
  readRows,
  sizeInBytes,
} from '../../src/main/engine/repositories/sqlite/reader.ts';
import { ReaderThread } from '../../src/main/engine/repositories/sqlite/reader-thread.ts';
import { folderState } from '../support/folder-state.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';
import { startWriter } from '../support/writer-process.ts';

const TABLE = `CREATE TABLE event_audit_event (id TEXT PRIMARY KEY, category TEXT NOT NULL, action TEXT NOT NULL,
  actor TEXT, action_object TEXT, action_object_id TEXT, target_type TEXT, target_id TEXT,
  timestamp TEXT NOT NULL, result TEXT, payload TEXT)`;
const INSERT = `INSERT INTO event_audit_event (id, category, action, timestamp, result, payload)
  VALUES (?, 'api', 'package_create', '2024-11-11T10:20:30.123456+00:00', '{}', '{}')`;

/** A writer that never rests beside a reader takes its time on a slow machine. */
const BUSY = { timeout: 240_000 };

let own: TestEngine;

beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

/** Makes a file look as if nobody had written it for an hour. */
function age(path: string): void {
  const then = new Date(Date.now() - 3_600_000);
  utimesSync(path, then, then);
}

function makeFile(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

function codes(status: { readonly notes: readonly { readonly code: string }[] }): readonly string[] {
  return status.notes.map((note) => note.code);
}

describe('nothing where the file lies is changed', () => {
  test('a file at rest is read where it lies', async () => {
    const folder = tempDir();
    fillSqlite(join(folder, 'a.db'), 1_500);
    age(join(folder, 'a.db'));
    const before = folderState(folder);
    const status = await own.capture(`sqlite:${join(folder, 'a.db')}`);
    expect(status).toMatchObject({ state: 'complete', read: 1_500, captured: 1_500, expected: 1_500 });
    expect(folderState(folder)).toEqual(before);
  });

  test('a WAL database that its writer holds open is copied with its log, and read to the last commit', async () => {
    const folder = tempDir();
    const path = join(folder, 'live.db');
    await using writer = startWriter(
      path,
      `const db = new Database(path); db.pragma('journal_mode = WAL'); db.exec(\`${TABLE}\`);
       const insert = db.prepare(\`${INSERT}\`); for (let n = 0; n < 300; n += 1) insert.run('e' + n); say('ready');`,
    );
    await writer.said('ready');
    const before = folderState(folder);
    expect(before).toHaveLength(3);
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'complete', captured: 300 });
    expect(codes(status)).toContain('copied');
    const description = await own.engine.run('event_audit_test_source', { url: `sqlite:${path}` });
    expect(description.records).toBe(300);
    expect(folderState(folder)).toEqual(before);
    expect(readdirSync(join(own.dataDir, 'copies'))).toEqual([]);
  });

  test.each(['WAL', 'DELETE'])(
    'a database that is being written (%s) is captured at one instant',
    BUSY,
    async (mode) => {
      const folder = tempDir();
      const path = join(folder, 'busy.db');
      // Each transaction writes two events and removes two, so that there are always as many, and checkpoints come often.
      await using writer = startWriter(
        path,
        `const db = new Database(path); db.pragma('journal_mode = ${mode}'); db.pragma('synchronous = OFF');
       db.pragma('wal_autocheckpoint = 20'); db.exec(\`${TABLE}\`);
       const insert = db.prepare(\`${INSERT}\`);
       const remove = db.prepare('DELETE FROM event_audit_event WHERE id IN (?, ?)');
       const pair = db.transaction((n) => {
         insert.run('a' + n); insert.run('b' + n); remove.run('a' + (n - 20000), 'b' + (n - 20000));
       });
       for (let n = 0; n < 20000; n += 1) pair(n);
       say('ready');
       let n = 20000;
       const more = () => { for (let i = 0; i < 20; i += 1) pair(n++); setTimeout(more, 2); };
       more();`,
      );
      await writer.said('ready');
      for (let round = 0; round < 3; round += 1) {
        const status = await own.capture(`sqlite:${path}`);
        expect(status).toMatchObject({ state: 'complete', rejected: 0, captured: 40_000 });
      }
      // The writer went on all the time: its own commits never failed.
      await writer.kill();
      expect(new Database(path).pragma('integrity_check', { simple: true })).toBe('ok');
    },
  );

  test('a database in a read-only folder is read with the log that was copied along', async () => {
    const live = tempDir();
    const path = join(live, 'live.db');
    await using writer = startWriter(
      path,
      `const db = new Database(path); db.pragma('journal_mode = WAL'); db.exec(\`${TABLE}\`);
       const insert = db.prepare(\`${INSERT}\`); for (let n = 0; n < 30; n += 1) insert.run('e' + n); say('ready');`,
    );
    await writer.said('ready');
    const handed = join(tempDir(), 'handed');
    mkdirSync(handed);
    for (const name of ['live.db', 'live.db-wal']) {
      copyFileSync(join(live, name), join(handed, name));
      chmodSync(join(handed, name), 0o444);
    }
    chmodSync(handed, 0o555);
    const before = folderState(handed);
    const status = await own.capture(`sqlite:${join(handed, 'live.db')}`);
    expect(status).toMatchObject({ state: 'complete', captured: 30 });
    expect(folderState(handed)).toEqual(before);
    chmodSync(handed, 0o755);
  });

  test('a WAL database without its log says what may be missing', async () => {
    const folder = tempDir();
    const path = join(folder, 'a.db');
    fillSqlite(path, 20);
    const database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.close();
    age(path);
    const before = folderState(folder);
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'complete', captured: 20 });
    expect(codes(status)).toEqual(['wal_missing']);
    expect(folderState(folder)).toEqual(before);
  });

  test('an unfinished write of a crashed program is undone in a copy only', async () => {
    const folder = tempDir();
    const path = join(folder, 'crashed.db');
    fillSqlite(path, 2_000);
    await using writer = startWriter(
      path,
      `const db = new Database(path); db.pragma('journal_mode = DELETE'); db.pragma('cache_size = 2'); db.exec('BEGIN');
       db.exec("UPDATE event_audit_event SET actor = 'half written'"); say('half');`,
    );
    await writer.said('half');
    await writer.kill();
    const before = folderState(folder);
    expect(before).toHaveLength(2);
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'complete', captured: 2_000 });
    expect(codes(status)).toContain('journal_rolled_back');
    const { total } = await own.engine.run('event_audit_count_events', {
      snapshot_id: status.snapshot_id,
      filter: { conditions: [{ field: 'actor', values: ['half written'] }] },
    });
    expect(total).toBe(0);
    expect(folderState(folder)).toEqual(before);
  });
});

describe('tables as they are met', () => {
  test('missing and extra columns are named', async () => {
    const path = join(tempDir(), 'a.db');
    makeFile(
      path,
      `CREATE TABLE event_audit_event (ID, Category, action, timestamp, tenant TEXT, "odd ""name""" TEXT);
       INSERT INTO event_audit_event VALUES ('1', 'api', 'x', '2024-01-01T00:00:00+00:00', 't', 'o')`,
    );
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'complete', captured: 1 });
    const messages = status.notes.map((note) => note.message).join(' ');
    expect(codes(status)).toEqual(['missing_columns', 'extra_columns']);
    expect(messages).toContain('actor, action_object');
    expect(messages).toContain('tenant, odd "name"');
  });

  test('several tables that fit are offered, and one is chosen by name', async () => {
    const path = join(tempDir(), 'a.db');
    const columns = '(id, category, action, timestamp)';
    makeFile(
      path,
      `CREATE TABLE audit_2023 ${columns}; CREATE TABLE audit_2024 ${columns}; CREATE TABLE other (a);
       INSERT INTO audit_2024 VALUES ('1', 'api', 'x', '2024-01-01T00:00:00+00:00')`,
    );
    await expect(own.capture(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('audit_2023, audit_2024'),
      details: { tables: ['audit_2023', 'audit_2024', 'other'], fitting: ['audit_2023', 'audit_2024'] },
    });
    expect(await own.capture(`sqlite:${path}?table=audit_2024`)).toMatchObject({ state: 'complete', captured: 1 });
  });
});

describe('a table among others', () => {
  const columns =
    '(id, category, action, actor, action_object, action_object_id, target_type, target_id, timestamp, result, payload)';
  const row = "VALUES ('1', 'api', 'x', '', '', '', '', '', '2024-01-01T00:00:00+00:00', '{}', '{}')";

  test('of the usual name is read, and the others that fit are named, unless one was asked for', async () => {
    const path = join(tempDir(), 'a.db');
    makeFile(
      path,
      `CREATE TABLE event_audit_event ${columns}; CREATE TABLE event_audit_archive ${columns}; CREATE TABLE other (id);
       INSERT INTO event_audit_event ${row}`,
    );
    const status = await own.capture(`sqlite:${path}`);
    expect(codes(status)).toEqual(['other_tables']);
    expect(status.notes[0]?.message).toContain('could hold an audit trail, too: event_audit_archive. Add ?table=NAME');
    expect(codes(await own.capture(`sqlite:${path}?table=event_audit_event`))).toEqual([]);
  });

  test('of the usual name that holds no audit trail is said to, with the one that does', async () => {
    const path = join(tempDir(), 'a.db');
    makeFile(
      path,
      `CREATE TABLE event_audit_event (id, note); CREATE TABLE trail ${columns}; INSERT INTO trail ${row}`,
    );
    await expect(own.capture(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringMatching(/lacks category, action, timestamp\. These could be it: trail\. Add \?table=NAME/),
    });
  });
});

describe('hostile files', () => {
  // Runs for longer than anybody waits, if it is ever run.
  const bomb = `(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000000) SELECT max(x) FROM n)`;
  const like = `(printf('%.*c', 40000, 'a') LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%b')`;

  test('a view in the place of the table is not run', async () => {
    const path = join(tempDir(), 'a.db');
    makeFile(
      path,
      `CREATE VIEW event_audit_event AS SELECT '1' AS id, 'api' AS category, ${bomb} AS action, 'x' AS timestamp`,
    );
    await expect(own.capture(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('has no table event_audit_event'),
    });
  });

  test('computed columns, checks, indexes on expressions, triggers and views beside the table never run', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 3);
    makeFile(
      path,
      `PRAGMA ignore_check_constraints = ON;
       CREATE TABLE bait (a TEXT CHECK (a IS NULL OR ${like}), b AS (${like}) VIRTUAL NOT NULL);
       ALTER TABLE event_audit_event ADD COLUMN trap TEXT AS (${like}) VIRTUAL;
       CREATE VIEW spy AS SELECT ${bomb};
       CREATE TRIGGER t AFTER INSERT ON bait BEGIN SELECT ${bomb}; END;`,
    );
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'complete', captured: 3 });
    expect(codes(status)).toEqual(['computed_columns', 'integrity_not_checked']);
  });

  test('a check constraint that never ends is not evaluated by the integrity check', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 3);
    makeFile(
      path,
      `PRAGMA ignore_check_constraints = ON;
       CREATE TABLE bait (a TEXT CHECK (${like}));
       INSERT INTO bait VALUES ('x');`,
    );
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({ state: 'complete', captured: 3, notes: [] });
  });

  test('a value of 200 megabytes is set aside without being held', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 3);
    makeFile(
      path,
      `INSERT INTO event_audit_event (id, category, action, timestamp, payload)
       VALUES ('huge', 'api', 'x', '2024-01-01T00:00:00+00:00', zeroblob(200000000))`,
    );
    expect(await own.capture(`sqlite:${path}`)).toMatchObject({ state: 'complete', captured: 3, rejected: 1 });
  });

  test('damage that reading does not meet is found all the same', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 2_000);
    makeFile(path, `CREATE TABLE other (a); INSERT INTO other VALUES (randomblob(30000))`);
    const size = readFileSync(path).length;
    const file = openSync(path, 'r+');
    // The last page is part of the blob's overflow chain: its link now leads to a page of something else.
    writeSync(file, Buffer.from([0, 0, 0, 2]), 0, 4, size - 4_096 * 3);
    closeSync(file);
    const status = await own.capture(`sqlite:${path}`);
    expect(status).toMatchObject({ state: 'partial', captured: 2_000, reason: { code: 'source_invalid' } });
    expect(status.reason?.message).toContain('damaged');
  });
});

describe('long reads', () => {
  test('an abort is answered while SQLite is stuck in one step', async () => {
    const task = { work: 'read', file: '', writable: false, shown: '', table: undefined } as const;
    let gone = false;
    const thread = new ReaderThread(task, {
      script: new URL('../support/stuck-reader.ts', import.meta.url),
      after: async () => {
        gone = true;
      },
    });
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const message of thread.messages(controller.signal)) {
        expect(message.type).toBe('layout');
        await sleep(200);
        setTimeout(() => controller.abort(), 100);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'cancelled' });
    await thread.stop();
    // The thread is still at its step, which takes it seconds; nobody waited for that.
    expect(gone).toBe(false);
    await expect.poll(() => gone).toBe(true);
  });

  test('a command that is interrupted ends at once, though SQLite is stuck for ever, and leaves no copy', async () => {
    const copy = join(tempDir(), 'copy');
    writeFileSync(copy, 'a private copy');
    const program = join(import.meta.dirname, '../support/stuck-command.ts');
    const child = spawn(process.execPath, [program, copy], { stdio: ['ignore', 'ignore', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).toEqual([null, 'SIGINT']);
    expect(existsSync(copy)).toBe(false);
  });

  test('a large table is counted right, in steps, whatever its row numbers', () => {
    const database = new Database(':memory:');
    database.exec(`CREATE TABLE event_audit_event (id, category, action, timestamp);
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 250000)
      INSERT INTO event_audit_event (_rowid_, id, category, action, timestamp) SELECT n * 7, hex(zeroblob(600)), 'c', 'a', 't' FROM numbers;
      INSERT INTO event_audit_event (_rowid_) VALUES (-9223372036854775808), (9223372036854775807), (-5)`);
    const layout = findLayout(database, 'it', undefined);
    expect(sizeInBytes(database)).toBeGreaterThan(2 ** 28);
    expect(countRows(database, layout)).toEqual({ records: 250_003, estimated: false });
    expect(countRows(database, layout, () => false).records).toBeLessThan(250_003);
    // While it is read, its first rows need not wait for that.
    const count = new CountBeside(database, layout);
    expect(count.known()).toBeUndefined();
    const said: (number | undefined)[] = [];
    let read = 0;
    for (const { keys, broken } of readRows(database, layout)) {
      read += keys.length + broken.length;
      said.push(count.known(keys.length + broken.length));
    }
    expect(read).toBe(250_003);
    expect(said.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => undefined));
    expect(said.filter((records) => records !== undefined)).toEqual([250_003]);
    database.close();
  });

  test('first rows can be looked at before a twentieth is read, and the engine stays awake', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 150_000);
    age(path);
    let firstRevealed = Number.POSITIVE_INFINITY;
    // Time this thread was at work, not time that passed: other programs may want the machine as well.
    let longest = 0;
    let last = process.threadCpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.threadCpuUsage(last);
      longest = Math.max(longest, (user + system) / 1_000);
      last = process.threadCpuUsage();
    }, 20);
    const status = await own.capture(`sqlite:${path}`, {
      onProgress: ({ revision, captured, read }) => {
        if (revision > 0 && captured > 0) firstRevealed = Math.min(firstRevealed, read);
      },
    });
    clearInterval(timer);
    expect(status).toMatchObject({ state: 'complete', captured: 150_000 });
    expect(firstRevealed).toBeLessThan(150_000 / 20);
    expect(longest).toBeLessThan(1_000);
  });

  test('an abort in the middle keeps what was read as partial and leaves no copy behind', async () => {
    const path = join(tempDir(), 'a.db');
    fillSqlite(path, 60_000);
    const controller = new AbortController();
    const status = await own.capture(`sqlite:${path}`, {
      signal: controller.signal,
      onProgress: ({ read }) => {
        if (read > 0) controller.abort();
      },
    });
    expect(status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
    expect(status.read).toBeLessThan(60_000);
    expect(readdirSync(join(own.dataDir, 'copies'))).toEqual([]);
  });
});
