/** SQLite files as auditors are handed them: what is in them comes out, and what is wrong with them is said. */
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { toErrorReply } from '../../src/shared/errors.ts';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { runCli } from '../support/cli.ts';
import { generateEvents } from '../support/events.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { captureSource, failureOf, type CapturedSource } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

const COLUMNS = `id, category, action, actor, action_object, action_object_id, target_type, target_id, timestamp, result, payload`;
const TABLE = `CREATE TABLE event_audit_event (${COLUMNS})`;
const WHEN = `'2024-03-01T10:00:00+00:00'`;

/** A file made by SQL. */
function made(...statements: readonly string[]): string {
  const path = join(tempDir(), 'audit.db');
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

/** A sound file of 2,000 events. */
function soundFile(): string {
  const path = join(tempDir(), 'audit.db');
  fillSqlite(path, 2_000);
  return path;
}

function balanced(status: SnapshotStatus): SnapshotStatus {
  expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
  return status;
}

async function captured(path: string, table = ''): Promise<CapturedSource> {
  const source = await captureSource(`sqlite:${path}${table === '' ? '' : `?table=${table}`}`);
  balanced(source.status);
  return source;
}

async function problem(url: string): Promise<{ readonly code: unknown; readonly message: string }> {
  const failure = await failureOf(captureSource(url));
  expect(failure.message).toMatch(/^[^\n]+$/);
  return failure;
}

describe('a file as the extension’s table has it', () => {
  it('comes out as it went in, and stays as it was', async () => {
    const path = join(tempDir(), 'audit.db');
    fillSqlite(path, 700, { hostile: 0.2 });
    const before = readFileSync(path);
    const { status, events } = await captured(path);
    expect(status).toMatchObject({ state: 'complete', captured: 700, rejected: 0, expected: 700, notes: [] });
    const written = new Map([...generateEvents(700, { hostile: 0.2 })].map(({ event }) => [event.id, event]));
    const found = (await events()).map((event) => EVENT_FIELDS.map((field) => event[field]));
    const wrong = found.filter(([id, ...fields]) => {
      const { result, payload, ...flat } = written.get(id ?? '') ?? { id: '', result: null, payload: null };
      return !isDeepStrictEqual(
        [id, ...fields],
        [...Object.values(flat), JSON.stringify(result), JSON.stringify(payload)],
      );
    });
    expect(wrong).toEqual([]);
    expect(found).toHaveLength(700);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is found under odd paths', async () => {
    const folder = join(tempDir(), 'a b', 'Über ?x #y 100%');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "o'hara.db");
    fillSqlite(path, 3);
    for (const url of [`sqlite:${path}`, `sqlite://${path}`, `sqlite:${path}?table=event_audit_event`]) {
      expect((await captureSource(url)).status.captured).toBe(3);
    }
  });
});

