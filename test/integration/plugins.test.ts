/** Custom repositories: registered in code, or by a plugin that was named on the command line. */
import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbstractRepository, registerRepository, type AuditEvent } from '../../src/main/engine/api.ts';
import { runCli } from '../support/cli.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/custom-repository/journal-repository.js');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command from its sources. */
function command(...args: readonly string[]): Promise<Outcome> {
  const dataDir = tempDir();
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'src/main/cli/index.ts'), ...args],
      { env: { ...process.env, EVENT_AUDIT_DATA_DIR: dataDir, NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      },
    );
  });
}

function plugin(source: string): string {
  const path = join(tempDir(), 'plugin.mjs');
  writeFileSync(path, source);
  return path;
}

const CLASS = (body: string): string =>
  `import { AbstractRepository, AppError, registerRepository } from 'event-audit-viewer';
   class Custom extends AbstractRepository { ${body} }
   registerRepository('mycustom', Custom);`;

const EVENT = `{ id: '1', category: 'api', action: 'x', timestamp: '2024-01-01T00:00:00+00:00', result: {}, payload: {} }`;

describe('registered in code', () => {
  let own: TestEngine;
  beforeAll(async () => {
    own = await testEngine();
  });
  afterAll(async () => {
    await own[Symbol.asyncDispose]();
  });

  class MyCustomRepo extends AbstractRepository {
    override async *readEvents(): AsyncIterable<AuditEvent> {
      for (let n = 0; n < 1_200; n += 1) {
        yield {
          id: n,
          category: 'custom',
          action: this.context.url.path,
          actor: '',
          action_object: '',
          action_object_id: '',
          target_type: '',
          target_id: '',
          timestamp: '2024-01-01T00:00:00Z',
          result: {},
          payload: { n },
        };
      }
    }
  }

  test('a class and a name are all it takes', async () => {
    registerRepository('mycustom', MyCustomRepo);
    const status = await own.capture('mycustom:swept');
    expect(status).toMatchObject({
      state: 'complete',
      captured: 1_200,
      source: { url: 'mycustom:swept', kind: 'mycustom', title: 'mycustom' },
    });
    const found = await own.engine.run('event_audit_test_source', { url: 'mycustom:swept' });
    expect(found).toMatchObject({ kind: 'mycustom', url: 'mycustom:swept', records: null });
    const { kinds } = await own.engine.run('event_audit_list_sources', {});
    expect(kinds.map(({ kind }) => kind)).toContain('mycustom');
  });

  test('a name that is taken or is no scheme, and a class that is none, are refused', () => {
    expect(() => registerRepository('redis', MyCustomRepo)).toThrow('registered already');
    expect(() => registerRepository('My Custom', MyCustomRepo)).toThrow('can’t name a repository');
    // @ts-expect-error -- what a plugin in plain JavaScript could do
    expect(() => registerRepository('other', Date)).toThrow('does not extend AbstractRepository');
  });
});

