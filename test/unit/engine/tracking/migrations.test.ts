import Database from 'better-sqlite3';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { migrate, schemaVersion, type Schema } from '../../../../src/main/engine/config/migrations.ts';
import { JOURNAL_SCHEMA } from '../../../../src/main/engine/repositories/sqlite/journal-schema.ts';
import { verifyJournal } from '../../../../src/main/engine/repositories/sqlite/verify-journal.ts';
import { StateDatabase } from '../../../../src/main/engine/config/state-database.ts';
import { STATE_SCHEMA } from '../../../../src/main/engine/config/state-schema.ts';
import { makePastDatabase, PAST_JOURNAL_SCHEMAS, PAST_STATE_SCHEMAS } from '../../../support/past-schemas.ts';
import { ROOT } from '../../../support/project.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { queueOf, trackingEngine } from '../../../support/tracking-engine.ts';

const NEWEST = STATE_SCHEMA.migrations.length;

function past(version: number): { dataDir: string; path: string } {
  const dataDir = tempDir();
  const path = join(dataDir, 'state.sqlite');
  makePastDatabase(path, PAST_STATE_SCHEMAS, version);
  return { dataDir, path };
}

const backups = (dataDir: string) => readdirSync(dataDir).filter((name) => name.includes('backup'));

describe('a state database of version', () => {
  it('every past one has a fixture', () => {
    expect(PAST_STATE_SCHEMAS.map(({ version }) => version)).toEqual(
      Array.from({ length: NEWEST - 1 }, (_, n) => n + 1),
    );
  });

  it.each(PAST_STATE_SCHEMAS.map(({ version }) => version))(
    '%i is brought to the newest, and a copy is kept',
    async (version) => {
      const { dataDir, path } = past(version);
      const state = new StateDatabase(dataDir);
      const done = await state.upgrade();
      expect(done).toEqual({ from: version, to: NEWEST, backup: expect.stringContaining(`state.v${version}-`) });
      expect((await state.connections()).map(({ id }) => id)).toEqual(['c2', 'c1']);
      expect([...(await state.settings())]).toEqual(version >= 2 ? [['batch.size', '7']] : []);
      expect((await state.plugins()).map(({ id }) => id)).toEqual(version >= 3 ? ['p1'] : []);
      expect(await state.upgrade()).toEqual(done);
      state.close();
      const later = new StateDatabase(dataDir);
      expect(await later.upgrade()).toEqual({ from: NEWEST, to: NEWEST, backup: null });
      later.close();

      const [copy = '', ...more] = backups(dataDir);
      expect(more).toEqual([]);
      expect(statSync(join(dataDir, copy)).mode & 0o077).toBe(0);
      const kept = new Database(join(dataDir, copy), { readonly: true });
      expect(schemaVersion(kept)).toBe(version);
      expect(kept.prepare('SELECT name FROM connection ORDER BY id').pluck().all()).toEqual([
        'Production',
        'sqlite:/ä.db',
      ]);
      kept.close();

      const database = new Database(path);
      expect(database.prepare('SELECT count(*) FROM model_change').pluck().get()).toBe(0);
      database.prepare(`UPDATE connection SET name = 'Other' WHERE id = 'c1'`).run();
      const old: unknown = database.prepare('SELECT old FROM model_change').pluck().get();
      expect(JSON.parse(String(old))).toMatchObject({ name: 'Production' });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
    },
  );

  it('that is newer is refused, and left as it is', async () => {
    const { dataDir, path } = past(3);
    const database = new Database(path);
    database.pragma('journal_mode = DELETE');
    database.pragma(`user_version = ${NEWEST + 1}`);
    database.close();
    const state = new StateDatabase(dataDir);
    await expect(state.connections()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(`made by a newer version of the product (schema ${NEWEST + 1}`),
    });
    expect(backups(dataDir)).toEqual([]);
  });

  it('that is none yet is nothing to upgrade', async () => {
    expect(await new StateDatabase(tempDir()).upgrade()).toBeNull();
  });
});