describe('tables that are not quite it', () => {
  it('a missing table is named, with what there is instead', async () => {
    const path = made('CREATE TABLE a (x)', 'CREATE TABLE b (id, action)');
    expect(await problem(`sqlite:${path}`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringMatching(/no table event_audit_event.*a, b.*id, category, action, timestamp/),
    });
    expect(await problem(`sqlite:${path}?table=log`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('no table log'),
    });
    expect((await problem(`sqlite:${made()}`)).message).toMatch(/no tables at all|empty/);
  });

  it('the only table that fits is taken; of several, the reader must choose', async () => {
    const one = made(
      'CREATE TABLE other (x)',
      'CREATE TABLE Trail (ID, Category, ACTION, timestamp)',
      `INSERT INTO Trail VALUES ('1', 'c', 'a', ${WHEN})`,
    );
    expect((await captured(one)).status.captured).toBe(1);
    const two = made(
      `CREATE TABLE t1 (${COLUMNS})`,
      `CREATE TABLE t2 (${COLUMNS})`,
      `INSERT INTO t2 (id, category, action, timestamp) VALUES ('1', 'c', 'a', ${WHEN})`,
    );
    expect(await problem(`sqlite:${two}`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringMatching(/t1, t2.*\?table=NAME/),
    });
    expect((await captured(two, 't2')).status.captured).toBe(1);
    expect((await captured(two, 't1')).status.captured).toBe(0);
  });

  it('columns that lack are said and empty; columns that are too many are said and left out', async () => {
    const path = made(
      'CREATE TABLE event_audit_event (extra, id, timestamp, action, category, "more ""x""")',
      `INSERT INTO event_audit_event VALUES ('secret', '1', ${WHEN}, 'a', 'c', 2)`,
    );
    const { noteCodes, events } = await captured(path);
    expect(noteCodes).toEqual(['missing_columns', 'extra_columns']);
    expect(await events()).toMatchObject([
      { id: '1', category: 'c', action: 'a', actor: '', target_id: '', result: null, payload: null },
    ]);
  });

  it('a table without a required column is no audit trail', async () => {
    const path = made('CREATE TABLE event_audit_event (id, category, action)');
    expect(await problem(`sqlite:${path}`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('it lacks timestamp'),
    });
  });

  it('a view is never run, whatever it is called', async () => {
    const view = `CREATE VIEW event_audit_event AS SELECT 1 AS id, 'c' AS category, 'a' AS action, ${WHEN} AS timestamp`;
    const alone = made(view);
    for (const source of [`sqlite:${alone}`, `sqlite:${alone}?table=Event_Audit_Event`]) {
      expect(await problem(source)).toMatchObject({
        code: 'source_invalid',
        message: expect.stringMatching(
          /no table event_audit_event: that is a view or a virtual table, which is never read/i,
        ),
      });
    }
    const beside = made(view, `CREATE TABLE trail (${COLUMNS})`);
    expect((await captured(beside)).status.captured).toBe(0);
  });

  it('a parameter that SQLite sources do not have is refused', async () => {
    expect(await problem(`sqlite:${made(TABLE)}?tabel=x`)).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('“tabel”'),
    });
  });
});

/** A cell that is no text, as it stands among what was set aside. */
const base64 = (type: string, hex: string): unknown => ({
  type,
  base64: Buffer.from(hex, 'hex').toString('base64'),
});

