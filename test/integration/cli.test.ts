/** The command as people and scripts meet it: help, exit codes, one-line problems, clean output, and nothing left behind. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HOSTILE_TEXTS, generateEvents } from '../support/events.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { runCli, type CliOptions, type CliResult } from '../support/cli.ts';
import { createTempDir, tempDir, type TempDir } from '../support/temp-dir.ts';

let own: TempDir;
/** A SQLite source of 3,000 events, a tenth of them hostile. */
let source = '';

beforeAll(() => {
  own = createTempDir();
  const path = join(own.path, 'audit.db');
  fillSqlite(path, 3_000, { hostile: 0.1 });
  source = `--source=sqlite:${path}`;
});
afterAll(() => own.remove());

async function cli(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  const dataDir = tempDir();
  const result = await runCli(args, { dataDir, ...options });
  expect(result.stderr).not.toMatch(/^\s+at |node:internal|Error:/m);
  return result;
}

describe('help', () => {
  it('says what there is, with examples and exit codes', async () => {
    const { code, stdout, stderr } = await cli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of [
      'export',
      'events',
      'verify',
      'postgres://',
      'cloudwatch:',
      'ckan:',
      'Examples:',
      'Exit codes:',
    ])
      expect(stdout).toContain(word);
  });

  it.each(['export', 'events', 'facets', 'sources', 'test', 'verify'])(
    'of %s goes to standard output',
    async (command) => {
      const { code, stdout, stderr } = await cli([command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: event-audit ${command} `));
    },
  );

  it('is shown, as a wrong usage, when nothing is asked for', async () => {
    const { code, stdout, stderr } = await cli([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: event-audit');
  });

  it('has a version beside it', async () => {
    const { code, stdout } = await cli(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('a wrong usage', () => {
  it.each([
    [['bogus'], /unknown command/],
    [['events', '--sources=demo:'], /unknown option '--sources=demo:'/],
    [['events', '--sourc', 'demo:'], /unknown option '--sourc'/],
    [['events', 'demo:'], /too many arguments/],
    [['events', '--source=audit.db'], /“audit.db” is not a source URL/],
    [['events', '--source=/data/audit.db'], /is not a source URL/],
    [['events', String.raw`--source=C:\audit.db`], /is not a source URL/],
    [['events', '--source=oracle:x'], /No store is called “oracle:”/],
    [['events', '--source=redis:localhost'], /two slashes/],
    [['events', '--source=redis://h:70000'], /port 70000/],
    [['events', '--source=demo:x'], /Nothing can follow demo:/],
    [['events', '--source=basic:?a=b'], /no parameter “a”/],
    [['events', '--start-date=2024-02-30'], /start date “2024-02-30” can’t be read/],
    [['events', '--end-date=March'], /end date “March” can’t be read/],
    [['events', '--start-date=2024-03-02', '--end-date=2024-03-01'], /start 2024-03-02 is after the end 2024-03-01/],
    [['facets', '--start-date=2024-03-02', '--end-date=2024-03-01'], /is after the end/],
    [['events', '--timezone=Mars/Phobos'], /“Mars\/Phobos” is not a time zone/],
    [['facets', '--timezone=nowhere'], /“nowhere” is not a time zone/],
    [['events', '--sort=payload'], /There is no field “payload”/],
    [['events', '--sort=timestamp:down'], /asc or desc/],
    [['events', '--sort=timestamp:asc:x'], /asc or desc/],
    [['events', '--limit=-1'], /whole number/],
    [['events', '--limit=ten'], /whole number/],
    [['events', '--offset=1.5'], /whole number/],
    [['facets', '--top=x'], /whole number/],
    [['events', '--where=result.new.title'], /--where=result.new.title lacks its value/],
    [['events', '--where=title=x'], /is not a path into an event/],
    [['export', '--format=pdf', '--output=x'], /There is no format “pdf”/],
    [['export', '--format=csv'], /--output/],
    [['export', '--output=x'], /--format/],
    [['export', '--format=csv', '--output=x', '--fields=id,name'], /There is no column “name”/],
    [['export', '--format=csv', '--output=x', '--fields=id,actor,id'], /“id” is named twice/],
    [['export', '--format=csv', '--output=x', '--fields=,'], /at least one/],
    [['export', '--format=csv', '--output=x', '--start-date=x'], /can’t be read/],
    [['verify'], /Name the files to check, or --journal/],
    [['test'], /--source/],
    [['events', '--\u001b[31mred\u0007'], /unknown option '--␛\[31mred␇'/],
    [['events', '--source=\u001b]0;x\u0007\nsecond line'], /^event-audit: “␛\]0;x␇␊second line” is not/],
  ])('%j ends with 2 and one line', async (args, message) => {
    const result = await cli(args);
    expect(result).toMatchObject({ code: 2, stdout: '', said: [expect.stringMatching(message)] });
    expect(result.said[0]).toMatch(/^event-audit: \P{Cc}+$/u);
  });

  it.each([
    'redis://auditor:hunter2/x@host',
    'redis://auditor:hunter2?x@host',
    'redis://auditor:hunter2#x@host',
    'redis://auditor:12#hunter2@host',
    'redis://auditor:hunter2@host:notaport',
    'redis:auditor:hunter2@host',
    'rediss://auditor:hunter2%zz@host',
    'redis://auditor:hunter 2@ho st/x/y',
    'nosuch://auditor:hunter2@host',
    'redis://host/0?PASSWORD=hunter2&foo=1',
    'redis://host/x?password=hunter2',
    'auditor:hunter2@host',
  ])('never shows the password of %s', async (url) => {
    const result = await cli(['events', `--source=${url}`]);
    expect(result.code).toBe(2);
    expect(result.said).toHaveLength(1);
    expect(result.stderr).not.toContain('hunter');
  });
});

function exporting(output: string): readonly string[] {
  return ['export', source, '--format=csv', `--output=${output}`];
}

describe('a target that can’t be written', () => {
  it.each([
    ['in a folder that is not there', (folder: string) => join(folder, 'none', 'out.csv'), /its folder does not exist/],
    ['that is a folder', (folder: string) => folder, /it is a folder/],
    ['below a file', (folder: string) => join(folder, 'file', 'out.csv'), /a part of the path is a file/],
    ['that is a device', () => '/dev/null', /not a regular file/],
    ['with a name that is too long', (folder: string) => join(folder, 'x'.repeat(300)), /too long/],
  ])('%s ends with 1 before anything is read', async (_what, place, message) => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), 'kept');
    const result = await cli(exporting(place(folder)));
    expect(result).toMatchObject({ code: 1, stdout: '', said: [expect.stringMatching(message)] });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('in a folder without permission', async () => {
    const folder = tempDir();
    chmodSync(folder, 0o500);
    const result = await cli(exporting(join(folder, 'out.csv')), { unprivileged: true });
    expect(result).toMatchObject({ code: 1, said: [expect.stringMatching(/permission was denied/)] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('over a file without permission leaves that file as it was', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'out.csv'), 'old', { mode: 0o400 });
    const result = await cli(exporting(join(folder, 'out.csv')), { unprivileged: true });
    expect(result).toMatchObject({ code: 1, said: [expect.stringMatching(/permission was denied/)] });
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out.csv']);
  });

  it.each(['csv', 'jsonl', 'xlsx'])(
    'on a disk that is full ends with 1, and keeps what stood there: %s',
    async (format) => {
      const folder = tempDir();
      const output = join(folder, `out.${format}`);
      writeFileSync(output, 'old');
      // A limit of file size strikes like a full disk, where no disk of a test's own can be mounted.
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]).status === 0;
      onTestFinished(() => void spawnSync('umount', [disk]));
      const full = join(disk, `out.${format}`);
      const result = isMounted
        ? await cli(['export', source, `--format=${format}`, `--output=${full}`])
        : await cli(['export', source, `--format=${format}`, `--output=${full}`], {
            shell: 'ulimit -f 128; trap "" XFSZ; "$@"',
          });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.said.at(-1)).toMatch(isMounted ? /There is no room left on the disk/ : /too big|no room/);
      expect(readdirSync(disk)).toEqual([]);
      expect(readFileSync(output, 'utf8')).toBe('old');
    },
  );

  it.each(['demo:', 'sqlite:'])('a full disk below the data folder is said to be that: %s', async (store) => {
    const folder = tempDir();
    const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
    onTestFinished(() => void spawnSync('umount', [folder]));
    const result = await cli(['events', store === 'demo:' ? '--source=demo:' : source], {
      dataDir: folder,
      cwd: own.path,
      ...(isMounted ? {} : { shell: 'ulimit -f 600; trap "" XFSZ; "$@"' }),
    });
    const words = isMounted ? /^event-audit: .*(?:is full|no room).*EVENT_AUDIT_DATA_DIR/ : /^event-audit: /;
    expect(result).toMatchObject({ code: 1, stdout: '', said: [expect.stringMatching(words)] });
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('cli-'))).toEqual([]);
  });

  it('a data folder that can’t be made is said, with the variable that moves it', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    const result = await cli(['events', source], { dataDir: join(file, 'data'), cwd: own.path });
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      said: [
        expect.stringMatching(/warning: What is done is not recorded: .*EVENT_AUDIT_DATA_DIR/),
        expect.stringContaining('EVENT_AUDIT_DATA_DIR'),
      ],
    });
  });
});

describe('an export', () => {
  it('leaves its file and its manifest, and in the data folder only what it recorded', async () => {
    const folder = tempDir();
    const dataDir = tempDir();
    const result = await cli(['export', source, '--format=csv', '--output=out.csv'], { cwd: folder, dataDir });
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(readdirSync(folder).toSorted()).toEqual(['out.csv', 'out.csv.manifest.json']);
    const left = readdirSync(dataDir, { recursive: true, withFileTypes: true });
    const files = left.filter((entry) => entry.isFile() || entry.name.startsWith('cli-'));
    expect(files.map(({ name }) => name).toSorted()).toEqual([
      'event-audit.head.json',
      'event-audit.sqlite',
      'state.sqlite',
    ]);
    for (const { name } of files) expect([name, statSync(join(dataDir, name)).mode & 0o077]).toEqual([name, 0]);
    expect(result.said.every((line) => line.startsWith('event-audit: '))).toBe(true);
  });

  it('goes to where a symbolic link points, and keeps the link', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'real.csv'), 'old');
    symlinkSync('real.csv', join(folder, 'link.csv'));
    await cli(['export', source, '--format=csv', '--output=link.csv', '--limit=1', '--no-manifest'], { cwd: folder });
    expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toMatch(/^"id"|^id/);
    expect(readdirSync(folder).toSorted()).toEqual(['link.csv', 'real.csv']);
  });

  it('to standard output is data and only that', async () => {
    const folder = tempDir();
    const result = await cli(['export', source, '--format=jsonl', '--output=-'], { cwd: folder });
    expect(result.code).toBe(0);
    const lines = result.stdout.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line): unknown => JSON.parse(line))).toHaveLength(3_000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    'export --format=jsonl --output=-',
    'events --limit=100000',
    'events --limit=100000 --json',
    'facets --top=1000',
  ])('%s ends quietly when its reader has enough', async (line) => {
    const result = await cli([...line.split(' '), source], { shell: 'set -o pipefail; "$@" | head -1' });
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect({
      code: result.code,
      stderr: result.stderr.replaceAll(/event-audit: [\d,]+ of [\d,]+ events.*\n/g, ''),
    }).toEqual({ code: 0, stderr: '' });
  });
});

describe('events', () => {
  it('are a table without a single raw control character, whatever they hold', async () => {
    const result = await cli(['events', source, '--limit=3000']);
    expect(result).toMatchObject({ code: 0, stderr: 'event-audit: 3,000 of 3,000 events\n' });
    expect(result.stdoutBytes.filter((byte) => (byte < 0x20 && byte !== 0x0a) || byte === 0x7f)).toHaveLength(0);
    expect(result.stdout).not.toMatch(/[\u0080-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/);
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(3_001);
    expect(result.stdout).toContain('␛[31m');
  });

  it('as JSON are whole events, one a line', async () => {
    const result = await cli(['events', source, '--json', '--limit=3000']);
    const events = result.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const byId = new Map(events.map((event) => [String(Object(event)['id']), event]));
    const wrong = [...generateEvents(3_000, { hostile: 0.1 })].filter(
      ({ event }) => !isDeepStrictEqual(event, byId.get(event.id)),
    );
    expect(wrong).toEqual([]);
    expect(events).toHaveLength(3_000);
  });

  it('are filtered by flags as the names say', async () => {
    const all = [...generateEvents(3_000, { hostile: 0.1 })].map(({ event }) => event);
    const hostile = HOSTILE_TEXTS.find((text) => text.includes('ts:')) ?? '';
    const someone = all.find(({ category }) => category === 'api');
    for (const [args, count] of [
      [['--category=model', '--category=view'], all.filter(({ category }) => category !== 'api').length],
      [['--not-category=model', '--not-category=view'], all.filter(({ category }) => category === 'api').length],
      [['--actor=@empty'], all.filter(({ actor }) => actor === '').length],
      [['--user-id', someone?.actor ?? ''], all.filter(({ actor }) => actor === someone?.actor).length],
      [['--not-user-id=@empty'], all.filter(({ actor }) => actor !== '').length],
      [['--category=', '--actor= '], 3_000],
      [[`--target-id=${hostile}`], all.filter(({ target_id }) => target_id === hostile).length],
      [['--where=payload.private=false'], all.filter(({ payload }) => payload['private'] === false).length],
      [['--not-where=payload.private=false'], all.filter(({ payload }) => payload['private'] !== false).length],
      [['--search=FAMILY 👨'], all.filter((event) => JSON.stringify(event).includes('family 👨')).length],
      [
        ['--start-date=2024-07-01', '--end-date=2024-07-31', '--timezone=Asia/Tokyo'],
        all.filter(
          ({ timestamp }) =>
            Date.parse(timestamp) >= Date.parse('2024-06-30T15:00:00Z') &&
            Date.parse(timestamp) < Date.parse('2024-07-31T15:00:00Z'),
        ).length,
      ],
    ] as const) {
      const result = await cli(['events', source, '--limit=0', ...args]);
      expect({ args, stderr: result.stderr }).toEqual({
        args,
        stderr: expect.stringContaining(`0 of ${count.toLocaleString('en')} events`),
      });
      expect(count).toBeGreaterThan(0);
    }
  });
});

describe('the other commands', () => {
  it('facets counts as JSON and as a table', async () => {
    const json = await cli(['facets', source, '--json', '--top=2']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      total: 3_000,
      facets: expect.arrayContaining([expect.objectContaining({ field: 'category', distinct: 3 })]),
    });
    const table = await cli(['facets', source]);
    expect(table.stdout).toMatch(/^3,000 events\n\ncategory: 3 values\n/);
    expect(table.stdoutBytes.filter((byte) => (byte < 0x20 && byte !== 0x0a) || byte === 0x7f)).toHaveLength(0);
  });

  it('sources lists the kinds of store, and touches nothing', async () => {
    const dataDir = join(tempDir(), 'data');
    const { code, stdout } = await cli(['sources', '--json'], { dataDir, cwd: own.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kinds: expect.arrayContaining([expect.objectContaining({ kind: 'redis' })]),
      connections: [],
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  it('test describes a store', async () => {
    const { code, stdout, stderr } = await cli(['test', source]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/SQLite file[^]*3,000/);
  });

  it('config says what is wrong with a setting, once', async () => {
    const { code, stdout, stderr } = await cli(['config'], { env: { EVENT_AUDIT_BATCH_SIZE: 'many' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.match(/many/g)).toHaveLength(1);
    expect(stderr).toContain('EVENT_AUDIT_BATCH_SIZE: batch.size is “many”; it must be a whole number');
  });

  it('verify names each file, and ends with 5 when one fails', async () => {
    const folder = tempDir();
    for (const name of ['a.csv', 'b.csv'])
      await cli(['export', source, '--format=csv', `--output=${name}`, '--limit=5'], { cwd: folder });
    expect(await cli(['verify', 'a.csv', 'b.csv'], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^verified .*a\.csv \(5 rows\)\nverified .*b\.csv \(5 rows\)\n$/),
    });
    writeFileSync(join(folder, 'b.csv'), `${readFileSync(join(folder, 'b.csv'), 'utf8')}more\r\n`);
    const failed = await cli(['verify', 'a.csv', 'b.csv', 'none.csv', '--json'], { cwd: folder });
    expect(failed.code).toBe(5);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      files: [{ ok: true, findings: [] }, { ok: false }, { ok: false, findings: [{ code: 'file_missing' }] }],
    });
  });
});