describe('an embedded store of version', () => {
  const NEWEST_JOURNAL = JOURNAL_SCHEMA.migrations.length;

  it('every past one has a fixture', () => {
    expect(PAST_JOURNAL_SCHEMAS.map(({ version }) => version)).toEqual(
      Array.from({ length: NEWEST_JOURNAL - 1 }, (_, n) => n + 1),
    );
  });

  it.each(PAST_JOURNAL_SCHEMAS.map(({ version }) => version))(
    '%i is brought to the newest when the engine starts, with its events as they were, and verifies',
    async (version) => {
      const dataDir = tempDir();
      const path = join(dataDir, 'event-audit.sqlite');
      makePastDatabase(path, PAST_JOURNAL_SCHEMAS, version);
      await using own = await trackingEngine(dataDir, ['track_api=false']);
      const database = new Database(path, { readonly: true });
      expect(schemaVersion(database)).toBe(NEWEST_JOURNAL);
      expect(database.prepare('SELECT id, actor, payload FROM event_audit_event ORDER BY id').raw().all()).toEqual([
        ['a', 'ada', '{"id":1.10}'],
        ['b', null, '{}'],
      ]);
      database.close();
      expect(backups(dataDir)).toEqual([expect.stringContaining(`event-audit.v${version}-`)]);
      expect(await verifyJournal(path, [])).toMatchObject({ ok: true, events: 2, findings: [] });
      const { databases } = await own.engine.run('event_audit_upgrade_databases', {});
      expect(databases).toEqual([
        { path: join(dataDir, 'state.sqlite'), from: null, to: null, backup: null, problem: null },
        { path, from: NEWEST_JOURNAL, to: NEWEST_JOURNAL, backup: null, problem: null },
      ]);
    },
  );

  it('that is newer is refused; what happens is recorded and waits', async () => {
    const dataDir = tempDir();
    const path = join(dataDir, 'event-audit.sqlite');
    makePastDatabase(path, PAST_JOURNAL_SCHEMAS, 1);
    const database = new Database(path);
    database.pragma('user_version = 99');
    database.close();
    {
      await using own = await trackingEngine(dataDir);
      await own.engine.run('event_audit_test_source', { url: 'demo:' });
      const { databases } = await own.engine.run('event_audit_upgrade_databases', {});
      expect(databases[1]?.problem).toContain('made by a newer version of the product (schema 99');
      for (const action of ['event_audit_capture_source', 'event_audit_test_source'] as const) {
        await expect(own.engine.run(action, { url: 'basic:' })).rejects.toMatchObject({
          code: 'unsupported',
          message: expect.stringContaining('made by a newer version of the product (schema 99'),
        });
      }
    }
    expect(queueOf(dataDir).map(({ action }) => action)).toEqual([
      'event_audit_test_source',
      'event_audit_upgrade_databases',
      'event_audit_capture_source',
      'event_audit_test_source',
    ]);
    expect(backups(dataDir)).toEqual([]);
  });
});

/** Runs the command from its sources. */
function command(dataDir: string) {
  return promisify(execFile)(process.execPath, [join(ROOT, 'src/main/cli/index.ts'), 'db', 'upgrade'], {
    env: { ...process.env, EVENT_AUDIT_DATA_DIR: dataDir, NO_COLOR: '1' },
  });
}

