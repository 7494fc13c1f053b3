import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FIELDS, type FilterField } from '../../src/shared/event.ts';
import type { FilterInput } from '../../src/shared/filter.ts';
import { makeCertificates, type Certificates } from '../support/certificates.ts';
import { generateEvents, oneEvent, type WrittenEvent } from '../support/events.ts';
import { createTable, fillPostgres } from '../support/postgres-fill.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { captureSource, failureOf, testEngine } from '../support/source-capture.ts';
import { createTempDir, tempDir } from '../support/temp-dir.ts';

let server: PostgresServer;
let certificates: Certificates;
const folder = createTempDir('event-audit-certificates-');

beforeAll(async () => {
  certificates = makeCertificates(folder.path, 'reader');
  server = await startPostgres({
    tls: { ...certificates.server, ca: certificates.ca },
    settings: ['log_connections = on'],
  });
  await server.sql("CREATE ROLE reader LOGIN PASSWORD 'reader-secret'");
});

afterAll(async () => {
  await server?.stop();
  folder.remove();
});

let databases = 0;

/** A database of the test's own. */
async function database(): Promise<string> {
  databases += 1;
  const name = `audit_${databases}`;
  await server.sql(`CREATE DATABASE ${name}`);
  return name;
}

function urlOf(name: string, parameters = ''): string {
  return `postgres://${server.user}@${server.host}:${server.port}/${name}${parameters}`;
}

function secrets(): { readonly password: string } {
  return { password: server.password };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function insert(name: string, table: string, values: Readonly<Record<string, string | null>>): Promise<void> {
  const fields = Object.keys(values);
  const texts = Object.values(values).map((value) => (value === null ? 'NULL' : literal(value)));
  await server.sql(`INSERT INTO ${table} (${fields.join(', ')}) VALUES (${texts.join(', ')})`, name);
}

function minimal(changes: Readonly<Record<string, string | null>>): Readonly<Record<string, string | null>> {
  return { id: 'one', category: 'api', action: 'created', timestamp: '2024-01-01T00:00:00+00:00', ...changes };
}

function flatOf(event: WrittenEvent): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columnsOf(event)).filter(([field]) => field !== 'result' && field !== 'payload'),
  );
}

/** The texts of the JSON fields; of `jsonb`, which the server writes in its own way, what they mean. */
function jsonOf(
  event: { readonly result?: string | null; readonly payload?: string | null } | undefined,
  type: 'json' | 'jsonb',
): readonly unknown[] {
  const texts = [event?.result ?? '', event?.payload ?? ''];
  return type === 'json' ? texts : texts.map((text): unknown => JSON.parse(text));
}

