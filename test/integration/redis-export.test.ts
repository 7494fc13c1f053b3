/** A Redis of 100,000 events, exported by the command in every format: exactly the events that its own JSON says, in order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import { runCli, type CliResult } from '../support/cli.ts';
import { generateEvents, HOSTILE_TEXTS, redisField, type WrittenEvent } from '../support/events.ts';
import { fillRedis, putRecords } from '../support/redis-fill.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { xlsxRows } from '../support/xlsx-rows.ts';

const COUNT = 100_000;
const OPTIONS = {
  seed: 2_024,
  hostile: 0.02,
  classes: ['Package', 'PackageExtra', 'Resource', 'package', 'Package|action:x'],
};
const QUERY = ['--category=model', '--action-object=Package', '--start-date=2024-03-01', '--end-date=2024-03-31'];

/** Around the ends of the month, and with other offsets. */
const EDGES = [
  '2024-02-29T23:59:59.999999+00:00',
  '2024-03-01T00:00:00+00:00',
  '2024-03-01T01:59:59.999999+02:00',
  '2024-03-01T02:00:00+02:00',
  '2024-02-29T18:15:00.000000-05:45',
  '2024-03-31T23:59:59.999999+00:00',
  '2024-04-01T00:00:00+00:00',
  '2024-04-01T01:59:59.999999+02:00',
  '2024-03-31T23:59:59.999999',
].map((timestamp, index): WrittenEvent => ({
  id: `edge-${index}`,
  category: 'model',
  action: 'changed',
  actor: '',
  action_object: 'Package',
  action_object_id: 'o',
  target_type: '',
  target_id: '',
  timestamp,
  result: {},
  payload: {},
}));

/** Microseconds since 1970, by the platform's own reading of dates. */
function instant(timestamp: string): bigint {
  const match = /^(.{19})(?:\.(\d+))?(.*)$/.exec(timestamp);
  const [, seconds = '', fraction = '', offset = ''] = match ?? [];
  return BigInt(Date.parse(`${seconds}${offset === '' ? 'Z' : offset}`)) * 1_000n + BigInt(fraction.padEnd(6, '0'));
}

/** Events of that month whose other fields break careless writers. */
const HOSTILE = HOSTILE_TEXTS.map((text, index): WrittenEvent => ({
  id: `hostile-${index}`,
  category: 'model',
  action: text,
  actor: text,
  action_object: 'Package',
  action_object_id: text,
  target_type: text,
  target_id: `${text}${text}`,
  timestamp: `2024-03-15T12:00:00.${String(index).padStart(6, '0')}+00:00`,
  result: { [text]: text },
  payload: { list: [text] },
}));
const PLACED = [...EDGES, ...HOSTILE];

let server: RedisServer;
let folder = '';
/** What the export must hold, found without any code of the engine. */
let wanted: readonly WrittenEvent[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'event-audit-redis-export-'));
  server = await startRedis();
  await fillRedis(server, COUNT, OPTIONS);
  await putRecords(
    server,
    PLACED.map((event) => ({ field: redisField(event), bytes: Buffer.from(JSON.stringify(event)) })),
  );
  const [from, to] = [instant('2024-03-01T00:00:00Z'), instant('2024-04-01T00:00:00Z')];
  const inMarch: WrittenEvent[] = [];
  for (const { event } of [...generateEvents(COUNT, OPTIONS), ...PLACED.map((each) => ({ event: each }))]) {
    const at = instant(event.timestamp);
    if (event.category === 'model' && event.action_object === 'Package' && at >= from && at < to) inMarch.push(event);
  }
  wanted = inMarch.toSorted(
    (a, b) =>
      Number(instant(a.timestamp) - instant(b.timestamp)) || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)),
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(format: string, ...more: readonly string[]): Promise<CliResult & { readonly path: string }> {
  const path = join(folder, `out.${format}`);
  const args = ['export', `--source=${server.url}/0`, ...QUERY, `--format=${format}`, `--output=${path}`, ...more];
  return { ...(await runCli(args, { dataDir: join(folder) })), path };
}

