/** The command: keeping, comparing, watching, and several stores at once. Run from its sources. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { generateEvents, oneEvent } from '../../support/events.ts';
import { freePort, startRedis, type RedisServer } from '../../support/redis-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { ROOT } from '../../support/project.ts';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ password: 'secret of redis' });
});
afterAll(() => redis.stop());
beforeEach(() => {
  folder = tempDir();
});

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { child: ChildProcess; done: Promise<Outcome> } {
  const child = spawn(process.execPath, [join(ROOT, 'src/main/cli/index.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, EVENT_AUDIT_DATA_DIR: join(folder, 'data'), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const done = once(child, 'close').then(([code]) => ({
    code: typeof code === 'number' ? code : null,
    stdout: Buffer.concat(out).toString('utf8'),
    stderr: Buffer.concat(err).toString('utf8'),
  }));
  return { child, done };
}

function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return start(args, env).done;
}

function jsonLines(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  return `file:${name}`;
}

const records = [...generateEvents(50)].map(({ json }) => json);

describe('event-audit capture', () => {
  test('keeps a store as a file that opens without it and can be verified', async () => {
    const kept = await cli(['capture', `--source=${jsonLines('a.jsonl', records)}`, '--output=kept.duckdb']);
    expect(kept.code).toBe(0);
    expect(kept.stderr).toContain('50 events kept in');
    rmSync(join(folder, 'a.jsonl'));
    const events = await cli(['events', '--source=snapshot:kept.duckdb', '--json', '--limit=100']);
    expect(events.stdout.trim().split('\n').toSorted()).toEqual(records.toSorted());
    const exported = await cli(['export', '--source=snapshot:kept.duckdb', '--format=csv', '--output=a.csv']);
    expect(exported.code).toBe(0);
    const verified = await cli(['verify', 'kept.duckdb', 'a.csv']);
    expect([verified.code, verified.stdout.match(/^verified/gm)?.length]).toEqual([0, 2]);
  });

  test('encrypts with a passphrase from the environment', async () => {
    const source = jsonLines('a.jsonl', records);
    const args = ['capture', `--source=${source}`, '--output=kept.duckdb', '--passphrase-env=KEEP'];
    expect((await cli(args)).code).toBe(2);
    expect((await cli(args, { KEEP: 'short' })).code).toBe(2);
    expect((await cli(args, { KEEP: 'a long passphrase' })).code).toBe(0);
    expect((await cli(['facets', '--source=snapshot:kept.duckdb'])).code).toBe(3);
    const opened = await cli(['facets', '--source=snapshot:kept.duckdb', '--json'], {
      EVENT_AUDIT_PASSPHRASE: 'a long passphrase',
    });
    expect(JSON.parse(opened.stdout)).toMatchObject({ total: 50 });
  });

  test('says at once that the file can’t be written', async () => {
    const { code, stderr } = await cli(['capture', '--output=nowhere/kept.duckdb']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('folder does not exist')]);
  });
});

describe('event-audit compare', () => {
  test('ends with 0 where nothing differs, and shows the counts', async () => {
    const before = jsonLines('a.jsonl', records);
    const { code, stdout } = await cli(['compare', before, jsonLines('b.jsonl', records.toReversed())]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/same +50\n/)]);
  });

  test('ends with 1 where something differs, and names every difference as JSON lines', async () => {
    const changed = records[1]?.replace('"action":"', '"action":"re-') ?? '';
    const fresh = oneEvent({ id: 'new' }, 3).json;
    const before = jsonLines('a.jsonl', records);
    const after = jsonLines('b.jsonl', [changed, ...records.slice(2), fresh]);
    const { code, stdout, stderr } = await cli(['compare', '--json', before, after]);
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n');
    expect(lines.map(parsed)).toEqual([
      { change: 'gone', id: expect.any(String), before: parsed(records[0]), after: null },
      { change: 'changed', id: expect.any(String), before: parsed(records[1]), after: parsed(changed) },
      { change: 'added', id: 'new', before: null, after: parsed(fresh) },
    ]);
    expect(stderr).toContain('48 same, 1 gone, 1 changed, 1 added');
  });

  test('ends with 4 where a side is not whole', async () => {
    const before = jsonLines('a.jsonl', records);
    const { code, stderr } = await cli(['compare', before, jsonLines('b.jsonl', [...records, 'no event'])]);
    expect(code).toBe(4);
    expect(stderr).toContain('not everything was read');
  });

  test('compares a saved snapshot with the store it came from', async () => {
    const source = jsonLines('a.jsonl', records);
    await cli(['capture', `--source=${source}`, '--output=kept.duckdb']);
    writeFileSync(
      join(folder, 'a.jsonl'),
      records
        .slice(1)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const { code, stdout } = await cli(['compare', 'snapshot:kept.duckdb', source]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/gone +1\n/)]);
  });
});

describe('several sources', () => {
  test('are merged in time order, and each event says where it is from', async () => {
    const a = jsonLines('a.jsonl', [
      oneEvent({ id: 'a1', timestamp: '2024-01-01T00:00:00Z' }).json,
      oneEvent({ id: 'a2', timestamp: '2024-01-03T00:00:00Z' }).json,
    ]);
    const b = jsonLines('b.jsonl', [oneEvent({ id: 'b1', timestamp: '2024-01-02T00:00:00Z' }).json]);
    const { code, stdout } = await cli(['events', `--source=${a}`, `--source=${b}`]);
    expect(code).toBe(0);
    const [head = '', ...rows] = stdout.trim().split('\n');
    expect(head.trimEnd().endsWith('source')).toBe(true);
    expect(rows.map((row) => row.trimEnd().split(/ {2,}/).slice(-2))).toEqual([
      ['a1', a],
      ['b1', b],
      ['a2', a],
    ]);
    const exported = await cli(['export', `--source=${a}`, `--source=${b}`, '--format=jsonl', '--output=-']);
    expect(exported.stdout.trim().split('\n')).toHaveLength(3);
    const facets = await cli(['facets', `--source=${a}`, `--source=${b}`, '--json']);
    expect(JSON.parse(facets.stdout)).toMatchObject({ total: 3 });
  });

  test('are read each to its end when one fails, and the one that did is named', async () => {
    const a = jsonLines('a.jsonl', [oneEvent({ id: 'a1' }).json]);
    const nobody = `redis://127.0.0.1:${await freePort()}/0`;
    const { code, stdout, stderr } = await cli(['events', `--source=${nobody}`, `--source=${a}`, '--json']);
    expect([
      code,
      stdout
        .trim()
        .split('\n')
        .map((line) => idIn(line)),
    ]).toEqual([4, ['a1']]);
    expect(stderr).toContain(`1 of 2 sources could not be read to the end. ${nobody}`);
    const all = await cli(['events', `--source=${nobody}`, `--source=${nobody}?key=b`, '--json']);
    expect([all.code, all.stdout]).toEqual([3, '']);
    const exported = await cli(['export', `--source=${a}`, `--source=${nobody}`, '--format=csv', '--output=x.csv']);
    expect(exported.code).toBe(4);
    expect(JSON.parse(readFileSync(join(folder, 'x.csv.manifest.json'), 'utf8'))).toMatchObject({
      sources: [
        { url: expect.stringContaining('a.jsonl'), complete: true },
        { url: expect.stringContaining('redis'), complete: false },
      ],
    });
  });

  test('are refused when one is named twice', async () => {
    const a = jsonLines('a.jsonl', records);
    expect((await cli(['events', `--source=${a}`, `--source=${a}`])).code).toBe(2);
  });

  test('get each its own password, and none another’s', async () => {
    const client = new Redis({ host: redis.host, port: redis.port, password: 'secret of redis' });
    await client.hset('event-audit', 'x', oneEvent({ id: 'in redis' }).json);
    client.disconnect();
    const file = jsonLines('a.jsonl', records);
    const alone = await cli(['events', `--source=${file}`, `--source=${redis.url}`, '--json', '--limit=100'], {
      EVENT_AUDIT_PASSWORD: 'secret of redis',
    });
    expect([alone.code, alone.stdout.includes('in redis')]).toEqual([0, true]);
    const two = ['events', `--source=${redis.url}/0`, `--source=${redis.url}/1`, '--json'];
    const unclear = await cli(two, { EVENT_AUDIT_PASSWORD: 'secret of redis' });
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('EVENT_AUDIT_PASSWORD_1')]);
    const clear = await cli(two, {
      EVENT_AUDIT_PASSWORD_1: 'secret of redis',
      EVENT_AUDIT_PASSWORD_2: 'secret of redis',
    });
    expect(clear.code).toBe(0);
  });
});

describe('event-audit events --follow', () => {
  test('prints events as they come, until it is interrupted', async () => {
    const client = new Redis({ host: redis.host, port: redis.port, password: 'secret of redis' });
    onTestFinished(() => client.disconnect());
    await client.del('watched');
    await client.hset('watched', 'old', oneEvent({ id: 'old', category: 'api' }).json);
    const { child, done } = start(
      ['events', `--source=${redis.url}/0?key=watched`, '--follow', '--limit=0', '--json', '--category=api'],
      { EVENT_AUDIT_PASSWORD: 'secret of redis' },
    );
    let printed = '';
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    while (!said.includes('watching')) await sleep(20);
    await client.hset('watched', 'one', oneEvent({ id: 'one', category: 'api' }).json);
    await client.hset('watched', 'two', oneEvent({ id: 'two', category: 'view' }).json);
    await client.hset('watched', 'three', oneEvent({ id: 'three', category: 'api' }).json);
    while (printed.trim().split('\n').length < 2) await sleep(20);
    await client.hset('watched', 'bad', '{nope');
    while (!said.includes('1 more set aside')) await sleep(20);
    child.kill('SIGINT');
    const { code, stdout } = await done;
    expect(code).toBe(130);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => idIn(line));
    expect(new Set(ids)).toEqual(new Set(['one', 'three']));
  });

  test('ends when nobody reads what it prints any more', async () => {
    const client = new Redis({ host: redis.host, port: redis.port, password: 'secret of redis' });
    onTestFinished(() => client.disconnect());
    await client.del('watched');
    await client.hset('watched', 'old', oneEvent({ id: 'old' }).json);
    const { child, done } = start(
      ['events', `--source=${redis.url}/0?key=watched`, '--follow', '--limit=0', '--json'],
      {
        EVENT_AUDIT_PASSWORD: 'secret of redis',
      },
    );
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    while (!said.includes('watching')) await sleep(20);
    child.stdout?.destroy();
    for (let n = 0; child.exitCode === null; n += 1) {
      await client.hset('watched', `new ${n}`, oneEvent({ id: `new ${n}` }).json);
      await sleep(100);
    }
    expect((await done).code).toBe(0);
  });

  test('says which store can’t be watched', async () => {
    const { code, stderr } = await cli(['events', '--follow', '--limit=0']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('can’t be watched')]);
  });
});

test('event-audit test says what reading would take', async () => {
  const { code, stdout } = await cli(['test', `--source=${redis.url}/0?key=watched`], {
    EVENT_AUDIT_PASSWORD: 'secret of redis',
  });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/reading takes +about \d+ records/)]);
  const json = await cli(['test', '--json', `--source=${redis.url}/0?key=watched`], {
    EVENT_AUDIT_PASSWORD: 'secret of redis',
  });
  expect(JSON.parse(json.stdout)).toMatchObject({ estimate: { large: false } });
  expect(readFileSync(join(ROOT, 'docs/snapshots.md'), 'utf8')).toContain('event-audit compare');
});

function parsed(text: string | undefined): unknown {
  return JSON.parse(text ?? 'null');
}

function idIn(text: string): unknown {
  const event: unknown = JSON.parse(text);
  return typeof event === 'object' && event !== null && 'id' in event ? event.id : undefined;
}
