/** Writing to stores of one's own: the example plugin by the command, and repositories that were registered in code. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AbstractRepository,
  AppError,
  READ_ONLY,
  registerRepository,
  type AuditEvent,
  type RecordBatch,
  type ReadOptions,
  type RemoveOptions,
  type StoredRecord,
} from '../../../src/main/engine/api.ts';
import { oneEvent } from '../../support/events.ts';
import { ROOT } from '../../support/project.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine } from '../../support/test-engine.ts';
import { ON, openToWrite, someEvents } from '../../support/writing.ts';

const EXAMPLE = join(ROOT, 'examples/custom-repository/journal-repository.js');

function command(dataDir: string, ...args: readonly string[]) {
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
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

describe('the example plugin', () => {
  it('takes events, which are read back as they were, beside the lines that it knew before', async () => {
    const dataDir = tempDir();
    const path = join(dataDir, 'journal.log');
    writeFileSync(path, '2024-03-01T10:20:30Z alice package_create {"name":"budget"}\n');
    const source = [`--plugin=${EXAMPLE}`, `--source=journal:${path}`];
    const fields = [
      '--category=c',
      '--action=do',
      '--actor=a b|c:*',
      '--timestamp=2024-03-02T00:00:00+00:00',
      '--id=x',
    ];
    const created = await command(dataDir, 'create', ...source, ...fields, '--payload={"n": 1.10}');
    expect(created).toEqual({ code: 0, stdout: 'x\n', stderr: '' });
    expect(readFileSync(path, 'utf8')).toContain(
      '"timestamp":"2024-03-02T00:00:00+00:00","result":{},"payload":{"n":1.10}}\n',
    );
    const { stdout } = await command(dataDir, 'events', ...source, '--json');
    const events = stdout
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    expect(events).toEqual([
      expect.objectContaining({ id: 'line-1', actor: 'alice' }),
      expect.objectContaining({ id: 'x', category: 'c', actor: 'a b|c:*', payload: { n: 1.1 } }),
    ]);
    const removed = await command(dataDir, 'remove', ...source, '--id=x', '--confirm');
    expect(removed.code).toBe(2);
    expect(removed.stderr).toContain('can’t be removed');
  });

  it('is said to be at fault when it can’t write', async () => {
    const dataDir = tempDir();
    const failed = await command(
      dataDir,
      'create',
      `--plugin=${EXAMPLE}`,
      `--source=journal:${join(dataDir, 'no/such/folder')}`,
      '--category=c',
      '--action=a',
    );
    expect(failed.code).toBe(3);
    expect(failed.stderr).toMatch(/^event-audit: The journal [^\n]+ can’t be written to \(ENOENT\)\.\n$/);
  });
});

/** Keeps events in memory; the third of a batch, and reading beyond a number of events, fail when they are told to. */
class ListRepository extends AbstractRepository {
  static events: AuditEvent[] = [];
  static failAt = Number.POSITIVE_INFINITY;
  static breakAt = Number.POSITIVE_INFINITY;
  static removals = 0;

  override async *readEvents(): AsyncIterable<AuditEvent> {
    for (const [index, event] of ListRepository.events.entries()) {
      if (index >= ListRepository.breakAt) throw new AppError('source_unreachable', 'The list is torn.');
      yield await Promise.resolve(event);
    }
  }

  override async *readRecords(_options: ReadOptions): AsyncIterable<RecordBatch> {
    for await (const event of this.readEvents()) {
      yield { kind: 'json', values: [Buffer.from(JSON.stringify(event))], keys: [Buffer.from(String(event.id))] };
    }
  }

  override writeEvent(event: AuditEvent): Promise<void> {
    if (ListRepository.events.length >= ListRepository.failAt) {
      return Promise.reject(new AppError('source_refused', 'The list is full.'));
    }
    ListRepository.events.push(event);
    return Promise.resolve();
  }

  override removeRecords(records: Iterable<StoredRecord>, { removed }: RemoveOptions): Promise<number> {
    ListRepository.removals += 1;
    const ids = new Set([...records].map(({ key }) => Buffer.from(key).toString()));
    const before = ListRepository.events.length;
    ListRepository.events = ListRepository.events.filter(({ id }) => !ids.has(String(id)));
    removed?.(before - ListRepository.events.length);
    return Promise.resolve(before - ListRepository.events.length);
  }
}

