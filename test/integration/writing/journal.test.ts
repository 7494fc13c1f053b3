/** The embedded store's journal: what is changed behind the product's back is found, and nothing acknowledged is lost. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { JournalHead } from '../../../src/shared/contract.ts';
import { Journal, knownHead } from '../../../src/main/engine/repositories/sqlite/journal.ts';
import { verifyJournal } from '../../../src/main/engine/repositories/sqlite/verify-journal.ts';
import { oneEvent } from '../../support/events.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine } from '../../support/test-engine.ts';

const WRITER = join(import.meta.dirname, '../../support/journal-writer.ts');
const DIGEST = 'ab'.repeat(32);

/** A store with the events `e1` to `e6`, in a folder of its own. */
function filled(actor = 'alice'): string {
  const path = join(tempDir(), 'event-audit.sqlite');
  add(path, [1, 2, 3, 4, 5, 6], actor);
  return path;
}

function add(path: string, numbers: readonly number[], actor = 'alice'): void {
  const journal = Journal.open(path);
  journal.append(numbers.map((n) => oneEvent({ id: `e${n}`, actor, payload: { n } }).event));
  journal.close();
}

/** Runs SQL in the program `sqlite3`, with the store's triggers or as somebody who knows how to switch them off. */
function shell(path: string, sql: string, triggers: 'on' | 'off' = 'off'): void {
  const command = `.dbconfig enable_trigger ${triggers}`;
  execFileSync('sqlite3', ['-bail', '-cmd', command, path, sql], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function codes(path: string, known: readonly JournalHead[] = [knownHead(path)]): Promise<readonly string[]> {
  const { ok, findings } = await verifyJournal(path, known);
  expect(ok).toBe(findings.length === 0);
  expect(findings.filter(({ message }) => !/^[^\n]+\.$/.test(message))).toEqual([]);
  return findings.map(({ code }) => code);
}

describe('the journal', () => {
  it('verifies as it was written, and tells its head', async () => {
    const path = filled();
    const verified = await verifyJournal(path, [knownHead(path)]);
    expect(verified).toMatchObject({ ok: true, events: 6, entries: 6, findings: [], head: knownHead(path) });
    expect(verified.head.seq).toBe(6);
  });

  it.each([
    ['a changed field', "UPDATE event_audit_event SET actor = 'mallory' WHERE id = 'e2'", ['event_changed']],
    ['text that became bytes', "UPDATE event_audit_event SET actor = x'00' WHERE id = 'e2'", ['event_changed']],
    ['text that became nothing', "UPDATE event_audit_event SET actor = NULL WHERE id = 'e2'", ['event_changed']],
    ['another id', "UPDATE event_audit_event SET id = 'e9' WHERE id = 'e2'", ['event_added', 'event_removed']],
    ['a removed event', "DELETE FROM event_audit_event WHERE id = 'e2'", ['event_removed']],
    [
      'an inserted event',
      "INSERT INTO event_audit_event (id, category, action, timestamp) VALUES ('e9', 'a', 'b', '2024-01-01T00:00:00Z')",
      ['event_added'],
    ],
    [
      'a changed digest',
      `UPDATE journal SET digest = '${DIGEST}' WHERE seq = 3`,
      ['journal_entry_changed', 'event_changed'],
    ],
    ['a changed time', "UPDATE journal SET at = '2001-01-01T00:00:00.000Z' WHERE seq = 3", ['journal_entry_changed']],
    ['a removed entry', 'DELETE FROM journal WHERE seq = 3', ['journal_entry_removed', 'event_added']],
    [
      'a removed event with its entry',
      "DELETE FROM journal WHERE seq = 3; DELETE FROM event_audit_event WHERE id = 'e3'",
      ['journal_entry_removed'],
    ],
    [
      'an inserted entry',
      `INSERT INTO journal VALUES (7, 'event', 'e9', '${DIGEST}', '2024-01-01T00:00:00.000Z', '${DIGEST}')`,
      ['journal_entry_changed', 'event_removed'],
    ],
    [
      'an inserted removal',
      `INSERT INTO journal VALUES (7, 'removed', 'e3', '${DIGEST}', '2024-01-01T00:00:00.000Z', '${DIGEST}')`,
      ['journal_entry_changed', 'journal_entry_changed'],
    ],
    [
      'an end that was cut off',
      "DELETE FROM journal WHERE seq > 4; DELETE FROM event_audit_event WHERE id IN ('e5', 'e6')",
      ['journal_truncated'],
    ],
    ['everything gone', 'DELETE FROM journal; DELETE FROM event_audit_event', ['journal_truncated']],
    ['a trigger that is gone', 'DROP TRIGGER journal_loses_nothing', ['guard_removed']],
    [
      'a trigger that somebody added',
      'CREATE TRIGGER quiet BEFORE INSERT ON journal WHEN false BEGIN SELECT 1; END',
      ['guard_changed'],
    ],
  ])('finds %s', async (_what, sql, expected) => {
    const path = filled();
    shell(path, sql);
    expect(await codes(path)).toEqual(expected);
  });

  it('finds that its end was cut off by any head that was kept elsewhere, when the one beside it is gone, too', async () => {
    const path = filled();
    const head = knownHead(path);
    rmSync(join(path, '../event-audit.head.json'));
    shell(path, "DELETE FROM journal WHERE seq > 4; DELETE FROM event_audit_event WHERE id IN ('e5', 'e6')");
    expect(await codes(path)).toEqual([]);
    expect(await codes(path, [head])).toEqual(['journal_truncated']);
  });

  it('finds that it was written anew, by each of several heads of one place', async () => {
    const path = filled();
    const head = knownHead(path);
    copyFileSync(filled('mallory'), path);
    expect(await codes(path)).toEqual(['journal_rewritten']);
    expect(await codes(path, [head, { seq: head.seq, hash: DIGEST }])).toEqual([
      'journal_rewritten',
      'journal_rewritten',
    ]);
  });

  it('does not forget what was cut off when the product writes on', async () => {
    const path = filled();
    shell(path, "DELETE FROM journal WHERE seq > 4; DELETE FROM event_audit_event WHERE id IN ('e5', 'e6')");
    add(path, [7]);
    expect(await codes(path)).toEqual(['journal_truncated']);
    add(path, [8, 9, 10]);
    expect(await codes(path)).toEqual(['journal_rewritten']);
  });

  it('reports a hundred findings and counts the rest', async () => {
    const path = filled();
    add(
      path,
      Array.from({ length: 200 }, (_, n) => n + 10),
    );
    shell(path, "UPDATE event_audit_event SET action = 'x'");
    const { findings, more_findings } = await verifyJournal(path, []);
    expect([findings.length, more_findings]).toEqual([100, 106]);
  });

  it('says in one line that a file is none of ours, or damaged', async () => {
    const path = filled();
    const invalid = { code: 'source_invalid', message: expect.stringMatching(/^[^\n]+\.$/) };
    await expect(verifyJournal(`${path}.none`, [])).rejects.toMatchObject({ code: 'not_found' });
    shell(path, 'DROP TABLE journal');
    await expect(verifyJournal(path, [])).rejects.toMatchObject(invalid);
    writeFileSync(path, 'no database, but long enough to be taken for the beginning of one'.repeat(20));
    await expect(verifyJournal(path, [])).rejects.toMatchObject(invalid);
    expect(() => Journal.open(path)).toThrow(expect.objectContaining({ code: 'source_invalid' }));
  });

  it('stops when it is aborted', async () => {
    await expect(verifyJournal(filled(), [], AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    "UPDATE event_audit_event SET actor = 'mallory' WHERE id = 'e2'",
    "DELETE FROM event_audit_event WHERE id = 'e2'",
    "INSERT OR REPLACE INTO event_audit_event (id, category, action, timestamp) VALUES ('e2', 'a', 'b', 'c')",
    "INSERT OR REPLACE INTO event_audit_event (rowid, id, category, action, timestamp) VALUES (2, 'e9', 'a', 'b', 'c')",
    "UPDATE journal SET digest = '' WHERE seq = 2",
    'DELETE FROM journal WHERE seq = 2',
    "INSERT OR REPLACE INTO journal VALUES (2, 'event', 'e2', '', '', '')",
  ])('lets no other program do: %s', async (sql) => {
    const path = filled();
    expect(() => shell(path, sql, 'on')).toThrow(/append-only/);
    expect(await codes(path)).toEqual([]);
  });

  it('records what the product itself removes, so that it still verifies, and by every head of before', async () => {
    await using own = await testEngine(['track_api=false', 'track_model=false']);
    const path = join(own.dataDir, 'event-audit.sqlite');
    add(path, [1, 2, 3, 4, 5, 6]);
    const before = knownHead(path);
    const filter = { conditions: [{ field: 'id' as const, values: ['e2', 'e5'] }] };
    expect(
      await own.engine.run('event_audit_remove_events', { source: 'basic:', filter, confirm: true }),
    ).toMatchObject({ removed: 2, left: 0 });
    expect(await verifyJournal(path, [before, knownHead(path)])).toMatchObject({ ok: true, events: 4, entries: 8 });
    // What was removed may come again, and is entered again.
    add(path, [2]);
    await own.engine.run('event_audit_clear_source', { source: 'basic:', confirm: true });
    expect(await verifyJournal(path, [before, knownHead(path)])).toMatchObject({ ok: true, events: 0, entries: 14 });
    shell(path, 'INSERT INTO journal SELECT seq + 1, kind, event_id, digest, at, hash FROM journal WHERE seq = 14');
    expect(await codes(path)).toEqual(['journal_entry_changed', 'journal_entry_changed']);
  });

  it('is vouched for by every export of whatever store, as it was at that time', async () => {
    await using own = await testEngine(['track_api=false', 'track_model=false']);
    const path = join(own.dataDir, 'event-audit.sqlite');
    const exported = async (name: string): Promise<string> => {
      const { snapshot_id } = await own.capture('demo:');
      const output = join(own.dataDir, name);
      await own.engine.run('event_audit_export', { snapshot_id, format: 'csv', output, limit: 5 });
      return output;
    };
    const first = await exported('first.csv');
    add(path, [1, 2, 3]);
    const second = await exported('second.csv');
    const head: unknown = Object(JSON.parse(readFileSync(`${second}.manifest.json`, 'utf8')))['journal'];
    expect(Object(JSON.parse(readFileSync(`${first}.manifest.json`, 'utf8')))['journal']).toBeNull();
    expect(head).toEqual(knownHead(path));
    const { files } = await own.engine.run('event_audit_verify', { paths: [first, second] });
    expect(files.map(({ ok }) => ok)).toEqual([true, true]);
    add(path, [4, 5]);
    const manifests = [first, `${second}.manifest.json`];
    expect(await own.engine.run('event_audit_verify_journal', { manifests })).toMatchObject({ ok: true, events: 5 });
    rmSync(join(own.dataDir, 'event-audit.head.json'));
    shell(path, 'DELETE FROM journal WHERE seq > 2; DELETE FROM event_audit_event WHERE rowid > 2');
    expect(await own.engine.run('event_audit_verify_journal', {})).toMatchObject({ ok: true });
    expect(await own.engine.run('event_audit_verify_journal', { manifests })).toMatchObject({
      ok: false,
      findings: [{ code: 'journal_truncated', row: 3 }],
    });
    const reply = await own.engine.call('event_audit_verify_journal', { manifests: [path] });
    expect(reply).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

interface Writer {
  readonly child: ChildProcess;
  /** The ids of what was acknowledged. */
  readonly acknowledged: () => readonly string[];
  readonly ended: Promise<unknown>;
}

function startWriter(path: string, run: string, count: number, kilobytes?: number): Writer {
  const args = [process.execPath, WRITER, path, run, String(count)];
  const limited = kilobytes === undefined ? args : ['bash', '-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', ...args];
  const [file = '', ...rest] = limited;
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  return { child, acknowledged: () => printed.split('\n').slice(0, -1), ended: once(child, 'close') };
}

function storedIds(path: string): readonly string[] {
  const database = new Database(path, { readonly: true });
  const ids = database.prepare<[], string>('SELECT id FROM event_audit_event ORDER BY rowid').pluck().all();
  database.close();
  return ids;
}

describe('the embedded store', () => {
  it('takes events of several programs at once, while others read it', async () => {
    await using own = await testEngine(['track_api=false', 'track_model=false']);
    const path = join(own.dataDir, 'event-audit.sqlite');
    add(path, [1]);
    const writers = ['left', 'right'].map((run) => startWriter(path, run, 400));
    const all = Promise.all(writers.map(({ ended }) => ended)).then(() => true);
    let isDone = false;
    let least = 0;
    while (!isDone) {
      isDone = await Promise.race([all, sleep(20, false)]);
      const before = writers.flatMap(({ acknowledged }) => acknowledged()).length;
      const status = await own.capture('basic:');
      expect(status).toMatchObject({ state: 'complete', rejected: 0, duplicates: 0 });
      expect(status.captured).toBeGreaterThan(Math.max(before, least) - 1);
      least = status.captured;
      await own.engine.run('event_audit_close_snapshot', { snapshot_id: status.snapshot_id });
    }
    expect(least).toBe(801);
    for (const run of ['left', 'right']) {
      const expected = Array.from({ length: 400 }, (_, n) => `${run}-${n}`);
      expect(storedIds(path).filter((id) => id.startsWith(run))).toEqual(expected);
    }
    expect(await verifyJournal(path, [knownHead(path)])).toMatchObject({ ok: true, events: 801, entries: 801 });
    expect(knownHead(path).seq).toBe(801);
  }, 60_000);

  it('holds each acknowledged event once, and verifies, whenever its writers are killed (20 rounds)', async () => {
    const path = join(tempDir(), 'event-audit.sqlite');
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const writers = [`a${round}`, `b${round}`].map((run) => startWriter(path, run, 100_000));
      const wanted = Math.floor(Math.random() * 40);
      while (writers.flatMap((writer) => writer.acknowledged()).length < wanted) await sleep(1);
      await sleep(Math.random() * 10);
      for (const { child } of writers) child.kill('SIGKILL');
      await Promise.all(writers.map(({ ended }) => ended));
      const said = writers.flatMap((writer) => writer.acknowledged());
      expect(said.filter((line) => line.startsWith('{'))).toEqual([]);
      acknowledged.push(...said);
    }
    add(path, [1]);
    const stored = storedIds(path);
    expect(new Set(stored).size).toBe(stored.length);
    const known = new Set(stored);
    expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(await verifyJournal(path, [knownHead(path)])).toMatchObject({ ok: true, events: stored.length });
  }, 120_000);

  it('says so when there is no room, keeps what was acknowledged, and goes on when there is', async () => {
    const path = join(tempDir(), 'event-audit.sqlite');
    const writer = startWriter(path, 'full', 100_000, 400);
    await writer.ended;
    const lines = writer.acknowledged();
    const problem: unknown = JSON.parse(lines.at(-1) ?? '');
    expect(problem).toMatchObject({
      code: expect.stringMatching(/^(?:disk_full|target_unwritable)$/),
      message: expect.stringContaining(path),
    });
    const acknowledged = lines.slice(0, -1);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(storedIds(path)).toEqual(acknowledged);
    add(path, [1]);
    expect(await verifyJournal(path, [knownHead(path)])).toMatchObject({ ok: true, events: acknowledged.length + 1 });
  }, 60_000);
});
