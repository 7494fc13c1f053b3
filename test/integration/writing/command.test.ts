/** `event-audit create`, `remove`, `clear` and `verify --journal`, as scripts meet them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type CliOptions, type CliResult } from '../../support/cli.ts';
import { generateEvents, redisField } from '../../support/events.ts';
import { ROOT } from '../../support/project.ts';
import { REDIS_KEY } from '../../support/redis-fill.ts';
import { freePort, startRedis, type RedisServer } from '../../support/redis-server.ts';
import { tempDir } from '../../support/temp-dir.ts';

const QUIET = { EVENT_AUDIT_TRACK_API: 'false', EVENT_AUDIT_TRACK_MODEL: 'false' };
const BASIC = '--source=basic:';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;

async function cli(dataDir: string, args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  const result = await runCli(args, { dataDir, ...options, env: { ...QUIET, ...options.env } });
  expect(result.stderr).not.toMatch(/^\s+at |node:internal|Error:/m);
  return result;
}

function rows(dataDir: string, columns: string): readonly unknown[] {
  const database = new Database(join(dataDir, 'event-audit.sqlite'), { readonly: true });
  try {
    return database.prepare(`SELECT ${columns} FROM event_audit_event ORDER BY rowid`).raw().all();
  } finally {
    database.close();
  }
}

function ids(dataDir: string): readonly unknown[] {
  return rows(dataDir, 'id').flat();
}

function tamper(dataDir: string, sql: string): void {
  execFileSync('sqlite3', ['-cmd', '.dbconfig enable_trigger off', join(dataDir, 'event-audit.sqlite'), sql], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis({ password: 'open sesame' });
});
afterAll(() => server.stop());

describe('create', () => {
  it('writes an event as it is given, numbers and order of keys included, and prints its id', async () => {
    const dataDir = tempDir();
    const done = await cli(dataDir, [
      'create',
      BASIC,
      '--category=backup',
      '--action=finished',
      '--actor=  cron | *',
      '--timestamp=2024-03-01T10:20:30.1+02:00',
      '--payload={ "price": 1.10, "big": 12345678901234567890, "2": true, "1": [ 1e400 ], "a": 1, "a": 2, "t": " x\\u0041 " }',
    ]);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(UUID), stderr: '' });
    expect(rows(dataDir, 'id, category, action, actor, timestamp, result, payload')).toEqual([
      [
        done.stdout.trim(),
        'backup',
        'finished',
        '  cron | *',
        '2024-03-01T10:20:30.1+02:00',
        '{}',
        '{"price":1.10,"big":12345678901234567890,"2":true,"1":[1e400],"a":1,"a":2,"t":" x\\u0041 "}',
      ],
    ]);
  });

  it('writes to Redis what the extension writes, with the password from the environment', async () => {
    const [{ event, json, field } = { event: undefined, json: '', field: '' }] = generateEvents(1, {
      seed: 3,
      stored: true,
    });
    if (event === undefined) throw new Error('There is no event.');
    const flags = Object.entries(event).map(
      ([name, value]) => `--${name.replaceAll('_', '-')}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const source = `--source=${server.url}/3?key=${REDIS_KEY}`;
    const env = { EVENT_AUDIT_PASSWORD: 'open sesame' };
    const done = await cli(tempDir(), ['create', source, '--json', ...flags], { env });
    expect(done).toMatchObject({ code: 0, stdout: `${json}\n` });
    const redis = new Redis({ port: server.port, password: 'open sesame', db: 3 });
    expect(await redis.hgetall(REDIS_KEY)).toEqual({ [field]: json });
    redis.disconnect();
    expect(field).toBe(redisField(event));
  });

  it.each([
    [['--action=a'], /needs --category/],
    [['--category=c'], /needs --action/],
    [['--category=', '--action=a'], /needs --category, and not an empty one/],
    [['--category=c', '--action=a', '--timestamp=yesterday'], /timestamp/],
    [['--category=c', '--action=a', '--payload=[1]'], /payload.*no object/],
    [['--category=c', '--action=a', '--result={"a":}'], /result is not JSON/],
    [['--category=c', '--action=a', '--stdin'], /leave --category out/],
    [['--category=c', '--action=a', '--source=demo:'], /only read/],
    [['--category=c', '--action=a', '--source=nonsense:x'], /nonsense/],
  ])('refuses %j in one line, as a wrong usage', async (flags, words) => {
    const dataDir = tempDir();
    const args = flags.some((flag) => flag.startsWith('--source')) ? flags : [BASIC, ...flags];
    const { code, stdout, said } = await cli(dataDir, ['create', ...args]);
    expect({ code, stdout }).toEqual({ code: expect.toSatisfy((each) => each === 1 || each === 2), stdout: '' });
    expect(said).toEqual([expect.stringMatching(words)]);
    expect(existsSync(join(dataDir, 'event-audit.sqlite'))).toBe(false);
  });

  it('says when nothing answers, and that nothing was written', async () => {
    const source = `--source=redis://127.0.0.1:${await freePort()}`;
    const { code, stdout, said } = await cli(tempDir(), ['create', source, '--category=c', '--action=a']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(said.at(-1)).toMatch(/Nothing answers/);
  });

  it('says that a folder can’t be written to', async () => {
    const dataDir = tempDir();
    chmodSync(dataDir, 0o500);
    const options = { unprivileged: true };
    const { code, said } = await cli(dataDir, ['create', BASIC, '--category=c', '--action=a'], options);
    expect(code).toBe(1);
    expect(said.at(-1)).toMatch(/can’t be written to .*EVENT_AUDIT_DATA_DIR/);
  });

  it('writes thousands from standard input, prints their ids in order, and each once when it is asked again', async () => {
    const dataDir = tempDir();
    const events = [...generateEvents(1_300, { seed: 8, hostile: 0.2, stored: true })];
    const file = join(dataDir, 'events.jsonl');
    writeFileSync(file, `\ufeff${events.map(({ json }) => json).join('\r\n')}\n\n`);
    const shell = `"$@" <${file}`;
    for (let round = 0; round < 2; round += 1) {
      const { code, stdout, said } = await cli(dataDir, ['create', BASIC, '--stdin'], { shell });
      expect({ code, said }).toEqual({ code: 0, said: ['event-audit: 1,300 events were written.'] });
      expect(stdout.split('\n').slice(0, -1)).toEqual(events.map(({ event }) => event.id));
    }
    expect(rows(dataDir, 'id, payload')).toEqual(events.map(({ event }) => [event.id, JSON.stringify(event.payload)]));
  });

  it.each([
    ['{"category":"c"', /Line 3 .*not JSON/],
    ['[1]', /Line 3 .*no object/],
    ['{"category":"c"}', /Line 3 .*action/],
    ['{"category":"c","action":"a","user":"x"}', /Line 3 .*“user”/],
    ['{"category":"c","action":"a","action":"b"}', /Line 3 .*action twice/],
    ['{"category":"c","action":"a","id":1.10}', /Line 3 .*1\.10.*exactly/],
  ])('ends at a line that is no event (%s), and says how much was written', async (line, words) => {
    const dataDir = tempDir();
    const file = join(dataDir, 'events.jsonl');
    writeFileSync(file, `{"id":"1","category":"c","action":"a"}\n\n${line}\n{"id":"2","category":"c","action":"a"}\n`);
    const { code, stdout, said } = await cli(dataDir, ['create', BASIC, '--stdin'], { shell: `"$@" <${file}` });
    expect(code).toBe(2);
    expect(said.at(-1)).toMatch(words);
    const written = existsSync(join(dataDir, 'event-audit.sqlite')) ? rows(dataDir, 'id').flat() : [];
    expect(stdout.split('\n').slice(0, -1)).toEqual(written);
  });

  it('writes to a repository of one’s own', async () => {
    const dataDir = tempDir();
    const path = join(dataDir, 'audit.log');
    writeFileSync(path, '2024-03-01T10:20:30Z alice package_create {"name":"budget"}\n');
    const plugin = `--plugin=${join(ROOT, 'examples/custom-repository/journal-repository.js')}`;
    const flags = ['--id=x', '--category=c', '--action=a', '--timestamp=2024-03-02T00:00:00Z', '--payload={"n":1.10}'];
    const done = await cli(dataDir, ['create', plugin, `--source=journal:${path}`, ...flags]);
    expect(done).toMatchObject({ code: 0, stdout: 'x\n' });
    expect(readFileSync(path, 'utf8').split('\n')[1]).toMatch(
      /^\{"id":"x","category":"c",.*"payload":\{"n":1\.10\}\}$/,
    );
    const back = await cli(dataDir, ['events', plugin, `--source=journal:${path}`, '--json']);
    expect(back.stdout).toContain('"id":"x"');
    const removed = await cli(dataDir, ['remove', plugin, `--source=journal:${path}`, '--id=x', '--confirm']);
    expect(removed.code).not.toBe(0);
    expect(removed.said.at(-1)).toMatch(/can’t be removed/);
  });
});

describe('remove and clear', () => {
  const filled = async (): Promise<string> => {
    const dataDir = tempDir();
    const file = join(dataDir, 'events.jsonl');
    const lines = ['a', 'b', 'c'].map((id) => `{"id":"${id}","category":"${id === 'a' ? 'x' : 'y'}","action":"z"}\n`);
    writeFileSync(file, lines.join(''));
    await cli(dataDir, ['create', BASIC, '--stdin'], { shell: `"$@" <${file}` });
    return dataDir;
  };

  it('refuse without --confirm, and say what they would do', async () => {
    const dataDir = await filled();
    for (const args of [
      ['remove', BASIC, '--category=x'],
      ['clear', BASIC],
    ]) {
      const { code, stdout, said } = await cli(dataDir, args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(said).toEqual([expect.stringMatching(/^.*Nothing was removed\. With --confirm, basic: is read whole/)]);
    }
    expect(ids(dataDir)).toEqual(['a', 'b', 'c']);
    expect(existsSync(join(dataDir, 'evidence'))).toBe(false);
  });

  it.each([
    [['remove', BASIC, '--confirm'], /Name the events/],
    [['remove', '--category=x', '--confirm'], /--source/],
    [['remove', BASIC, '--source=demo:', '--category=x', '--confirm'], /one store/],
    [['clear', '--confirm'], /--source/],
    [['clear', '--source=demo:', '--confirm'], /only read/],
  ])('refuse %j', async (args, words) => {
    const { code, stdout, stderr } = await cli(tempDir(), args);
    expect({ code, stdout }).toEqual({ code: expect.toSatisfy((each) => each === 1 || each === 2), stdout: '' });
    expect(stderr).toMatch(words);
  });

  it('remove exactly what the filter shows, keep it, and say both', async () => {
    const dataDir = await filled();
    const evidence = join(dataDir, 'kept.jsonl');
    const done = await cli(dataDir, ['remove', BASIC, '--category=x', '--confirm', `--evidence=${evidence}`, '--json']);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toEqual({ removed: 1, left: 0, evidence, notes: [] });
    expect(ids(dataDir)).toEqual(['b', 'c']);
    expect(readFileSync(evidence, 'utf8')).toMatch(/^\{"id":"a","category":"x",[^\n]*\}\n$/);
    expect(await cli(dataDir, ['verify', evidence])).toMatchObject({ code: 0 });
    expect(await cli(dataDir, ['verify', '--journal', `${evidence}.manifest.json`])).toMatchObject({ code: 0 });
    const again = await cli(dataDir, ['remove', BASIC, '--category=x', '--confirm']);
    expect(again).toMatchObject({ code: 0, said: [expect.stringContaining('nothing was removed')] });
  });

  it('clear everything, and the trail holds the clearing', async () => {
    const dataDir = await filled();
    const env = { EVENT_AUDIT_TRACK_API: 'true', EVENT_AUDIT_TRACK_MODEL: 'true' };
    const done = await cli(dataDir, ['clear', BASIC, '--confirm'], { env });
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/removed +3/);
    const name = readdirSync(join(dataDir, 'evidence')).find((each) => each.endsWith('.jsonl')) ?? '';
    expect(done.stdout).toContain(name);
    const { stdout } = await cli(dataDir, ['events', BASIC, '--json']);
    const actions = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => Object(JSON.parse(line))['action']);
    expect(actions).toContain('event_audit_clear_source');
    expect(actions).not.toContain('z');
    expect(await cli(dataDir, ['verify', '--journal'])).toMatchObject({ code: 0 });
  });
});

describe('verify --journal', () => {
  it('ends with 0 for a journal as it was written, with 5 for one that was not, and says what is wrong', async () => {
    const dataDir = tempDir();
    const create = (id: string) => cli(dataDir, ['create', BASIC, `--id=${id}`, '--category=c', '--action=a']);
    await create('one');
    await create('two');
    const intact = await cli(dataDir, ['verify', '--journal']);
    expect(intact).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^verified .*2 events, 2 entries, head 2:[0-9a-f]{64}/),
    });
    const head = /head (2:[0-9a-f]{64})/.exec(intact.stdout)?.[1] ?? '';
    await create('three');
    expect(await cli(dataDir, ['verify', '--journal', `--head=${head}`])).toMatchObject({ code: 0 });
    const exported = join(dataDir, 'out.csv');
    await cli(dataDir, ['export', '--source=demo:', '--format=csv', `--output=${exported}`, '--limit=3']);
    tamper(dataDir, "UPDATE event_audit_event SET actor = 'mallory' WHERE id = 'two'");
    const changed = await cli(dataDir, ['verify', '--journal', '--json']);
    expect(changed.code).toBe(5);
    expect(JSON.parse(changed.stdout)).toMatchObject({ ok: false, findings: [{ code: 'event_changed', row: 2 }] });
    tamper(dataDir, 'DELETE FROM journal; DELETE FROM event_audit_event');
    for (const known of [[], [`--head=${head}`], [`${exported}.manifest.json`], [exported]]) {
      const cut = await cli(dataDir, ['verify', '--journal', ...known]);
      expect(cut).toMatchObject({ code: 5, stdout: expect.stringContaining('journal_truncated') });
    }
  });

  it('ends with 5 when the whole store is gone, though an entry of it is known', async () => {
    const dataDir = tempDir();
    await cli(dataDir, ['--set=track_api=false', 'create', '--source=basic:', '--category=a', '--action=b']);
    rmSync(join(dataDir, 'event-audit.sqlite'));
    const gone = await cli(dataDir, ['--set=track_api=false', 'verify', '--journal']);
    expect(gone).toMatchObject({ code: 5, stdout: expect.stringContaining('entry 1 of its journal was known') });
    rmSync(join(dataDir, 'event-audit.head.json'));
    expect(await cli(dataDir, ['--set=track_api=false', 'verify', '--journal'])).toMatchObject({ code: 1 });
    const told = await cli(dataDir, ['--set=track_api=false', 'verify', '--journal', `--head=7:${'a'.repeat(64)}`]);
    expect(told).toMatchObject({ code: 5, stdout: expect.stringContaining('entry 7') });
  });

  it('refuses a head that is none, and says when there is no journal', async () => {
    const dataDir = tempDir();
    expect(await cli(dataDir, ['verify', '--journal', '--head=12'])).toMatchObject({
      code: 2,
      said: [expect.stringContaining('--head=12 is no head')],
    });
    const none = await cli(dataDir, ['verify', '--journal']);
    expect(none).toMatchObject({ code: 1, said: [expect.stringContaining('There is no embedded store')] });
  });
});
