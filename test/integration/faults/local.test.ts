/** Stores without a connection when they fail: files that are cut off or change under the reader, plugins that misbehave. */
import { once } from 'node:events';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guarded } from '../../../src/main/engine/plugins/guarded.ts';
import { registerRepository, throughIntake } from '../../../src/main/engine/repositories/registry.ts';
import {
  AbstractRepository,
  type ReadOptions,
  type RecordBatch,
} from '../../../src/main/engine/repositories/repository.ts';
import type { ExportFormat } from '../../../src/shared/contract.ts';
import { EVENT_FIELDS, type AuditEvent } from '../../../src/shared/event.ts';
import { jsonLines } from '../../support/file-fill.ts';
import { fillSqlite } from '../../support/sqlite-fill.ts';
import { createTempDir, tempDir, type TempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { attempt, expectHonest, linesOf } from './outcome.ts';

const COUNT = 3_000;
const FORMATS = ['jsonl', 'json', 'csv', 'tsv', 'xlsx'] as const satisfies readonly ExportFormat[];
/** Where a file is cut, as a share of its bytes; the last ones are counted from its end. */
const CUTS = [0.001, 0.013, 0.31, 0.64, 0.93, -1_000, -30, -3];

let own: TestEngine;
let folder: TempDir;

beforeAll(async () => {
  own = await testEngine();
  folder = createTempDir();
  const lines = join(folder.path, 'source.jsonl');
  writeFileSync(lines, jsonLines(COUNT, { seed: 41, hostile: 0.02 }));
  const { snapshot_id } = await own.capture(`file:${lines}`);
  for (const format of FORMATS) {
    const output = join(folder.path, `whole.${format}`);
    await own.engine.run('event_audit_export', {
      snapshot_id,
      format,
      output,
      fields: [...EVENT_FIELDS],
      raw: true,
      manifest: false,
    });
  }
  await makeParquet(join(folder.path, 'whole.jsonl'), join(folder.path, 'whole.parquet'));
  fillSqlite(join(folder.path, 'whole.sqlite'), COUNT, { seed: 41 });
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
  folder.remove();
});

async function makeParquet(from: string, to: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = EVENT_FIELDS.map(
    (field) => `${field}: '${field === 'result' || field === 'payload' ? 'JSON' : 'VARCHAR'}'`,
  );
  await connection.run(
    `COPY (SELECT * REPLACE (result::VARCHAR AS result, payload::VARCHAR AS payload)
       FROM read_json('${from}', format = 'newline_delimited', columns = {${columns.join(', ')}})) TO '${to}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

describe.each([...FORMATS, 'parquet', 'sqlite'])('a file of %s', (format) => {
  const scheme = format === 'sqlite' ? 'sqlite' : 'file';
  const name = `whole.${format}`;

  test.each(CUTS)('that is cut at %d says so', async (cut) => {
    const whole = await linesOf(own, await own.capture(`${scheme}:${join(folder.path, name)}`));
    expect(whole).toHaveLength(COUNT);
    const bytes = readFileSync(join(folder.path, name));
    const end = cut > 0 ? Math.floor(bytes.length * cut) : bytes.length + cut;
    const path = join(tempDir(), name);
    writeFileSync(path, bytes.subarray(0, end));
    const tried = await attempt(own, { url: `${scheme}:${path}` });
    expect(await expectHonest(own, tried, whole)).not.toBe('complete');
  });

  if (format === 'sqlite') return;

  test('packed with gzip brings the same', async () => {
    const whole = await linesOf(own, await own.capture(`file:${join(folder.path, name)}`));
    const path = join(tempDir(), 'packed');
    writeFileSync(path, gzipSync(readFileSync(join(folder.path, name))));
    expect(await expectHonest(own, await attempt(own, { url: `file:${path}` }), whole)).toBe('complete');
  });

  test.each(CUTS)('packed with gzip and cut at %d says so', async (cut) => {
    const whole = await linesOf(own, await own.capture(`file:${join(folder.path, name)}`));
    const bytes = gzipSync(readFileSync(join(folder.path, name)));
    const end = cut > 0 ? Math.floor(bytes.length * cut) : bytes.length + cut;
    const path = join(tempDir(), name);
    writeFileSync(path, bytes.subarray(0, end));
    const tried = await attempt(own, { url: `file:${path}` });
    expect(await expectHonest(own, tried, whole)).not.toBe('complete');
  });
});

test.each(['jsonl', 'csv'])('a %s file that gets shorter while it is read is not called whole', async (format) => {
  const path = join(tempDir(), `shrinks.${format}`);
  copyFileSync(join(folder.path, `whole.${format}`), path);
  const whole = await linesOf(own, await own.capture(`file:${path}`));
  let cut = false;
  const tried = await attempt(
    own,
    { url: `file:${path}` },
    {
      onProgress: ({ read }) => {
        if (cut || read === 0) return;
        cut = true;
        // At a line end, where nothing in the bytes themselves tells.
        truncateSync(path, readFileSync(path).indexOf('\n', 1_000_000) + 1);
      },
    },
  );
  expect(cut).toBe(true);
  expect(await expectHonest(own, tried, whole)).toBe('partial');
});

const EVENT = (n: number): AuditEvent => ({
  id: `e${n}`,
  category: 'api',
  action: 'x',
  actor: '',
  action_object: '',
  action_object_id: '',
  target_type: '',
  target_id: '',
  timestamp: '2024-01-01T00:00:00+00:00',
  result: {},
  payload: {},
});
const EVENTS = Array.from({ length: 1_200 }, (_, n) => JSON.stringify(EVENT(n))).toSorted();

const hang = (): Promise<never> => new Promise(() => undefined);

/** Misbehaves as the path of its source URL says. */
class Misbehaving extends AbstractRepository {
  override async *readEvents(): AsyncIterable<AuditEvent> {
    for (let n = 0; n < EVENTS.length; n += 1) yield EVENT(n);
    switch (this.context.url.path) {
      case 'throws':
        throw new TypeError('cannot read properties of undefined');
      case 'throws-nothing':
        // oxlint-disable-next-line typescript/only-throw-error -- that is what it is about
        throw undefined;
      case 'hangs':
        await hang();
        break;
      case 'hangs-in-cleanup':
        try {
          await sleep(3_600_000, undefined, { ref: false });
        } finally {
          await hang();
        }
        break;
      case 'endless':
        for (let n = EVENTS.length; ; n += 1) yield EVENT(n);
      default:
    }
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    const nonsense = NONSENSE.get(this.context.url.path);
    if (nonsense === undefined) yield* super.readRecords(options);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plugin in JavaScript does not ask
    else yield nonsense as RecordBatch;
  }

  override close(): Promise<void> {
    return this.context.url.path === 'hangs-in-close' ? hang() : Promise.resolve();
  }
}

const NONSENSE: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['texts', { kind: 'json', values: ['a text', 7, null], keys: [] }],
  ['other', { kind: 'other' }],
  ['null', null],
  ['short-rows', { kind: 'rows', rows: [['a', 'b']], keys: [''] }],
  ['no-keys', { kind: 'json', values: [] }],
]);

describe('a plugin', () => {
  beforeAll(() =>
    throughIntake(
      (kind, Repository) => guarded('/a/plugin.mjs', kind, Repository),
      () => {
        registerRepository('misbehaving', Misbehaving);
        return Promise.resolve();
      },
    ),
  );

  test.each(['throws', 'throws-nothing'])('that fails midway (%s) leaves a part that says so', async (how) => {
    const tried = await attempt(own, { url: `misbehaving:${how}` });
    expect(await expectHonest(own, tried, EVENTS)).toBe('partial');
    expect(tried).toMatchObject({ status: { captured: 1_000, reason: { code: 'source_invalid' } } });
  });

  test.each(['hangs', 'hangs-in-cleanup', 'hangs-in-close'])('that hangs (%s) can be left at once', async (how) => {
    const controller = new AbortController();
    const seen = new EventTarget();
    const trying = attempt(
      own,
      { url: `misbehaving:${how}` },
      {
        signal: controller.signal,
        onProgress: ({ read }) => {
          if (read > 0) seen.dispatchEvent(new Event('read'));
        },
      },
    );
    if (how !== 'hangs-in-close') {
      await once(seen, 'read');
      controller.abort();
    }
    const outcome = await expectHonest(own, await trying, EVENTS);
    expect(outcome).toBe(how === 'hangs-in-close' ? 'complete' : 'partial');
  });

  test.each([...NONSENSE.keys()])('that hands over what is no batch of records (%s) is named', async (how) => {
    const tried = await attempt(own, { url: `misbehaving:${how}` });
    expect(tried).toMatchObject({
      error: { code: 'source_invalid', message: expect.stringContaining('plugin.mjs') },
    });
  });

  test('that never ends can be left at once', async () => {
    const controller = new AbortController();
    const tried = await attempt(
      own,
      { url: 'misbehaving:endless' },
      {
        signal: controller.signal,
        onProgress: ({ read }) => {
          if (read > 20_000) controller.abort();
        },
      },
    );
    expect(tried).toMatchObject({ status: { state: 'partial', reason: { code: 'cancelled' } } });
  });
});