registerRepository('list', ListRepository, {
  title: 'List',
  capabilities: { ...READ_ONLY, write: true, remove: true, clear: true },
});
registerRepository('looked-at', ListRepository, { title: 'List that is only looked at' });

function reset(count: number): readonly AuditEvent[] {
  const events = someEvents(count);
  Object.assign(ListRepository, { events: [...events], failAt: Infinity, breakAt: Infinity, removals: 0 });
  return events;
}

describe('a repository that was registered in code', () => {
  it('writes one by one, and an error names what was written before it', async () => {
    reset(0);
    ListRepository.failAt = 2;
    await using own = await testEngine();
    const events = someEvents(4);
    const writing = own.engine.run('event_audit_create_events', { source: 'list:', events: [...events] });
    await expect(writing).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringMatching(/^The list is full\. 2 events were written before that: /),
      details: { written: events.slice(0, 2).map(({ id }) => id) },
    });
  });

  it('is only asked for what it says it can', async () => {
    reset(2);
    const problem = { code: 'unsupported', message: expect.stringContaining('only read') };
    await expect(openToWrite('looked-at:')).rejects.toMatchObject(problem);
    await using own = await testEngine();
    for (const source of [
      'demo:',
      'sqlite:/tmp/none.db',
      'file:/tmp/none.csv',
      'snapshot:/tmp/none.duckdb',
      'looked-at:',
    ]) {
      const event = { source, category: 'c', action: 'a' };
      await expect(own.engine.run('event_audit_create_event', event)).rejects.toMatchObject(problem);
      await expect(own.engine.run('event_audit_clear_source', { source, confirm: true })).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    expect(ListRepository.events).toHaveLength(2);
  });

  it('loses nothing when it can’t be read to its end', async () => {
    const events = reset(30);
    ListRepository.breakAt = 20;
    await using own = await testEngine();
    for (const action of ['event_audit_clear_source', 'event_audit_remove_events'] as const) {
      const filter = { search: 'a' };
      const reply = await own.engine.call(action, {
        source: 'list:',
        confirm: true,
        ...(action.endsWith('events') ? { filter } : {}),
      });
      expect(reply).toMatchObject({
        ok: false,
        error: { code: 'source_unreachable', message: expect.stringMatching(/^Nothing was removed/) },
      });
    }
    expect([ListRepository.removals, ListRepository.events]).toEqual([0, events]);
  });

  it('loses nothing when what is to go can’t be kept', async () => {
    reset(5);
    await using own = await testEngine();
    const clear = own.engine.run('event_audit_clear_source', {
      source: 'list:',
      confirm: true,
      evidence: '/no/such/folder/evidence.jsonl',
    });
    await expect(clear).rejects.toMatchObject({ code: 'target_unwritable' });
    expect([ListRepository.removals, ListRepository.events.length]).toEqual([0, 5]);
  });

  it('loses nothing when it is cancelled while it is read', async () => {
    reset(400);
    await using own = await testEngine();
    const controller = new AbortController();
    const clear = own.engine.run(
      'event_audit_clear_source',
      { source: 'list:', confirm: true },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(clear).rejects.toMatchObject({ code: 'cancelled' });
    expect([ListRepository.removals, ListRepository.events.length]).toEqual([0, 400]);
  });

  it('that was opened to be read refuses to write, however its class was written', async () => {
    reset(1);
    await using own = await testEngine();
    const { registeredKinds, openRepository } = await import('../../../src/main/engine/repositories/registry.ts');
    expect(registeredKinds().find(({ kind }) => kind === 'list')?.capabilities.write).toBe(true);
    const { parseSourceUrl } = await import('../../../src/shared/source-url.ts');
    const { url } = parseSourceUrl('list:');
    const repository = await openRepository({ url, secrets: {}, dataDir: own.dataDir, resourcesDir: '' });
    await expect(repository.writeEvent(oneEvent().event, ON)).rejects.toMatchObject({ code: 'unsupported' });
    expect(ListRepository.events).toHaveLength(1);
  });
});
