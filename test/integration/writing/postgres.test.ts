/** Writing to PostgreSQL where something is in the way: connections that break, rights, tables that differ, others who write. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonObject } from '../../../src/main/engine/repositories/json-object.ts';
import { oneEvent } from '../../support/events.ts';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { createTable } from '../../support/postgres-fill.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres-server.ts';
import { freePort } from '../../support/redis-server.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { ON, only, openToWrite, outcomeOf, someEvents } from '../../support/writing.ts';

let server: PostgresServer;
let proxy: FaultProxy;
let own: TestEngine;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startFaultProxy(server);
  own = await testEngine(['track_api=false', 'track_model=false']);
  await server.sql("CREATE ROLE reader LOGIN PASSWORD 'reader-secret'");
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server.stop();
  await own[Symbol.asyncDispose]();
});

/** A database of the test's own, with the table. */
async function database(table = createTable()): Promise<string> {
  databases += 1;
  const name = `writing_${databases}`;
  await server.sql(`CREATE DATABASE ${name}`);
  if (table !== '') await server.sql(table, name);
  return name;
}

const url = (name: string, port = server.port) => `postgres://${server.user}@127.0.0.1:${port}/${name}`;
const secrets = () => ({ password: server.password });
const open = (name: string, port?: number) => openToWrite(url(name, port), { secrets: secrets() });
const ids = async (name: string) =>
  (await server.sql('SELECT id FROM event_audit_event ORDER BY id', name)).map(({ id }) => String(id));

const remove = (name: string, filter: ReturnType<typeof only>) =>
  own.engine.run('event_audit_remove_events', { source: url(name), secrets: secrets(), filter, confirm: true });

/** Statements that make a trigger, a column or the like change what is written. */
const before = (does: string) =>
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${does} END $$;
   CREATE TRIGGER meddle BEFORE INSERT ON event_audit_event FOR EACH ROW EXECUTE FUNCTION meddle()`;
const later = (timing: string) =>
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN UPDATE event_audit_event SET category = 'x' WHERE id = NEW.id; RETURN NEW; END $$;
   CREATE ${timing} FOR EACH ROW EXECUTE FUNCTION meddle()`;
const changedColumn = (type: string) => `ALTER TABLE event_audit_event ALTER actor TYPE ${type}`;

const plain = createTable().replace(' PRIMARY KEY', '');
const partitioned = `${plain} PARTITION BY RANGE (timestamp);
  CREATE TABLE early PARTITION OF event_audit_event FOR VALUES FROM ('2000-01-01') TO ('2024-01-01');
  CREATE TABLE late PARTITION OF event_audit_event FOR VALUES FROM ('2024-01-01') TO ('2100-01-01')`;
const inherited = `${plain}; CREATE TABLE early () INHERITS (event_audit_event);
  CREATE TABLE late (more int, at int, nth int) INHERITS (event_audit_event)`;