describe('cells that are not quite it', () => {
  it('numbers and blobs as ids and texts are read as texts', async () => {
    const path = made(
      TABLE,
      `INSERT INTO event_audit_event (id, category, action, actor, timestamp) VALUES
        (9007199254740993, 'c', 'a', 1, ${WHEN}), (-1, 'c', 'a', 2.5, ${WHEN}), (X'6162C3A9', 'c', 'a', X'', ${WHEN}), (1.5e300, 'c', 'a', '', ${WHEN})`,
    );
    const { status, events } = await captured(path);
    expect(status).toMatchObject({ captured: 4, rejected: 0 });
    const found = (await events()).map(({ id, actor }) => `${id}: ${actor}`);
    expect(found.toSorted()).toEqual(['-1: 2.5', '1.5e+300: ', '9007199254740993: 1', 'abé: ']);
  });

  it.each(['', ' WITHOUT ROWID'])(
    'text and blobs that are not UTF-8 are set aside, not repaired, in a table%s',
    async (tail) => {
      const path = made(
        `CREATE TABLE event_audit_event (id TEXT PRIMARY KEY, category, action, actor, timestamp)${tail}`,
        `INSERT INTO event_audit_event VALUES
        ('ok', 'c', 'a', 'a real \u{fffd}', ${WHEN}),
        ('text', 'c', 'a', CAST(X'61FF62' AS TEXT), ${WHEN}),
        ('blob', 'c', 'a', X'61FF63', ${WHEN}),
        (CAST(X'FE' AS TEXT), 'c', 'a', '', ${WHEN})`,
      );
      const { status, events, rejects } = await captured(path);
      expect(status).toMatchObject({ state: 'complete', read: 4, captured: 1, rejected: 3 });
      expect(await events()).toMatchObject([{ id: 'ok', actor: 'a real \u{fffd}' }]);
      const rest = {
        category: 'c',
        action: 'a',
        action_object: null,
        target_id: null,
        timestamp: '2024-03-01T10:00:00+00:00',
      };
      expect(new Set((await rejects()).map(({ code }) => code))).toEqual(new Set(['not_utf8']));
      expect((await rejects()).map(({ preview }): unknown => JSON.parse(preview))).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ ...rest, id: 'text', actor: base64('text', '61ff62') }),
          expect.objectContaining({ ...rest, id: 'blob', actor: base64('blob', '61ff63') }),
          expect.objectContaining({ ...rest, id: base64('text', 'fe'), actor: '' }),
        ]),
      );
    },
  );

  it.each(['', ' WITHOUT ROWID'])(
    'a value that is too large is set aside with the whole row, as far as it can be kept, in a table%s',
    async (tail) => {
      const path = made(
        `CREATE TABLE event_audit_event (id TEXT PRIMARY KEY, category, action, actor, timestamp, payload)${tail}`,
        `INSERT INTO event_audit_event VALUES ('large', 'c', 7, 1.5, ${WHEN}, '{"a":"' || printf('%.*c', 20000000, 'x') || '"}')`,
      );
      const { status, rejects } = await captured(path);
      expect(status).toMatchObject({ captured: 0, rejected: 1 });
      const [reject] = await rejects();
      expect(reject).toMatchObject({
        code: 'too_large',
        preview: expect.stringMatching(/^\{"id":"large","category":"c","action":7,"actor":1\.5,/),
      });
      // Without a row number, a row can't be asked for again: it comes with the beginning of what is too large.
      const kept = tail === '' ? 20_000_000 : 1_000_000;
      expect(reject?.size).toBeGreaterThan((kept * 4) / 3);
    },
  );

  it('text in UTF-16 that is none is set aside, not taken for other characters', async () => {
    const path = made(
      `PRAGMA encoding = 'UTF-16le'`,
      TABLE,
      `INSERT INTO event_audit_event (id, category, action, actor, timestamp) VALUES
        ('fine', 'c', 'a', 'ü\u{1f600}\u{fffd}', ${WHEN}), ('lone', 'c', 'a', CAST(X'00D861006200' AS TEXT), ${WHEN})`,
    );
    const { events, rejects } = await captured(path);
    expect(await events()).toMatchObject([{ id: 'fine', actor: 'ü\u{1f600}\u{fffd}' }]);
    const [reject] = await rejects();
    expect(reject).toMatchObject({ code: 'not_utf16' });
    expect(JSON.parse(reject?.preview ?? '')).toMatchObject({
      id: 'lone',
      actor: { type: 'text', base64: Buffer.from('00D861006200', 'hex').toString('base64') },
    });
  });

  it('text with NUL bytes is kept to its end', async () => {
    const path = made(
      TABLE,
      `INSERT INTO event_audit_event (id, category, action, timestamp) VALUES ('a' || char(0) || 'b', 'c', 'a' || char(0), ${WHEN})`,
    );
    const { events } = await captured(path);
    expect(await events()).toMatchObject([{ id: 'a\0b', action: 'a\0' }]);
  });

  it('rows that are no events are set aside under their row number', async () => {
    const path = made(
      TABLE,
      `INSERT INTO event_audit_event (_rowid_, id, category, action, timestamp, result, payload) VALUES
        (7, NULL, 'c', 'a', ${WHEN}, NULL, NULL), (8, '1', '', 'a', ${WHEN}, NULL, NULL), (9, '1', 'c', 'a', 'soon', NULL, NULL),
        (10, '1', 'c', 'a', ${WHEN}, '{', NULL), (11, '1', 'c', 'a', ${WHEN}, NULL, '[1'), (12, '1', 'c', 'a', 1709287200, NULL, NULL),
        (13, '1', 'c', 'a', ${WHEN}, '{"a":1}', '')`,
    );
    const { status, rejects } = await captured(path);
    expect((await rejects()).map(({ code, key }) => [key, code])).toEqual([
      ['row 7', 'missing_field'],
      ['row 8', 'empty_field'],
      ['row 9', 'bad_timestamp'],
      ['row 10', 'not_json'],
      ['row 11', 'not_json'],
      ['row 12', 'bad_timestamp'],
      ['row 13', 'not_json'],
    ]);
    expect(status).toMatchObject({ state: 'complete', captured: 0 });
  });

  it('a table WITHOUT ROWID is read like any other', async () => {
    const path = made(
      `CREATE TABLE event_audit_event (id TEXT PRIMARY KEY, category, action, timestamp) WITHOUT ROWID`,
      ...['b', 'a'].map((id) => `INSERT INTO event_audit_event VALUES ('${id}', 'c', 'a', ${WHEN})`),
    );
    expect((await (await captured(path)).events()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('a database in UTF-16 is read like any other', async () => {
    const path = made(
      `PRAGMA encoding = 'UTF-16le'`,
      TABLE,
      `INSERT INTO event_audit_event (id, category, action, timestamp) VALUES ('ü\u{1f600}\u{fffd}', 'c', 'a', ${WHEN})`,
    );
    expect((await (await captured(path)).events()).map(({ id }) => id)).toEqual(['ü\u{1f600}\u{fffd}']);
  });
});

describe('files that are damaged or none', () => {
  it.each([50, 99, 5_000, 100_000])('a file that is cut off at byte %i says so', async (bytes) => {
    const path = soundFile();
    truncateSync(path, bytes);
    expect(await problem(`sqlite:${path}`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringMatching(/cut off|damaged/),
    });
  });

  it('damage in the middle makes a partial capture or an error, never a whole result', async () => {
    const path = soundFile();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4_096 * 20, 4_096 * 40);
    writeFileSync(path, bytes);
    const outcome = await captureSource(`sqlite:${path}`).then(
      ({ status }) => [balanced(status).state, status.reason?.code],
      (error: unknown) => ['partial', toErrorReply(error).code],
    );
    expect(outcome).toEqual(['partial', 'source_invalid']);
  });

  it.each([
    ['that is empty', (path: string) => writeFileSync(path, ''), /is empty/],
    ['of text', (path: string) => writeFileSync(path, 'id,category\n'.repeat(100)), /not a SQLite file/],
    ['of zeros', (path: string) => writeFileSync(path, Buffer.alloc(8_192)), /not a SQLite file/],
    ['that is a folder', (path: string) => mkdirSync(path), /is a folder/],
  ])('a file %s is not taken for a database', async (_what, make, message) => {
    const path = join(tempDir(), 'audit.db');
    make(path);
    expect(await problem(`sqlite:${path}`)).toMatchObject({
      code: 'source_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('a file that is not there, or no file at all, is not reachable', async () => {
    expect(await problem(`sqlite:${join(tempDir(), 'none.db')}`)).toMatchObject({ code: 'source_unreachable' });
    expect(await problem('sqlite:')).toMatchObject({ code: 'invalid_input' });
    expect((await problem(`sqlite:${soundFile()}/x.db`)).code).toBe('source_unreachable');
  });

  it('a file that this user may not read is refused', async () => {
    const path = soundFile();
    chmodSync(path, 0o000);
    const cli = await runCli(['events', `--source=sqlite:${path}`], { dataDir: tempDir(), unprivileged: true });
    expect(cli).toMatchObject({
      code: 3,
      stdout: '',
      said: [`event-audit: ${path} may not be read by this user. Ask its owner for read access.`],
    });
  });
});

describe('the command', () => {
  it('ends with 4 when rows were set aside, and says the balance', async () => {
    const path = made(
      TABLE,
      `INSERT INTO event_audit_event (id, category, action, timestamp) VALUES ('1', 'c', 'a', ${WHEN}), ('2', 'c', 'a', 'x')`,
    );
    const cli = await runCli(['events', `--source=sqlite:${path}`], { dataDir: tempDir() });
    expect(cli.code).toBe(4);
    expect(cli.said).toContain('event-audit: warning: 2 records read = 1 event + 1 set aside + 0 delivered twice.');
  });

  it('reads a file by a path relative to where it was started', async () => {
    const cwd = tempDir();
    fillSqlite(join(cwd, 'audit.db'), 4);
    const cli = await runCli(['events', '--source=sqlite:audit.db'], { dataDir: tempDir(), cwd });
    expect(cli).toMatchObject({ code: 0, stderr: expect.stringContaining('4 of 4 events') });
  });
});
