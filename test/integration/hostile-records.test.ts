/**
 * Damaged, foreign, huge and hostile records through every store: what is an event is captured as it is; what is none is
 * set aside with its bytes, counted, looked at and handed over, and costs no other record.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { guarded } from '../../src/main/engine/plugins/guarded.ts';
import { registerRepository, throughIntake } from '../../src/main/engine/repositories/registry.ts';
import { AbstractRepository, type RecordBatch } from '../../src/main/engine/repositories/repository.ts';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { EVENT_FIELDS, type AuditEvent } from '../../src/shared/event.ts';
import type { SourceSecrets } from '../../src/shared/source-url.ts';
import { startCloudWatch, TEST_KEY } from '../support/cloudwatch/server.ts';
import { HOSTILE_EVENTS } from '../support/hostile.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { recordText } from '../support/record-text.ts';
import { hugeRecord, REJECTED_RECORDS } from '../support/rejected.ts';
import { putRecords } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const MEGABYTES_50 = 50_000_000;
const DEEP = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

let own: TestEngine;
beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

const lineSchema = z.object({
  code: z.string(),
  size: z.number(),
  part: z.number(),
  parts: z.number(),
  base64: z.string(),
});

interface SetAside {
  readonly code: string;
  readonly bytes: Buffer;
}

/** What was set aside, as it is handed over; and what is shown of it must say the same. */
async function setAside(status: SnapshotStatus): Promise<readonly SetAside[]> {
  expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
  const { snapshot_id } = status;
  const output = join(tempDir(), 'aside.jsonl');
  const result = await own.engine.run('event_audit_export_rejects', { snapshot_id, output });
  expect(result.records).toBe(status.rejected);
  const { files } = await own.engine.run('event_audit_verify', { paths: [output] });
  expect(files).toMatchObject([{ ok: true, findings: [] }]);
  const found: { code: string; parts: Buffer[] }[] = [];
  for (const text of readFileSync(output, 'utf8').split('\n').slice(0, -1)) {
    const { code, part, base64 } = lineSchema.parse(JSON.parse(text));
    if (part === 1) found.push({ code, parts: [] });
    found.at(-1)?.parts.push(Buffer.from(base64, 'base64'));
  }
  const records = found.map(({ code, parts }) => ({ code, bytes: Buffer.concat(parts) }));
  const shown = await own.engine.run('event_audit_list_rejects', { snapshot_id, limit: 1_000 });
  expect(shown.total).toBe(status.rejected);
  expect(shown.rejects.map(({ code, size }) => ({ code, size }))).toEqual(
    records.map(({ code, bytes }) => ({ code, size: bytes.length })),
  );
  expect(shown.rejects.every(({ reason, key }) => /^\S.*\.$/.test(reason) && key !== '')).toBe(true);
  for (const [index, { bytes }] of records.entries()) {
    expect(shown.rejects[index]?.preview).toBe(bytes.subarray(0, 65_536).toString('utf8'));
  }
  await own.engine.run('event_audit_close_snapshot', { snapshot_id });
  return records;
}

/** Each record's reason and bytes, in an order of their own. */
function sorted(records: readonly SetAside[]): readonly string[] {
  return records
    .map(({ code, bytes }) => `${code} ${bytes.length} ${bytes.toString('base64').slice(0, 2_000)}`)
    .toSorted();
}

async function capture(url: string, secrets: SourceSecrets = {}): Promise<SnapshotStatus> {
  const status = await own.capture(url, { secrets });
  expect(status).toMatchObject({ state: 'complete', duplicates: 0 });
  return status;
}

const HUGE: SetAside = { code: 'too_large', bytes: hugeRecord(MEGABYTES_50) };

/** Some of them can't be in every store. */
const rejected = (fits: (text: string, bytes: Buffer) => boolean): readonly SetAside[] =>
  REJECTED_RECORDS.filter(({ bytes }) => fits(bytes.toString('utf8'), bytes));
const events = (fits: (text: string) => boolean): readonly Buffer[] =>
  HOSTILE_EVENTS.map(({ bytes }) => bytes).filter((bytes) => fits(bytes.toString('utf8')));
const isUtf8 = (text: string, bytes: Buffer): boolean => Buffer.from(text).equals(bytes);

// A line end ends a record here, and what is blank is none.
const inLine = (text: string): boolean => !/[\r\n]/.test(text.trimEnd()) && text.trim() !== '';