const after = (does: string, timing = 'TRIGGER meddle AFTER DELETE ON event_audit_event') =>
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${does} RETURN OLD; END $$;
   CREATE ${timing} FOR EACH ROW EXECUTE FUNCTION meddle()`;

describe('events', () => {
  it('are in the table all or none, wherever the connection breaks, and once after another try', async () => {
    const name = await database();
    const events = someEvents(3);
    let broken = 0;
    for (let bytes = 300; bytes < 5_000; bytes += 150) {
      await server.sql('TRUNCATE event_audit_event', name);
      proxy.set({ resetAfter: bytes });
      const failing = await open(name, proxy.port);
      const error: unknown = await failing.writeEvents(events, ON).catch((problem: unknown) => problem);
      await failing.close();
      const there = await ids(name);
      const { code, written, unknown } = outcomeOf(error, events);
      if (code !== 'done') broken += 1;
      expect([0, 3]).toContain(there.length);
      expect(there.filter((id) => ![...written, ...unknown].includes(id))).toEqual([]);
      expect(written.filter((id) => !there.includes(id))).toEqual([]);
      const again = await open(name);
      await again.writeEvents(events, ON);
      await again.close();
      expect(await ids(name)).toEqual(events.map(({ id }) => id).toSorted());
    }
    expect(broken).toBeGreaterThan(5);
  });

  it('go on by themselves over a connection that broke once', async () => {
    const name = await database();
    const events = someEvents(10);
    proxy.set({});
    const repository = await open(name, proxy.port);
    await repository.writeEvents(events.slice(0, 5), ON);
    proxy.set({ resetAfter: 0, times: 1 });
    await repository.writeEvents(events.slice(5), ON);
    await repository.close();
    expect(await ids(name)).toEqual(events.map(({ id }) => id).toSorted());
  });

  it('are refused in one line when nothing answers, no table is there, or this user may not write', async () => {
    const nobody = await openToWrite(`postgres://a@127.0.0.1:${await freePort()}/b`, { secrets: secrets() });
    await expect(nobody.writeEvents(someEvents(1), ON)).rejects.toMatchObject({
      code: 'source_unreachable',
      details: { written: [], unknown: [] },
    });
    const empty = await open(await database(''));
    await expect(empty.writeEvents(someEvents(1), ON)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('event_audit_event'),
    });
    const name = await database();
    await server.sql('GRANT SELECT ON event_audit_event TO reader', name);
    const reader = await openToWrite(`postgres://reader@127.0.0.1:${server.port}/${name}`, {
      secrets: { password: 'reader-secret' },
    });
    await expect(reader.writeEvents(someEvents(1), ON)).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('INSERT'),
    });
    for (const each of [nobody, empty, reader]) await each.close();
  });

  it('keep the instant that a timestamp means, and are refused when the column can’t hold it', async () => {
    const name = await database();
    const repository = await open(name);
    const times = ['2024-03-01T10:20:30+02:00', '2024-03-01T10:20:30Z', '2024-03-01 10:20:30.5', '2024-03-01'];
    const events = times.map((timestamp, index) => oneEvent({ id: `t${index}`, timestamp }).event);
    await repository.writeEvents(events, ON);
    const rows = await server.sql(
      `SELECT to_char(timestamp AT TIME ZONE 'UTC', 'HH24:MI:SS.US') AS at FROM event_audit_event ORDER BY id`,
      name,
    );
    expect(rows.map(({ at }) => at)).toEqual([
      '08:20:30.000000',
      '10:20:30.000000',
      '10:20:30.500000',
      '00:00:00.000000',
    ]);
    const fine = oneEvent({ id: 'fine', timestamp: '2024-03-01T10:20:30.1234567Z' }).event;
    await expect(repository.writeEvent(fine, ON)).rejects.toMatchObject({ code: 'invalid_input' });
    await repository.close();
  });

  it('in a column without a zone are the UTC of it, whatever offset they had', async () => {
    const name = await database(createTable().replace('timestamptz', 'timestamp'));
    const repository = await open(name);
    await repository.writeEvent(oneEvent({ timestamp: '2024-03-01T10:20:30+02:00' }).event, ON);
    await repository.close();
    expect(await server.sql('SELECT timestamp::text AS at FROM event_audit_event', name)).toEqual([
      { at: '2024-03-01 08:20:30' },
    ]);
  });

  it.each(['json', 'jsonb', 'text'])('keep the numbers of a payload that is given as text, in %s', async (type) => {
    const name = await database(createTable().replaceAll('json', type));
    const { event } = await own.engine.run('event_audit_create_event', {
      source: url(name),
      secrets: secrets(),
      category: 'c',
      action: 'a',
      payload: '{ "n": 1.10, "big": 12345678901234567890 }',
    });
    const [row] = await server.sql('SELECT id, payload::text AS payload FROM event_audit_event', name);
    const spaced = '{"n": 1.10, "big": 12345678901234567890}';
    expect(row).toEqual({
      id: event.id,
      payload: type === 'jsonb' ? spaced : spaced.replaceAll(': ', ':').replace(', ', ','),
    });
  });

  it('are refused when the table has no column for what they hold, and written when that is empty', async () => {
    const name = await database(
      'CREATE TABLE event_audit_event (id varchar(36), category text, action text, timestamp timestamptz, payload text)',
    );
    const repository = await open(name);
    const slim = { actor: '', action_object: '', action_object_id: '', result: {} };
    await repository.writeEvent(oneEvent({ ...slim, id: 'a' }).event, ON);
    await expect(repository.writeEvent(oneEvent({ ...slim, id: 'b', actor: 'eve' }).event, ON)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('no column actor'),
    });
    // Without a key, the table itself does not keep ids apart.
    await repository.writeEvent(oneEvent({ ...slim, id: 'a' }).event, ON);
    await expect(repository.writeEvent(oneEvent({ ...slim, id: 'x'.repeat(37) }).event, ON)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await repository.close();
    expect(await ids(name)).toEqual(['a']);
  });

  it.each([
    ['a trigger that changes a column', before(`NEW.actor := 'nobody'; RETURN NEW;`), 'another actor'],
    [
      'one that changes several',
      before(`NEW.target_id := ''; NEW.payload := '{}'; RETURN NEW;`),
      'another target_id, payload',
    ],
    ['one that moves the time', before(`NEW.timestamp := NEW.timestamp + '1us'; RETURN NEW;`), 'another timestamp'],
    ['one that writes JSON anew', before('NEW.payload := NEW.payload::jsonb; RETURN NEW;'), 'another payload'],
    ['one that swallows the event', before('RETURN NULL;'), 'keeps it out'],
    ['one that gives it another id', before(`NEW.id := 'other'; RETURN NEW;`), 'another id'],
    ['one that runs after it', later('TRIGGER meddle AFTER INSERT ON event_audit_event'), 'another category'],
    [
      'one that waits for the end',
      later('CONSTRAINT TRIGGER meddle AFTER INSERT ON event_audit_event DEFERRABLE INITIALLY DEFERRED'),
      'another category',
    ],
    ['a column that cuts spaces off', changedColumn('varchar(5)'), 'another actor'],
    [
      'a column of whole seconds',
      'ALTER TABLE event_audit_event ALTER timestamp TYPE timestamptz(0)',
      'another timestamp',
    ],
    ['a rule', 'CREATE RULE gone AS ON INSERT TO event_audit_event DO INSTEAD NOTHING', 'says: cannot'],
  ])('are stored exactly or not at all: %s', async (_, meddling, said) => {
    const name = await database();
    const repository = await open(name);
    const kept = oneEvent({ id: 'kept', actor: 'x', timestamp: '2024-03-01T00:00:00Z' }).event;
    await repository.writeEvent(kept, ON);
    await server.sql(meddling, name);
    const asked = ['a', 'b'].map(
      (id) =>
        oneEvent({
          id,
          actor: 'me       ',
          target_id: 't',
          timestamp: '2024-03-01T10:20:30.123456Z',
          payload: { b: 1, a: 2 },
        }).event,
    );
    await expect(repository.writeEvents(asked, ON)).rejects.toMatchObject({
      code: said.startsWith('says') ? 'source_refused' : 'invalid_input',
      message: expect.stringContaining(said),
    });
    expect(await ids(name)).toEqual(['kept']);
    // What is there already is not touched by any of it.
    await repository.writeEvent(kept, ON);
    await repository.close();
    expect(await ids(name)).toEqual(['kept']);
  });

  it('are not taken for written when equal numbers are written otherwise, in jsonb', async () => {
    const name = await database(createTable({ json: 'jsonb' }));
    const repository = await open(name);
    const event = oneEvent({ id: 'n' }).event;
    const withPayload = (text: string) => ({ ...event, payload: jsonObject(text, 'payload') });
    await repository.writeEvent(withPayload('{"n":1.10}'), ON);
    await repository.writeEvent(withPayload('{"n": 1.10}'), ON);
    await expect(repository.writeEvent(withPayload('{"n":1.1}'), ON)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('another event with this id'),
    });
    await repository.close();
  });

  it('are let through by triggers that leave them as they are', async () => {
    const name = await database();
    await server.sql(
      `CREATE TABLE trail_2024 () INHERITS (event_audit_event);
       ${before('INSERT INTO trail_2024 VALUES (NEW.*); RETURN NULL;')}`,
      name,
    );
    const repository = await open(name);
    await repository.writeEvents(someEvents(600), ON);
    await repository.writeEvents(someEvents(600), ON);
    await repository.close();
    expect(await ids(name)).toHaveLength(600);
    expect(await server.sql('SELECT count(*)::int AS n FROM trail_2024', name)).toEqual([{ n: 600 }]);
  });

  it('are refused by columns in which they would not stay what they are', async () => {
    const name = await database(createTable().replace('id text', 'id uuid'));
    const repository = await open(name);
    await expect(repository.writeEvents(someEvents(1), ON)).rejects.toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('uuid'),
    });
    await repository.close();
  });
});

