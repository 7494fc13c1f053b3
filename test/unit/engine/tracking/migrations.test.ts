import Database from 'better-sqlite3';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrate, schemaVersion, type Schema } from '../../../../src/main/engine/config/migrations.ts';
import { StateDatabase } from '../../../../src/main/engine/config/state-database.ts';
import { STATE_SCHEMA } from '../../../../src/main/engine/config/state-schema.ts';
import { makePastDatabase, PAST_STATE_SCHEMAS } from '../../../support/past-schemas.ts';
import { tempDir } from '../../../support/temp-dir.ts';

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
    expect(PAST_STATE_SCHEMAS.map(({ version }) => version)).toEqual(Array.from({ length: NEWEST - 1 }, (_, n) => n + 1));
  });

  it.each(PAST_STATE_SCHEMAS.map(({ version }) => version))('%i is brought to the newest, and a copy is kept', async (version) => {
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
    expect(kept.prepare('SELECT name FROM connection ORDER BY id').pluck().all()).toEqual(['Production', 'sqlite:/ä.db']);
    kept.close();

    const database = new Database(path);
    expect(database.prepare('SELECT count(*) FROM model_change').pluck().get()).toBe(0);
    database.prepare(`UPDATE connection SET name = 'Other' WHERE id = 'c1'`).run();
    const old: unknown = database.prepare('SELECT old FROM model_change').pluck().get();
    expect(JSON.parse(String(old))).toMatchObject({ name: 'Production' });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

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
      const child = await readUnprivileged(dataDir);
      expect(child).toBe('New,sqlite:/ä.db,Production');
    } finally {
      chmodSync(dataDir, 0o700);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

/** Reads the connections in a process that has no right to disregard permissions. */
async function readUnprivileged(dataDir: string): Promise<string> {
  const { execFileSync } = await import('node:child_process');
  const program = `
    import { StateDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../../../src/main/engine/config/state-database.ts'))};
    const state = new StateDatabase(${JSON.stringify(dataDir)});
    const list = await state.connections();
    process.stdout.write(list.map(({ name }) => name).join(','));
    const refused = await state.saveConnection('redis://x/0', '', '').then(() => 'written', ({ code }) => code);
    if (refused !== 'target_unwritable') throw new Error(refused);`;
  const command = [process.execPath, '--input-type=module', '--eval', program];
  const drop = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
  const [file = '', ...rest] = process.getuid?.() === 0 ? [...drop, ...command] : command;
  return execFileSync(file, rest, { encoding: 'utf8' });
}