describe('named on the command line', () => {
  test('the example reads its journal, and its notes and counts are shown', async () => {
    const journal = join(tempDir(), 'audit.log');
    writeFileSync(
      journal,
      '2024-03-01T10:20:30Z alice package_create {"name":"budget"}\nnonsense\n2024-03-02T10:20:30Z bob package_show\nwhen bob x\n',
    );
    const { code, stdout, stderr } = await command(
      'events',
      '--json',
      `--plugin=${EXAMPLE}`,
      `--source=journal:${journal}`,
      '--actor=alice',
    );
    expect(JSON.parse(stdout)).toMatchObject({ id: 'line-1', actor: 'alice', payload: { name: 'budget' } });
    expect(stderr).toContain('1 lines are no events and were left out');
    // The line whose time is none was set aside, so the exit code says incomplete.
    expect(stderr).toContain('3 records read = 2 events + 1 set aside');
    expect(code).toBe(4);
    const shown = await command('test', `--plugin=${EXAMPLE}`, `--source=journal:${journal}`);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('Journal of lines') });
    const listed = await command('sources', `--plugin=${EXAMPLE}`);
    expect(listed.stdout).toContain('journal:/var/log/audit.log');
  });

  test('without being named, nothing is loaded', async () => {
    const { code, stderr } = await command('events', '--source=journal:x');
    expect(code).toBe(2);
    expect(stderr).toContain('No store is called “journal:”');
  });

  test('a copy of the package beside the plugin is not what it gets', async () => {
    const path = plugin(CLASS(`async *readEvents() { yield ${EVENT}; }`));
    const decoy = join(path, '../node_modules/event-audit-viewer');
    mkdirSync(decoy, { recursive: true });
    writeFileSync(join(decoy, 'package.json'), '{"name":"event-audit-viewer","type":"module","exports":"./index.js"}');
    writeFileSync(join(decoy, 'index.js'), 'throw new Error("the wrong one")');
    const { code, stdout } = await command('events', '--json', `--plugin=${path}`, '--source=mycustom:');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: '1' });
  });

  test.each([
    ['does not parse', 'export default {', 2, 'can’t be loaded'],
    ['throws', 'throw new Error("no\\nluck")', 2, 'can’t be loaded: no luck'],
    ['registers nothing', 'export const a = 1;', 2, 'registers no repository'],
    ['takes a built-in name', CLASS('').replace("'mycustom'", "'redis'"), 2, 'named “redis” is registered already'],
    ['can’t be opened', CLASS('constructor(c) { super(c); throw new Error("shut"); }'), 3, 'was opened: shut'],
    ['has no readEvents', CLASS(''), 3, 'was read'],
    ['fails at once', CLASS('async *readEvents() { throw new Error("broken"); }'), 3, 'was read: broken'],
    [
      'fails later',
      CLASS(`async *readEvents() { for (let n = 0; n < 5000; n += 1) yield ${EVENT}; throw new Error("tired"); }`),
      4,
      'was read: tired',
    ],
  ])('a plugin that %s is named with what went wrong', async (_what, source, exit, part) => {
    const path = plugin(source);
    const { code, stderr } = await command('events', '--json', `--plugin=${path}`, '--source=mycustom:');
    expect(stderr).toContain(part);
    expect(stderr).toContain(path);
    expect(code).toBe(exit);
  });

  test('a plugin that is missing, and one that says itself what is wrong', async () => {
    const missing = await command('events', '--plugin=./none.js', '--source=mycustom:');
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no plugin ./none.js') });
    const path = plugin(CLASS(`async *readEvents() { throw new AppError('source_refused', 'Closed on Sundays.'); }`));
    const closed = await command('events', `--plugin=${path}`, '--source=mycustom:');
    expect(closed).toMatchObject({ code: 3, stderr: expect.stringMatching(/: Closed on Sundays\.\n$/) });
  });
});

test('a plugin that never answers is waited for until somebody interrupts, which ends the command with 130', async () => {
  const dataDir = tempDir();
  const reached = join(tempDir(), 'reached');
  // Nothing that the system knows of is waited for: no file, no connection, no timer.
  const path = plugin(
    `import { writeFileSync } from 'node:fs';${CLASS(`async *readEvents() {
      yield ${EVENT};
      writeFileSync(${JSON.stringify(reached)}, '');
      await new Promise(() => undefined);
    }`)}`,
  );
  let child: ChildProcess | undefined;
  const running = runCli(['events', '--source=mycustom:', `--plugin=${path}`], {
    dataDir,
    onStart: (started) => {
      child = started;
    },
  });
  await expect.poll(() => existsSync(reached)).toBe(true);
  child?.kill('SIGINT');
  const { code, stdout, said } = await running;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(said).toEqual([expect.stringMatching(/^event-audit: Cancelled/)]);
});