describe('removal', () => {
  it('tells two rows with one id apart', async () => {
    const name = await database(createTable().replace('PRIMARY KEY', ''));
    const row = (actor: string) =>
      server.sql(
        `INSERT INTO event_audit_event (id, category, action, actor, timestamp) VALUES ('same', 'c', 'a', '${actor}', now())`,
        name,
      );
    await row('alice');
    await row('bob');
    expect(await remove(name, only('actor', 'alice'))).toMatchObject({ removed: 1, left: 0 });
    expect(await server.sql('SELECT actor FROM event_audit_event', name)).toEqual([{ actor: 'bob' }]);
  });

  it('of rows whose JSON is kept as text works the same', async () => {
    const name = await database(createTable().replaceAll('json', 'text'));
    const repository = await open(name);
    await repository.writeEvents(someEvents(20), ON);
    await repository.close();
    const done = await own.engine.run('event_audit_clear_source', {
      source: url(name),
      secrets: secrets(),
      confirm: true,
    });
    expect(done).toMatchObject({ removed: 20, left: 0 });
    expect(await ids(name)).toEqual([]);
  });

  it('whose last answer is lost is not said to have removed nothing', async () => {
    const name = await database();
    const repository = await open(name);
    await repository.writeEvents(someEvents(20), ON);
    await repository.close();
    // Reading ends with a COMMIT as well, which is not meant.
    const clear = (loseAnswerTo: string) =>
      own.engine.run(
        'event_audit_clear_source',
        { source: url(name, proxy.port), secrets: secrets(), confirm: true },
        { onProgress: ({ phase }) => proxy.set(phase === 'removing' ? { loseAnswerTo } : {}) },
      );
    await expect(clear('DELETE FROM')).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('Nothing was removed'),
      details: { removed: 0, unknown: 0 },
    });
    expect(await ids(name)).toHaveLength(20);
    await expect(clear('COMMIT\0')).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('whether 20 records were removed'),
      details: { removed: 0, unknown: 20 },
    });
    expect(await ids(name)).toEqual([]);
    proxy.set({});
  });

  it('waits for who is changing a row, and leaves it', async () => {
    const name = await database();
    const events = someEvents(3);
    const repository = await open(name);
    await repository.writeEvents(events, ON);
    const other = new Client({ ...server, database: name });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE event_audit_event SET actor = 'changed' WHERE id = $1`, [events[0]?.id]);
    const records = events.map((event) => ({
      kind: 'json' as const,
      key: new Uint8Array(),
      value: Buffer.from(JSON.stringify(event)),
    }));
    const removing = repository.removeRecords(records, { signal: ON });
    await expect
      .poll(() => server.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`))
      .toHaveLength(1);
    await other.query('COMMIT');
    await other.end();
    expect(await removing).toBe(2);
    await repository.close();
    expect(await ids(name)).toEqual([events[0]?.id]);
  });

  it.each([
    ['in partitions', partitioned],
    ['that others inherit from', inherited],
  ])('from a table %s takes what the filter shows, in each part', async (_, table) => {
    const name = await database(table);
    for (const [part, year] of [
      ['early', '2023'],
      ['late', '2024'],
    ]) {
      await server.sql(
        `INSERT INTO ${part} (id, category, action, actor, timestamp) SELECT 'e' || n, 'c', 'a',
           '${part}' || n % 2, '${year}-05-01' FROM generate_series(1, 4) AS n`,
        name,
      );
    }
    const left = () => server.sql('SELECT actor FROM event_audit_event ORDER BY actor, id', name);
    const test = await own.engine.run('event_audit_test_source', { url: url(name), secrets: secrets() });
    expect(test).toMatchObject({ records: 8, estimated: false, bytes: expect.any(Number) });
    // Rows of both parts have the same places and ids.
    expect(await remove(name, only('actor', 'late0'))).toMatchObject({ removed: 2, left: 0 });
    expect((await left()).map(({ actor }) => actor)).toEqual([
      'early0',
      'early0',
      'early1',
      'early1',
      'late1',
      'late1',
    ]);
    expect(await remove(name, only('id', 'e1'))).toMatchObject({ removed: 2, left: 0 });
    expect((await left()).map(({ actor }) => actor)).toEqual(['early0', 'early0', 'early1', 'late1']);
    const clear = { source: url(name), secrets: secrets(), confirm: true as const };
    expect(await own.engine.run('event_audit_clear_source', clear)).toMatchObject({ removed: 4, left: 0 });
    expect(await left()).toEqual([]);
  });

  it.each([
    ['a trigger removes more', after(`DELETE FROM event_audit_event WHERE id = 'b';`), 'A trigger'],
    ['a trigger puts it back', after('INSERT INTO event_audit_event VALUES (OLD.*);'), 'A trigger'],
    [
      'a trigger changes another at the end',
      after(
        `UPDATE event_audit_event SET actor = 'x' WHERE id = 'b';`,
        'CONSTRAINT TRIGGER meddle AFTER DELETE ON event_audit_event DEFERRABLE INITIALLY DEFERRED',
      ),
      'A trigger',
    ],
    [
      'a trigger only marks it',
      after(
        `UPDATE event_audit_event SET target_id = 'gone' WHERE id = OLD.id; RETURN NULL;`,
        'TRIGGER meddle BEFORE DELETE ON event_audit_event',
      ),
      'stands in the way',
    ],
    [
      'rows of another table go with it',
      'CREATE TABLE tag (of text REFERENCES event_audit_event ON DELETE CASCADE)',
      'tag',
    ],
    [
      'its own rows hang on it',
      'ALTER TABLE event_audit_event ADD CONSTRAINT hang FOREIGN KEY (target_id) REFERENCES event_audit_event ON DELETE SET NULL',
      'hang',
    ],
  ])('removes nothing when %s', async (_, meddling, said) => {
    const name = await database();
    await server.sql(
      `INSERT INTO event_audit_event SELECT id, 'c', 'a', id, '', '', '', NULL, now(), '{}', '{}' FROM unnest(array['a', 'b', 'c']) AS id;
       ${meddling}`,
      name,
    );
    const rows = () => server.sql('SELECT * FROM event_audit_event ORDER BY id', name);
    const all = await rows();
    await expect(remove(name, only('id', 'a'))).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining(said),
      details: { removed: 0, unknown: 0 },
    });
    expect(await rows()).toEqual(all);
  });

  it('removes nothing of what policies show but do not let be removed, and else what they show', async () => {
    const name = await database();
    const repository = await open(name);
    await repository.writeEvents(someEvents(3), ON);
    await repository.close();
    const [mine = '', theirs = '', hidden = ''] = await ids(name);
    await server.sql(
      `GRANT SELECT, UPDATE, DELETE ON event_audit_event TO reader; ALTER TABLE event_audit_event ENABLE ROW LEVEL SECURITY;
       CREATE POLICY see ON event_audit_event FOR SELECT USING (id <> '${hidden}');
       CREATE POLICY change ON event_audit_event FOR UPDATE USING (id = '${mine}');
       CREATE POLICY remove ON event_audit_event FOR DELETE USING (id = '${mine}')`,
      name,
    );
    const asReader = (...wanted: readonly string[]) =>
      own.engine.run('event_audit_remove_events', {
        source: `postgres://reader@127.0.0.1:${server.port}/${name}`,
        secrets: { password: 'reader-secret' },
        filter: only('id', ...wanted),
        confirm: true,
      });
    await expect(asReader(mine, theirs)).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('row security'),
    });
    await server.sql(`ALTER POLICY change ON event_audit_event USING (true)`, name);
    await expect(asReader(mine, theirs)).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('policy'),
    });
    expect(await ids(name)).toHaveLength(3);
    expect(await asReader(mine, hidden)).toMatchObject({ removed: 1, left: 0 });
    expect(await ids(name)).toEqual([theirs, hidden]);
  });

  it('removes nothing when a rule of the table keeps a row, or it is no table', async () => {
    const name = await database();
    const repository = await open(name);
    await repository.writeEvents(someEvents(3), ON);
    await repository.close();
    await server.sql('CREATE RULE keep AS ON DELETE TO event_audit_event DO INSTEAD NOTHING', name);
    const clear = (table: string) =>
      own.engine.run('event_audit_clear_source', {
        source: `${url(name)}?table=${table}`,
        secrets: secrets(),
        confirm: true,
      });
    await expect(clear('event_audit_event')).rejects.toMatchObject({ code: 'source_refused' });
    await server.sql(
      `CREATE VIEW trail AS SELECT * FROM event_audit_event;
       CREATE MATERIALIZED VIEW stored AS SELECT * FROM event_audit_event`,
      name,
    );
    await expect(clear('trail')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(clear('stored')).rejects.toMatchObject({ code: 'unsupported' });
    expect(await ids(name)).toHaveLength(3);
  });
});