function columnsOf(event: WrittenEvent): Record<string, string> {
  return Object.fromEntries(
    EVENT_FIELDS.map((field) => {
      const value = event[field];
      return [field, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

async function refused(
  url: string,
  given: Readonly<Record<string, string>>,
): Promise<{ code: unknown; message: string }> {
  await using host = await testEngine();
  const failure = await failureOf(host.engine.run('event_audit_test_source', { url, secrets: given }));
  expect(failure.message).not.toContain('\n');
  for (const secret of Object.values(given)) expect(failure.message).not.toContain(secret);
  return failure;
}

function by(field: FilterField, values: string[], negate = false): FilterInput {
  return { conditions: [{ field, values, negate }] };
}

describe('a PostgreSQL table', () => {
  it.each(['json', 'jsonb'] as const)('is captured whole and exactly, %s', async (json) => {
    const name = await database();
    const options = { seed: 7, hostile: 0.3 };
    const count = await fillPostgres(server, 600, { ...options, json, database: name });
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    expect(captured.status).toMatchObject({
      state: 'complete',
      captured: count,
      rejected: 0,
      duplicates: 0,
      read: count,
    });
    const events = new Map((await captured.events()).map((event) => [event.id, event]));
    for (const { event, json: text } of generateEvents(600, options)) {
      if (text.includes(String.raw`\u0000`)) continue;
      expect(events.get(event.id)).toMatchObject(flatOf(event));
      expect(jsonOf(events.get(event.id), json)).toEqual(jsonOf(columnsOf(event), json));
    }
  });

  it('keeps json text byte for byte and jsonb as the server writes it', async () => {
    const name = await database();
    await server.sql(
      `${createTable({ table: 'a', json: 'json' })}; ${createTable({ table: 'b', json: 'jsonb' })}`,
      name,
    );
    const text = '{ "n" : 9007199254740993, "x":1.10,\n "x":2, "e": 1e400, "s":"\\u0041\\/\\ud83d" }';
    await insert(name, 'a', minimal({ payload: text, result: '{}' }));
    await insert(name, 'b', minimal({ payload: '{ "n" : 9007199254740993,"x":1.10, "x":2 }', result: null }));
    const [first] = await (await captureSource(urlOf(name, '?table=a'), { secrets: secrets() })).events();
    const [second] = await (await captureSource(urlOf(name, '?table=b'), { secrets: secrets() })).events();
    expect(first?.payload).toBe(text);
    expect([second?.payload, second?.result]).toEqual(['{"n": 9007199254740993, "x": 2}', null]);
  });

  it('tells timestamps to the microsecond, and sets aside what is no moment', async () => {
    const name = await database();
    await server.sql(createTable(), name);
    const good: Record<string, string> = {
      '2024-11-11 10:20:30.123456+00': '2024-11-11T10:20:30.123456+00:00',
      '2024-11-11 10:20:30+00': '2024-11-11T10:20:30+00:00',
      '2024-11-11 00:20:30.000001+05:45': '2024-11-10T18:35:30.000001+00:00',
      '1999-12-31 23:59:59.999999+00': '1999-12-31T23:59:59.999999+00:00',
      '1969-07-20 20:17:40.5+00': '1969-07-20T20:17:40.500000+00:00',
      '0001-01-01 00:00:00+00': '0001-01-01T00:00:00+00:00',
      '1582-10-14 12:00:00.25+00': '1582-10-14T12:00:00.250000+00:00',
      '9999-12-31 23:59:59.999999+00': '9999-12-31T23:59:59.999999+00:00',
    };
    const odd: Record<string, string> = {
      infinity: 'infinity',
      '-infinity': '-infinity',
      '0044-03-15 12:00:00.000007+00 BC': '0044-03-15T12:00:00.000007+00:00 BC',
      '0001-12-31 00:00:00+00 BC': '0001-12-31T00:00:00+00:00 BC',
      '294276-12-31 23:59:59.999999+00': '294276-12-31T23:59:59.999999+00:00',
    };
    for (const written of [...Object.keys(good), ...Object.keys(odd)]) {
      await insert(name, 'event_audit_event', minimal({ id: written, timestamp: written }));
    }
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    const events = await captured.events();
    expect(Object.fromEntries(events.map(({ id, timestamp }) => [id, timestamp]))).toEqual(good);
    expect(captured.status).toMatchObject({ state: 'complete', rejected: 5, read: 13 });
    const rejects = await captured.rejects();
    for (const [id, text] of Object.entries(odd)) {
      const found = rejects.find(({ preview }) => preview.includes(`"id":"${id}"`));
      expect(found?.code).toBe('bad_timestamp');
      expect(found?.preview).toContain(`"timestamp":"${text}"`);
    }
  });

  it('reads NULL strings as empty, and sets a row without a required value aside', async () => {
    const name = await database();
    await server.sql(
      'CREATE TABLE event_audit_event (id text, category text, action text, actor text, timestamp timestamptz)',
      name,
    );
    await insert(name, 'event_audit_event', minimal({ actor: null }));
    await insert(name, 'event_audit_event', minimal({ id: null }));
    await insert(name, 'event_audit_event', minimal({ id: 'two', timestamp: null }));
    await insert(name, 'event_audit_event', minimal({ id: 'three', category: '' }));
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    expect(captured.status).toMatchObject({ captured: 1, rejected: 3 });
    expect((await captured.events())[0]).toMatchObject({ actor: '', action_object: '', result: null, payload: null });
    const codes = (await captured.rejects()).map(({ code, reason }) => [code, reason]);
    expect(codes).toEqual([
      ['missing_field', 'It has no id.'],
      ['missing_field', 'It has no timestamp.'],
      ['empty_field', 'Its category is empty.'],
    ]);
    expect((await captured.rejects()).map(({ key }) => key)).toEqual(['', 'two', 'three']);
    expect(captured.noteCodes).toEqual(['missing_columns']);
  });

  it('reads columns of other names, types and number, and says so', async () => {
    const name = await database();
    await server.sql(
      `CREATE SCHEMA audit; CREATE TABLE audit."Trail.One" ("ID" uuid, "Category" varchar(9), action text, extra int,
        timestamp timestamp, payload text)`,
      name,
    );
    const id = '6f9d0000-0000-4000-8000-000000000001';
    await insert(name, 'audit."Trail.One"', {
      '"ID"': id,
      '"Category"': 'api',
      action: 'x',
      timestamp: '2024-05-06 07:08:09.5',
      payload: '{"a":1}',
    });
    await insert(name, 'audit."Trail.One"', {
      '"ID"': id,
      '"Category"': 'api',
      action: 'x',
      timestamp: '2024-05-06',
      payload: '{},"actor":"forged"',
    });
    const captured = await captureSource(urlOf(name, '?table=audit.Trail.One'), { secrets: secrets() });
    expect(captured.noteCodes).toEqual(['missing_columns', 'extra_columns']);
    expect(await captured.events()).toMatchObject([
      { id, category: 'api', timestamp: '2024-05-06T07:08:09.500000', flags: 1, payload: '{"a":1}' },
    ]);
    expect(await captured.rejects()).toMatchObject([{ code: 'not_json' }]);
  });

  it('takes the column with the very name before one that differs in case', async () => {
    const name = await database();
    await server.sql(
      `CREATE TABLE event_audit_event (id text, "ID" text, category text, action text, timestamp timestamptz);
       INSERT INTO event_audit_event VALUES ('meant', 'not meant', 'c', 'a', now())`,
      name,
    );
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    expect(captured.noteCodes).toEqual(['missing_columns', 'extra_columns']);
    expect(await captured.events()).toMatchObject([{ id: 'meant' }]);
  });

  it('is read whole when it lies in partitions, whatever it is called', async () => {
    const name = await database();
    await server.sql(
      `${createTable({ table: 'trail' }).replace(' PRIMARY KEY', '')} PARTITION BY RANGE (timestamp);
       CREATE TABLE year_2023 PARTITION OF trail FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
       CREATE TABLE later PARTITION OF trail FOR VALUES FROM ('2024-01-01') TO ('2030-01-01')`,
      name,
    );
    await insert(name, 'trail', minimal({ id: 'one', timestamp: '2023-05-01' }));
    await insert(name, 'trail', minimal({ id: 'two', timestamp: '2024-05-01' }));
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    expect(captured.status).toMatchObject({ state: 'complete', captured: 2 });
    const part = await captureSource(urlOf(name, '?table=later'), { secrets: secrets() });
    expect(await part.events()).toMatchObject([{ id: 'two' }]);
  });

  it('is one instant, whoever writes meanwhile', async () => {
    const name = await database();
    const count = await fillPostgres(server, 30_000, { database: name });
    let added = 0;
    let adding: Promise<unknown> = Promise.resolve();
    const captured = await captureSource(urlOf(name), {
      secrets: secrets(),
      onProgress: ({ read }) => {
        if (read === 0 || added > 0) return;
        added = 1;
        adding = server.sql('DELETE FROM event_audit_event WHERE random() < 0.5', name);
      },
    });
    await adding;
    expect(added).toBe(1);
    expect(captured.status).toMatchObject({ state: 'complete', captured: count });
  });

  it('is never written to', async () => {
    const name = await database();
    await server.sql(
      `${createTable({ table: 'real' })}; CREATE TABLE touched (at int); CREATE FUNCTION touch() RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO touched VALUES (1); RETURN 'x'; END $$;
       CREATE VIEW event_audit_event AS SELECT touch() AS id, category, action, timestamp FROM real`,
      name,
    );
    await insert(name, 'real', minimal({}));
    const failure = await failureOf(captureSource(urlOf(name), { secrets: secrets() }));
    expect(failure.code).toBe('source_refused');
    expect(failure.message).toMatch(/read-only transaction/);
    expect(await server.sql('SELECT count(*)::int AS n FROM touched', name)).toEqual([{ n: 0 }]);
  });
});

/** A database of the test's own in another encoding, with the table. */
async function latin(encoding = 'LATIN1'): Promise<string> {
  databases += 1;
  const name = `audit_${databases}`;
  await server.sql(`CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
  await server.sql(createTable(), name);
  return name;
}

describe('a database that writes texts in its own way', () => {
  it('takes a filter by what its encoding can’t hold for one that nothing matches', async () => {
    const name = await latin();
    await insert(name, 'event_audit_event', minimal({ id: 'a', actor: 'é' }));
    await insert(name, 'event_audit_event', minimal({ id: 'b', actor: 'e' }));
    const ids = async (narrow: FilterInput): Promise<string> => {
      const captured = await captureSource(urlOf(name), { secrets: secrets(), narrow });
      expect(captured.status.state).toBe('complete');
      return (await captured.events()).map(({ id }) => id).join('');
    };
    expect(await ids(by('actor', ['日本']))).toBe('');
    expect(await ids(by('actor', ['日本', 'é']))).toBe('a');
    expect(await ids(by('actor', ['日本', 'é'], true))).toBe('b');
    expect(await ids(by('actor', ['日本'], true))).toBe('ab');
  });

  it('is partial where bytes of it mean nothing in its own encoding', async () => {
    const name = await latin('WIN1252');
    await insert(name, 'event_audit_event', minimal({ id: 'a', actor: 'é€' }));
    await server.sql(
      `INSERT INTO event_audit_event (id, category, action, timestamp, actor)
         VALUES ('b', 'c', 'a', now(), convert_from('\\x81', 'WIN1252'))`,
      name,
    );
    const captured = await captureSource(urlOf(name), { secrets: secrets() });
    expect(captured.status).toMatchObject({
      state: 'partial',
      reason: { code: 'source_refused', message: expect.stringContaining('0x81') },
    });
  });

  it('tells a date the same, whatever style is set for the user', async () => {
    const name = await database();
    await server.sql(
      `CREATE TABLE event_audit_event (id text, category text, action text, timestamp date, payload json);
       INSERT INTO event_audit_event VALUES ('a', 'c', 'a', '2024-02-01', '{}');
       ALTER DATABASE ${name} SET DateStyle = 'German'; ALTER DATABASE ${name} SET IntervalStyle = 'sql_standard';
       ALTER DATABASE ${name} SET TimeZone = 'Asia/Tokyo'`,
      name,
    );
    expect(await (await captureSource(urlOf(name), { secrets: secrets() })).events()).toMatchObject([
      { timestamp: '2024-02-01' },
    ]);
  });
});

describe('a connection test of PostgreSQL', () => {
  it('says what is there', async () => {
    const name = await database();
    await fillPostgres(server, 500, { database: name });
    await using host = await testEngine();
    const found = await host.engine.run('event_audit_test_source', { url: urlOf(name), secrets: secrets() });
    expect(found).toMatchObject({ kind: 'postgres', records: 500, estimated: false, notes: [] });
    expect(found.product).toMatch(/^PostgreSQL \d+\.\d+, table public\.event_audit_event$/);
    expect(found.bytes).toBeGreaterThan(8_192);
  });

  it('says that row security may hide rows', async () => {
    const name = await database();
    await server.sql(
      `${createTable()}; GRANT SELECT ON event_audit_event TO reader; ALTER TABLE event_audit_event ENABLE ROW LEVEL SECURITY;
       CREATE POLICY only_views ON event_audit_event FOR SELECT TO reader USING (category = 'view')`,
      name,
    );
    await insert(name, 'event_audit_event', minimal({ id: 'a' }));
    await insert(name, 'event_audit_event', minimal({ id: 'b', category: 'view' }));
    const url = urlOf(name).replace(server.user, 'reader');
    const captured = await captureSource(url, { secrets: { password: 'reader-secret' } });
    expect(captured.noteCodes).toEqual(['row_security']);
    expect((await captured.events()).map(({ id }) => id)).toEqual(['b']);
  });

  it('names the table that could be meant', async () => {
    const name = await database();
    await server.sql(createTable({ table: 'trail' }), name);
    await using host = await testEngine();
    const found = await host.engine.run('event_audit_test_source', { url: urlOf(name), secrets: secrets() });
    expect(found.product).toContain('table public.trail');
    const missing = await failureOf(
      host.engine.run('event_audit_test_source', { url: urlOf(name, '?table=nothing'), secrets: secrets() }),
    );
    expect(missing).toMatchObject({ code: 'source_invalid' });
    expect(missing.message).toMatch(/there is no table nothing\. These could be it: trail\./);
    const other = await failureOf(
      host.engine.run('event_audit_test_source', { url: urlOf('postgres', '?table=nothing'), secrets: secrets() }),
    );
    expect(other.message).toMatch(/no tables/);
  });
});

describe('refusals of PostgreSQL', () => {
  it('tell a wrong password, no password, a wrong user and a wrong database apart', async () => {
    expect(await refused(urlOf('postgres'), { password: 'wrong-secret' })).toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('refused the password'),
    });
    process.env['PGPASSWORD'] = server.password;
    try {
      expect(await refused(urlOf('postgres'), {})).toMatchObject({
        code: 'source_refused',
        message: expect.stringContaining('wants a password'),
      });
    } finally {
      delete process.env['PGPASSWORD'];
    }
    const url = urlOf('postgres').replace(server.user, 'nobody');
    expect(await refused(url, { password: 'wrong-secret' })).toMatchObject({ code: 'source_refused' });
    expect(await refused(urlOf('no_such'), secrets())).toMatchObject({
      code: 'source_invalid',
      message: expect.stringContaining('no such database'),
    });
  });

  it('name the missing right', async () => {
    const name = await database();
    await server.sql(createTable(), name);
    const url = urlOf(name).replace(server.user, 'reader');
    const failure = await failureOf(captureSource(url, { secrets: { password: 'reader-secret' } }));
    expect(failure.code).toBe('source_refused');
    expect(failure.message).toMatch(/permission denied for table event_audit_event.*SELECT/);
  });

  it('leave out the columns that are closed to this user, and name them', async () => {
    const name = await database();
    await server.sql(
      `${createTable()}; GRANT SELECT (id, category, action, timestamp, actor) ON event_audit_event TO reader`,
      name,
    );
    await insert(name, 'event_audit_event', minimal({ actor: 'ann', target_id: 'hidden' }));
    const url = urlOf(name).replace(server.user, 'reader');
    const asReader = { secrets: { password: 'reader-secret' } };
    await using host = await testEngine();
    expect(await host.engine.run('event_audit_test_source', { url, ...asReader })).toMatchObject({ records: 1 });
    const captured = await captureSource(url, asReader);
    expect(captured.status).toMatchObject({ state: 'complete', captured: 1 });
    expect(await captured.events()).toMatchObject([{ actor: 'ann', target_id: '' }]);
    expect(captured.status.notes).toMatchObject([
      { code: 'columns_refused', severity: 'warning', message: expect.stringMatching(/: action_object, .*payload\./) },
    ]);
    await server.sql('REVOKE SELECT (category, actor) ON event_audit_event FROM reader', name);
    const failure = await failureOf(captureSource(url, asReader));
    expect(failure).toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('public.event_audit_event: category, actor'),
    });
  });

  it('name the host that does not answer', async () => {
    expect(await refused('postgres://u@127.0.0.1:1/x', { password: 'p-secret' })).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('connection refused'),
    });
    expect(await refused('postgres://u@no-such-host.invalid/x', {})).toMatchObject({ code: 'source_unreachable' });
    expect(await refused(`postgres://u@x/x?host=${tempDir()}`, {})).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('no socket'),
    });
  });

  it('tell another kind of server from PostgreSQL', async () => {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      expect(await refused(`postgres://u@127.0.0.1:${port}/x`, { password: 'p-secret' })).toMatchObject({
        code: 'source_unreachable',
        message: expect.stringContaining('and not another server'),
      });
    } finally {
      other.close();
    }
  });

  it('name a parameter that means nothing', async () => {
    expect(await refused(urlOf('postgres', '?tabel=x'), {})).toMatchObject({ code: 'invalid_input' });
    expect(await refused(urlOf('postgres', '?sslmode=maybe'), {})).toMatchObject({ code: 'invalid_input' });
    expect(await refused(urlOf('postgres', '?sslmode=verify-ca&sslrootcert=/none'), {})).toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('the way to PostgreSQL', () => {
  it('goes by its Unix socket', async () => {
    const name = await database();
    await fillPostgres(server, 10, { database: name });
    const url = `postgres://${server.user}@/${name}?host=${server.socketDir}`.replace('/?', `:${server.port}/?`);
    const withPort = url.replace('@/', `@localhost:${server.port}/`);
    expect((await captureSource(withPort, { secrets: secrets() })).status.captured).toBe(10);
  });

  it('understands what CKAN’s own configuration says', async () => {
    const name = await database();
    await fillPostgres(server, 10, { database: name });
    const url = `postgresql+psycopg2://${server.user}:${server.password}@${server.host}:${server.port}/${name}`;
    const captured = await captureSource(url);
    expect(captured.status.captured).toBe(10);
    expect(JSON.stringify(captured.status)).not.toContain(server.password);
  });

  it.each([
    ['disable', '', false],
    ['prefer', '', true],
    ['require', '', true],
    ['verify-ca', 'ca', true],
    ['verify-full', 'ca', true],
  ] as const)('is secured as sslmode=%s asks', async (mode, authority, secured) => {
    const name = await database();
    await fillPostgres(server, 10, { database: name });
    const parameters = `?sslmode=${mode}${authority === '' ? '' : `&sslrootcert=${certificates.ca}`}`;
    expect((await captureSource(urlOf(name, parameters), { secrets: secrets() })).status.captured).toBe(10);
    const logged = server
      .log()
      .split('\n')
      .findLast((line) => line.includes(`database=${name} application_name=event-audit-viewer`));
    expect(logged).toMatch(secured ? /SSL enabled/ : /application_name=event-audit-viewer$/);
  });

  it('is refused when the certificate does not prove the server', async () => {
    await using host = await testEngine();
    const ask = (url: string): Promise<{ code: unknown; message: string }> =>
      failureOf(host.engine.run('event_audit_test_source', { url, secrets: secrets() }));
    const stranger = await ask(urlOf('postgres', `?sslmode=verify-ca&sslrootcert=${certificates.strangerCa}`));
    expect(stranger).toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('no secure connection'),
    });
    const unknown = await ask(urlOf('postgres', '?sslmode=verify-full'));
    expect(unknown.code).toBe('source_refused');
  });

  it('tells a plain server from a secured one', async () => {
    await using plain = await startPostgres();
    await fillPostgres(plain, 10);
    const given = { password: plain.password };
    expect((await captureSource(plain.url, { secrets: given })).status.captured).toBe(10);
    const failure = await failureOf(captureSource(`${plain.url}?sslmode=require`, { secrets: given }));
    expect(failure).toMatchObject({ code: 'source_refused', message: expect.stringContaining('speaks no TLS') });
  });

  it('brings a client certificate where one is asked for', async () => {
    await using strict = await startPostgres({
      tls: { ...certificates.server, ca: certificates.ca },
      access: ['hostssl all reader all cert', 'host all auditor all scram-sha-256'],
    });
    await strict.sql('CREATE ROLE reader LOGIN');
    const { cert, key } = certificates.client;
    const url = `postgres://reader@127.0.0.1:${strict.port}/postgres?sslmode=verify-full&sslrootcert=${certificates.ca}`;
    await using host = await testEngine();
    const without = await failureOf(host.engine.run('event_audit_test_source', { url }));
    expect(without.code).toBe('source_refused');
    const withIt = await failureOf(
      host.engine.run('event_audit_test_source', { url: `${url}&sslcert=${cert}&sslkey=${key}` }),
    );
    // Let in, and then there is nothing to read.
    expect(withIt).toMatchObject({ code: 'source_invalid' });
  });
});

describe('a PostgreSQL server that fails midway', () => {
  it.each([
    ['is stopped', (one: PostgresServer) => one.kill()],
    [
      'ends the session',
      (one: PostgresServer) =>
        one.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'event-audit-viewer'"),
    ],
    [
      'cancels the statement',
      (one: PostgresServer) =>
        one.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'event-audit-viewer'"),
    ],
  ])('leaves a partial capture when it %s', async (_name, strike) => {
    await using own = await startPostgres();
    await fillPostgres(own, 60_000);
    let struck: Promise<unknown> | undefined;
    const captured = await captureSource(own.url, {
      secrets: { password: own.password },
      onProgress: ({ read, state }) => {
        if (state === 'capturing' && read > 0) struck ??= strike(own);
      },
    });
    await struck;
    expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'source_unreachable' } });
    expect(captured.status.captured).toBeGreaterThan(0);
    expect(captured.status.captured).toBeLessThan(60_000);
    expect(captured.status.reason?.message).not.toContain('\n');
  });

  it('ends its work when the reading is cancelled', async () => {
    const name = await database();
    await fillPostgres(server, 60_000, { database: name });
    const controller = new AbortController();
    const captured = await captureSource(urlOf(name), {
      secrets: secrets(),
      signal: controller.signal,
      onProgress: ({ read }) => {
        if (read > 0) controller.abort();
      },
    });
    expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
    await expect
      .poll(async () => server.sql("SELECT 1 FROM pg_stat_activity WHERE application_name = 'event-audit-viewer'"), {
        timeout: 20_000,
      })
      .toEqual([]);
  });
});