describe('event-audit db upgrade', () => {
  it('upgrades both and says what it did', async () => {
    const { dataDir, path } = past(2);
    const journal = join(dataDir, 'event-audit.sqlite');
    makePastDatabase(journal, PAST_JOURNAL_SCHEMAS, 1);
    const first = await command(dataDir);
    expect(first.stdout).toContain(
      `${path}: upgraded from schema 2 to ${NEWEST}\n  kept as it was: ${dataDir}/state.v2-`,
    );
    expect(first.stdout).toContain(`${journal}: `);
    expect(backups(dataDir)).toHaveLength(2);
    const second = await command(dataDir);
    expect(second.stdout).toContain(`${path}: schema ${NEWEST}, up to date`);
    expect(backups(dataDir)).toHaveLength(2);
  });

  it('ends with 1 when a file is of a newer version, and names it', async () => {
    const { dataDir, path } = past(3);
    const database = new Database(path);
    database.pragma('user_version = 99');
    database.close();
    await expect(command(dataDir)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${path} was made by a newer version of the product (schema 99`),
    });
  });
});

describe('a migration', () => {
  const failing: Schema = {
    migrations: [
      'CREATE TABLE a (x)',
      'ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (1, 2)',
      () => {
        throw new Error('half way');
      },
    ],
  };

  it('that fails half way leaves the file as it was, and no copy', () => {
    const path = join(tempDir(), 'x.sqlite');
    const database = new Database(path);
    migrate(database, path, { migrations: failing.migrations.slice(0, 1) });
    expect(() => migrate(database, path, failing)).toThrow('half way');
    expect(schemaVersion(database)).toBe(1);
    expect(database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all('a')).toEqual(['x']);
    database.close();
    expect(readdirSync(join(path, '..'))).toEqual(['x.sqlite']);
  });

  it('is done once when several programs come at the same time, and leaves one copy', () => {
    const path = join(tempDir(), 'x.sqlite');
    const first = new Database(path);
    migrate(first, path, { migrations: ['CREATE TABLE a (x)'] });
    const second = new Database(path);
    let other: unknown;
    const schema: Schema = {
      migrations: ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'],
    };
    // The second one looks at the version, then the first one comes before it.
    const slow: Schema = {
      get migrations() {
        if (other === undefined) {
          other = 'looked';
          return schema.migrations;
        }
        if (other === 'looked') other = migrate(first, path, schema);
        return schema.migrations;
      },
    };
    const done = migrate(second, path, slow);
    expect(other).toMatchObject({ from: 1, to: 2, backup: expect.any(String) });
    expect(done.backup).toBeNull();
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('backup'))).toHaveLength(1);
    first.close();
    second.close();
  });

  it('of several in the same second keeps a copy of each', () => {
    const path = join(tempDir(), 'x.sqlite');
    const database = new Database(path);
    for (let version = 1; version <= 4; version += 1) {
      migrate(database, path, { migrations: Array.from({ length: version }, (_, n) => `CREATE TABLE t${n} (x)`) });
      database.pragma('user_version = 1');
      database.exec(Array.from({ length: version }, (_, n) => (n === 0 ? '' : `DROP TABLE t${n}`)).join(';'));
    }
    database.close();
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('backup'))).toHaveLength(3);
  });
});

describe('a data folder that can’t be written to', () => {
  it('is read all the same', async () => {
    const { dataDir, path } = past(2);
    {
      const state = new StateDatabase(dataDir);
      await state.saveConnection('redis://new/0', 'New', '');
      state.close();
    }
    const before = readFileSync(path);
    chmodSync(dataDir, 0o500);
    try {
      expect(readUnprivileged(dataDir)).toBe('New,sqlite:/ä.db,Production');
    } finally {
      chmodSync(dataDir, 0o700);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

/** Reads the connections in a process that has no right to disregard permissions. */
function readUnprivileged(dataDir: string): string {
  const program = `
    import { StateDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../../../src/main/engine/config/state-database.ts'))};
    const state = new StateDatabase(${JSON.stringify(dataDir)});
    const list = await state.connections();
    process.stdout.write(list.map(({ name }) => name).join(','));
    const refused = await state.saveConnection('redis://x/0', '', '').then(() => 'written', ({ code }) => code);
    if (refused !== 'target_unwritable') throw new Error(refused);`;
  const run = [process.execPath, '--input-type=module', '--eval', program];
  const drop = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
  const [file = '', ...rest] = process.getuid?.() === 0 ? [...drop, ...run] : run;
  return execFileSync(file, rest, { encoding: 'utf8' });
}
