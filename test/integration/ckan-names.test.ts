/** Names from CKAN's own tables in a real PostgreSQL: only ids, names and titles are read, and only with what reading needs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { testEngine } from '../support/test-engine.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`CREATE TABLE "user" (id text PRIMARY KEY, name text, fullname text, password text, email text, apikey text);
    INSERT INTO "user" VALUES ('u1', 'm.weber', 'Maria Weber', 'hash', 'm@x.example', 'key'), ('u2', 'anon', NULL, '', '', ''),
      ('u3', NULL, NULL, '', '', '');
    CREATE TABLE package (id text PRIMARY KEY, name text, title text);
    INSERT INTO package SELECT 'p' || i, 'dataset-' || i, CASE WHEN i % 2 = 0 THEN '' ELSE 'Datensatz ' || i END
      FROM generate_series(1, 25000) AS i;
    CREATE TABLE "group" (id text PRIMARY KEY, name text, title text, is_organization boolean);
    INSERT INTO "group" VALUES ('g1', 'amt', 'Das Amt', true);
    CREATE ROLE reader LOGIN PASSWORD 'reader';
    GRANT SELECT (id, name, fullname) ON "user" TO reader;
    GRANT SELECT ON package, "group" TO reader;
    CREATE ROLE half LOGIN PASSWORD 'half';
    GRANT SELECT (id, title) ON "group" TO half;
    CREATE ROLE nobody LOGIN PASSWORD 'nobody';`);
  await server.sql('CREATE DATABASE other');
});

afterAll(() => server.stop());

function url(user: string, database = 'postgres'): string {
  return `postgres://${user}@127.0.0.1:${String(server.port)}/${database}`;
}

describe('names from CKAN', () => {
  it('are read from the tables that are there, by somebody who may see nothing else in them', async () => {
    await using test = await testEngine();
    const { snapshot_id } = await test.capture('demo:');
    const told = await test.engine.run('event_audit_load_names', {
      snapshot_id,
      from: { url: url('reader'), secrets: { password: 'reader' } },
    });
    expect(told).toMatchObject({ loaded: 25_003, by_kind: { user: 2, package: 25_000, group: 1 } });
    const { names } = await test.engine.run('event_audit_get_names', {
      snapshot_id,
      ids: ['u1', 'u2', 'u3', 'p7', 'p8', 'g1'],
    });
    expect(names.map(({ id, label, best: { origin, kind } }) => [id, label, origin, kind])).toEqual([
      ['u1', 'Maria Weber', 'ckan', 'user'],
      ['u2', 'anon', 'ckan', 'user'],
      ['p7', 'Datensatz 7', 'ckan', 'package'],
      ['p8', 'dataset-8', 'ckan', 'package'],
      ['g1', 'Das Amt', 'ckan', 'group'],
    ]);
    // Where they came from is told without any secret.
    expect(names[0]?.best.where).toBe(url('reader'));
    expect(await test.engine.run('event_audit_forget_names', { snapshot_id })).toEqual({ forgotten: 25_003 });
  });

  it('are read from the tables that a role may read, and the others are named', async () => {
    await using test = await testEngine();
    const { snapshot_id } = await test.capture('demo:');
    const load = (role: string): ReturnType<typeof test.engine.run<'event_audit_load_names'>> =>
      test.engine.run('event_audit_load_names', { snapshot_id, from: { url: url(role), secrets: { password: role } } });
    expect(await load('half')).toMatchObject({ loaded: 1, by_kind: { group: 1 }, closed: ['user', 'package'] });
    const { names } = await test.engine.run('event_audit_get_names', { snapshot_id, ids: ['g1', 'u1'] });
    expect(names.map(({ label }) => label)).toEqual(['Das Amt']);
    await expect(load('nobody')).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('SELECT id, name and title of "user", package, "group"'),
    });
  });

  it('leave what was loaded before when the database can’t be read', async () => {
    await using test = await testEngine();
    const { snapshot_id } = await test.capture('demo:');
    const load = (from: string, password: string): Promise<unknown> =>
      test.engine.run('event_audit_load_names', { snapshot_id, from: { url: from, secrets: { password } } });
    await load(url('reader'), 'reader');
    await expect(load(url('reader'), 'wrong')).rejects.toMatchObject({ code: 'source_refused' });
    await expect(load(url(server.user, 'other'), server.password)).rejects.toMatchObject({ code: 'source_invalid' });
    const { names } = await test.engine.run('event_audit_get_names', { snapshot_id, ids: ['u1'] });
    expect(names[0]?.label).toBe('Maria Weber');
  });

  it('are read from PostgreSQL only', async () => {
    await using test = await testEngine();
    const { snapshot_id } = await test.capture('demo:');
    await expect(
      test.engine.run('event_audit_load_names', { snapshot_id, from: { url: 'redis://localhost:6379/0' } }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