describe('narrowing in PostgreSQL', () => {
  it('leaves out only what the filter does not want', async () => {
    const name = await database();
    await server.sql(createTable(), name);
    const add = (changes: Readonly<Record<string, string | null>>): Promise<void> =>
      insert(name, 'event_audit_event', minimal(changes));
    await add({ id: 'a', actor: 'ann', timestamp: '2024-01-01T00:00:00.000001Z' });
    await add({ id: 'b', actor: null, timestamp: '2024-01-02T00:00:00Z' });
    await add({ id: "c'; DROP TABLE event_audit_event; --\\", actor: 'Ann', timestamp: '2024-01-03T00:00:00Z' });
    await add({ id: 'd', actor: '', action: 'changed', timestamp: '2024-01-03T23:59:59.999999Z' });
    const ids = async (narrow: FilterInput): Promise<string> => {
      const captured = await captureSource(urlOf(name), { secrets: secrets(), narrow });
      expect(captured.noteCodes).toEqual(['narrowed']);
      expect(captured.status.rejected).toBe(0);
      return (await captured.events()).map(({ id }) => id.slice(0, 1)).join('');
    };
    expect(await ids(by('actor', ['ann']))).toBe('a');
    expect(await ids(by('actor', ['']))).toBe('bd');
    expect(await ids(by('actor', ['ann', ''], true))).toBe('c');
    expect(await ids(by('id', ["c'; DROP TABLE event_audit_event; --\\"]))).toBe('c');
    expect(await ids(by('id', ['a\0']))).toBe('');
    expect(await ids({ time_from: '2024-01-01T00:00:00.000002Z', time_to: '2024-01-02' })).toBe('b');
    expect(await ids({ time_to: '2024-01-03' })).toBe('abcd');
    expect(await ids({ ...by('action', ['changed']), time_from: '2024-01-03' })).toBe('d');
  });
});

it('does not wait for a server that never answers', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  try {
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using host = await testEngine();
    const failure = await failureOf(
      host.engine.run('event_audit_test_source', { url: `postgres://u@127.0.0.1:${port}/x?connect_timeout=1` }),
    );
    expect(failure.code).toBe('source_unreachable');
  } finally {
    silent.close();
  }
});

it('counts what one event is, whatever its texts hold', async () => {
  const name = await database();
  await server.sql(createTable(), name);
  const text = 'a\u0001\u001b\u007f"\\/\b\f\n\r\t\u2028é😀';
  await insert(name, 'event_audit_event', { ...columnsOf(oneEvent({ actor: text, target_id: text }).event) });
  const [event] = await (await captureSource(urlOf(name), { secrets: secrets() })).events();
  expect(event).toMatchObject({ actor: text, target_id: text });
});