const isElement = (text: string): boolean => {
  try {
    // What breaks the array's own structure costs the rest of the file; see the tests of files.
    return /^[{[]/.test(text) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};

describe('records of JSON', () => {
  test('in Redis', async () => {
    await using server = await startRedis();
    const aside = [...rejected(() => true), HUGE];
    const captured = events(() => true);
    await putRecords(
      server,
      [...aside.map(({ bytes }) => bytes), ...captured].map((bytes, index) => ({
        field: Buffer.from([0xff, index]),
        bytes,
      })),
    );
    const status = await capture(server.url);
    expect(status.captured).toBe(captured.length);
    expect(sorted(await setAside(status))).toEqual(sorted(aside));
  });

  test('in CloudWatch Logs, as far as messages may be so long', async () => {
    await using server = await startCloudWatch();
    const aside = rejected((text, bytes) => isUtf8(text, bytes) && bytes.length > 0);
    const captured = events(() => true);
    const large = hugeRecord(900_000);
    server.store.createGroup('/ckan/event-audit', Date.parse('2024-01-01T00:00:00Z'));
    server.store.append(
      '/ckan/event-audit',
      's',
      [...aside.map(({ bytes }) => bytes), ...captured, large].map((bytes, index) => ({
        timestamp: Date.parse('2024-02-01T00:00:00Z') + index,
        message: bytes.toString('utf8'),
      })),
    );
    const status = await capture(
      `cloudwatch:${server.region}//ckan/event-audit?rate=500&endpoint=${encodeURIComponent(server.endpoint)}`,
      { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey },
    );
    expect(status.captured).toBe(captured.length + 1);
    expect(sorted(await setAside(status))).toEqual(sorted(aside));
  });

  test.each(['plain', 'packed with gzip'])('in JSON Lines, %s', async (how) => {
    const aside = [...rejected((text) => inLine(text) && !text.startsWith('"')), HUGE];
    const captured = events(inLine);
    const lines = Buffer.concat(
      [recordText(), ...aside.map(({ bytes }) => bytes), ...captured].flatMap((bytes) => [
        Buffer.from(bytes),
        Buffer.from('\n'),
      ]),
    );
    const path = join(tempDir(), 'records');
    writeFileSync(path, how === 'plain' ? lines : gzipSync(lines, { level: 1 }));
    const status = await capture(`file:${path}`);
    expect(status.captured).toBe(captured.length + 1);
    expect(sorted(await setAside(status))).toEqual(sorted(aside));
  });

  test.each(['plain', 'packed with gzip'])('in an array of JSON, %s', async (how) => {
    const aside = [
      ...rejected((text, bytes) => isElement(text) || (!isUtf8(text, bytes) && text.startsWith('{'))),
      HUGE,
    ];
    const captured = events(isElement);
    const parts = [Buffer.from(recordText()), ...aside.map(({ bytes }) => bytes), ...captured];
    const array = Buffer.concat([
      Buffer.from('['),
      ...parts.flatMap((bytes, index) => [Buffer.from(index === 0 ? '' : ',\n'), bytes]),
      Buffer.from(']'),
    ]);
    const path = join(tempDir(), 'records');
    writeFileSync(path, how === 'plain' ? array : gzipSync(array, { level: 1 }));
    const status = await capture(`file:${path}`);
    expect(status.captured).toBe(captured.length + 1);
    expect(sorted(await setAside(status))).toEqual(sorted(aside));
  });

  test('from a plugin', async () => {
    const aside = [...rejected(() => true), HUGE];
    const captured = events(() => true);
    const values = [...aside.map(({ bytes }) => bytes), ...captured];
    class Hostile extends AbstractRepository {
      override async *readEvents(): AsyncIterable<AuditEvent> {}

      override async *readRecords(): AsyncIterable<RecordBatch> {
        yield { kind: 'json', values, keys: values.map((_, index) => Buffer.from(`key ${index}`)) };
      }
    }
    await throughIntake(
      (kind, Repository) => guarded('/a/plugin.mjs', kind, Repository),
      () => {
        registerRepository('hostile', Hostile);
        return Promise.resolve();
      },
    );
    const status = await capture('hostile:');
    expect(status.captured).toBe(captured.length);
    expect(sorted(await setAside(status))).toEqual(sorted(aside));
  });
});

/** Rows of a table with odd texts in `payload`: by name, the text and the reason it is set aside for. */
const ODD_PAYLOADS: readonly (readonly [string, string, string])[] = [
  ['deep', DEEP, 'not_json'],
  ['huge', `{"text":"${'x'.repeat(MEGABYTES_50)}"}`, 'too_large'],
  ['cut', '{"a":', 'not_json'],
  ['infinite', '{"n":-Infinity}', 'not_json'],
  ['twice', '{}{}', 'not_json'],
];
const GOOD_PAYLOADS: readonly (readonly [string, string])[] = [
  ['beyond 2^53', '{"n":9007199254740993,"p":1.10}'],
  ['hostile keys', '{"__proto__":{"x":1},"a":1,"a":2,"":""}'],
  ['markup', '{"=cmd|\' /C calc\'!A0":"<img src=x onerror=alert(1)>"}'],
];
const WHEN = '2024-03-01T10:00:00+00:00';

/** What a reject of a table holds: the row, as JSON. */
function rowsIn(records: readonly SetAside[]): readonly (readonly [unknown, unknown, string])[] {
  return records
    .map(({ code, bytes }) => {
      const row = z.object({ id: z.unknown(), payload: z.unknown() }).parse(JSON.parse(bytes.toString('utf8')));
      return [row.id, row.payload, code] as const;
    })
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

function expectRows(
  found: readonly (readonly [unknown, unknown, string])[],
  wanted: readonly (readonly [string, string, string])[],
): void {
  const order = wanted.toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
  expect(found.map(([id, , code]) => [id, code])).toEqual(order.map(([id, , code]) => [id, code]));
  for (const [index, [id, payload]] of order.entries()) {
    const given = found[index]?.[1];
    const text =
      typeof given === 'object' && given !== null && 'base64' in given
        ? Buffer.from(String(given.base64), 'base64').toString('utf8')
        : given;
    expect(text === payload, `the payload of ${id}`).toBe(true);
  }
}

const ROW = (id: string, payload: string): readonly string[] => [id, 'c', 'a', '', '', '', '', '', WHEN, '{}', payload];

describe('rows of a table', () => {
  test('in SQLite', async () => {
    const path = join(tempDir(), 'hostile.db');
    const database = new Database(path);
    database.exec(`CREATE TABLE event_audit_event (${EVENT_FIELDS.join(', ')})`);
    const insert = database.prepare(`INSERT INTO event_audit_event VALUES (${EVENT_FIELDS.map(() => '?').join(', ')})`);
    for (const [id, payload] of [...ODD_PAYLOADS, ...GOOD_PAYLOADS]) insert.run(ROW(id, payload));
    database.close();
    const status = await capture(`sqlite:${path}`);
    expect(status.captured).toBe(GOOD_PAYLOADS.length);
    expectRows(rowsIn(await setAside(status)), ODD_PAYLOADS);
  });

  test('in PostgreSQL, where payloads are texts; and a huge one where they are JSON', async () => {
    await using server = await startPostgres();
    const columns = EVENT_FIELDS.map((field) => `"${field}" ${field === 'timestamp' ? 'timestamptz' : 'text'}`).join(
      ', ',
    );
    await server.sql(`CREATE TABLE event_audit_event (${columns})`);
    const secrets = { password: server.password };
    for (const [id, payload] of [...ODD_PAYLOADS, ...GOOD_PAYLOADS]) {
      const values = ROW(id, payload).map((text) => `'${text.replaceAll("'", "''")}'`);
      await server.sql(`INSERT INTO event_audit_event VALUES (${values.join(', ')})`);
    }
    const status = await capture(server.url, secrets);
    expect(status.captured).toBe(GOOD_PAYLOADS.length);
    expectRows(rowsIn(await setAside(status)), ODD_PAYLOADS);
    await server.sql(
      `ALTER TABLE event_audit_event ALTER result TYPE json USING result::json, ALTER payload TYPE json USING CASE WHEN id = 'huge' THEN payload END::json`,
    );
    const asJson = await capture(server.url, secrets);
    expect(asJson.captured).toBe(ODD_PAYLOADS.length + GOOD_PAYLOADS.length - 1);
    const [huge] = await setAside(asJson);
    expect(huge?.code).toBe('too_large');
    expect(huge?.bytes.toString('latin1').endsWith(`"payload":${ODD_PAYLOADS[1]?.[1]}}`)).toBe(true);
  });

  test.each(['text', 'json'])(
    'in PostgreSQL without an encoding, with bytes that are no text (payload %s)',
    async (type) => {
      await using server = await startPostgres();
      await server.sql("CREATE DATABASE raw ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
      await server.sql(
        `CREATE TABLE event_audit_event (id text, category text, action text, actor text, timestamp timestamptz, payload ${type})`,
        'raw',
      );
      // Bytes that are Latin-1, as an old program may have written them.
      await server.sql(
        `SET client_encoding = 'SQL_ASCII';
       INSERT INTO event_audit_event VALUES ('latin', 'c', 'a', E'Stra\\xdfe', '${WHEN}', '{}'), ('utf', 'c', 'a', 'Straße', '${WHEN}', '{}')`,
        'raw',
      );
      const status = await capture(server.url.replace(/postgres$/, 'raw'), { password: server.password });
      expect(status).toMatchObject({ captured: 1, rejected: 1 });
      const [reject] = await setAside(status);
      expect(reject?.code).toBe('not_utf8');
      expect(
        reject?.bytes.includes(Buffer.from('Stra\u00dfe', 'latin1')) === true ||
          reject?.bytes.includes(Buffer.from('Stra\u00dfe', 'latin1').toString('base64')) === true,
      ).toBe(true);
    },
  );

  test.each([
    [',', 'plain'],
    ['\t', 'plain'],
    [',', 'packed with gzip'],
  ])('in text with %j between cells, %s', async (separator, how) => {
    const line = (cells: readonly string[]): string =>
      `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)}\r\n`;
    const text = Buffer.concat([
      Buffer.from(line(EVENT_FIELDS)),
      ...[...ODD_PAYLOADS, ...GOOD_PAYLOADS].map(([id, payload]) => Buffer.from(line(ROW(id, payload)))),
      Buffer.from(line(ROW('latin', '{"street":"Stra@e"}')).replace('@', '\u00df'), 'latin1'),
    ]);
    const path = join(tempDir(), 'hostile');
    writeFileSync(path, how === 'plain' ? text : gzipSync(text, { level: 1 }));
    const status = await capture(`file:${path}`);
    expect(status.captured).toBe(GOOD_PAYLOADS.length);
    const records = await setAside(status);
    const latin = records.filter(({ code }) => code === 'not_utf8');
    expect(latin.map(({ bytes }) => bytes.toString('latin1'))).toEqual([
      line(ROW('latin', '{"street":"Stra\u00dfe"}')).trimEnd(),
    ]);
    expectRows(rowsIn(records.filter(({ code }) => code !== 'not_utf8')), ODD_PAYLOADS);
  });

  test('in Parquet', async () => {
    const path = join(tempDir(), 'hostile.parquet');
    const rows = join(tempDir(), 'rows.jsonl');
    writeFileSync(
      rows,
      [...ODD_PAYLOADS, ...GOOD_PAYLOADS]
        .map(
          ([id, payload]) =>
            `${JSON.stringify(Object.fromEntries(ROW(id, payload).map((cell, index) => [EVENT_FIELDS[index], cell])))}\n`,
        )
        .join(''),
    );
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT ${EVENT_FIELDS.map((field) => (field === 'actor' ? 'encode(actor) AS actor' : field)).join(', ')}
         FROM read_json('${rows}', format = 'newline_delimited', maximum_object_size = 100000000,
                        columns = {${EVENT_FIELDS.map((field) => `${field}: 'VARCHAR'`).join(', ')}})
       UNION ALL SELECT 'latin', 'c', 'a', '\\x53\\x74\\xDF'::BLOB, '', '', '', '', '${WHEN}', '{}', '{}') TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const status = await capture(`file:${path}`);
    expect(status.captured).toBe(GOOD_PAYLOADS.length);
    const records = await setAside(status);
    const latin = records.find(({ code }) => code === 'not_utf8');
    expect(JSON.parse(latin?.bytes.toString('utf8') ?? '')).toMatchObject({
      id: 'latin',
      actor: { base64: Buffer.from('St\u00df', 'latin1').toString('base64') },
    });
    expectRows(rowsIn(records.filter(({ code }) => code !== 'not_utf8')), ODD_PAYLOADS);
  });
});