/** Holds the file against its manifest, as it is and with one byte changed in the middle. */
async function expectVerifiable(path: string): Promise<void> {
  const good = await runCli(['verify', path], { dataDir: folder });
  expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/^verified /), stderr: '' });
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const bad = await runCli(['verify', path], { dataDir: folder });
  expect(bad).toMatchObject({ code: 5, stdout: expect.stringMatching(/^FAILED[^]*\n {10}[a-z_]+: .+/) });
}

function flat(event: WrittenEvent): readonly string[] {
  return FLAT_FIELDS.map((field) => event[field]);
}

describe('the export of March’s changes to packages', () => {
  it('has something to find, and traps beside it', () => {
    expect(wanted.length).toBeGreaterThan(500);
    expect(wanted.filter(({ id }) => id.startsWith('edge-')).map(({ id }) => id)).toEqual(
      ['edge-1', 'edge-3', 'edge-4', 'edge-5', 'edge-7', 'edge-8'].toSorted(
        (a, b) =>
          Number(
            instant(EDGES[Number(a.slice(5))]?.timestamp ?? '') - instant(EDGES[Number(b.slice(5))]?.timestamp ?? ''),
          ) || (a < b ? -1 : 1),
      ),
    );
  });

  it('as JSON holds exactly those events, in order of time, then id', async () => {
    const { code, stdout, stderr, path } = await exported('json');
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(wanted);
    await expectVerifiable(path);
    expect(stderr).toContain(`${wanted.length.toLocaleString('en')} events written to ${path}`);
  });

  it('as JSON Lines has each stored record byte for byte', async () => {
    const { code, path } = await exported('jsonl');
    expect(code).toBe(0);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toEqual(wanted.map((event) => JSON.stringify(event)));
    await expectVerifiable(path);
  });

  it.each(['csv', 'tsv'])('as %s has one row an event, in that order', async (format) => {
    const { code, path } = await exported(format, '--raw');
    expect(code).toBe(0);
    const text = readFileSync(path, 'utf8');
    const rows: unknown = parseCsv(text, { delimiter: format === 'csv' ? ',' : '\t', bom: true });
    expect(rows).toEqual([FLAT_FIELDS, ...wanted.map(flat)]);
    await expectVerifiable(path);
  });

  it('as XLSX is the same to another reader', async () => {
    const { code, path } = await exported('xlsx');
    expect(code).toBe(0);
    const { title, rows } = xlsxRows(path);
    expect(title).toMatch(/^Event Audit Data \d{4}-\d\d-\d\d$/);
    // The other reader leaves the format's escapes of control characters as they are.
    const decoded = rows.map((row) =>
      row.map((cell) =>
        cell.replaceAll(/_x([0-9A-F]{4})_/g, (_all, hex) => String.fromCharCode(Number.parseInt(String(hex), 16))),
      ),
    );
    expect(decoded).toEqual([FLAT_FIELDS, ...wanted.map(flat)]);
    await expectVerifiable(path);
  });

  it('is the same when it goes to standard output, and nothing else goes there', async () => {
    const args = ['export', `--source=${server.url}`, ...QUERY, '--format=jsonl', '--output=-'];
    const { code, stdout } = await runCli(args, { dataDir: folder });
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBe(wanted.length + 1);
    expect(stdout).toBe(wanted.map((event) => `${JSON.stringify(event)}\n`).join(''));
  });

  it('takes a page of the view, the other way round, when told so', async () => {
    const { code, path } = await exported(
      'jsonl',
      '--sort=timestamp:desc',
      '--limit=7',
      '--offset=3',
      '--fields=id,timestamp',
    );
    expect(code).toBe(0);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const page = wanted.toReversed().slice(3, 10);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      page.map(({ id, timestamp }) => ({ id, timestamp })),
    );
  });
});
