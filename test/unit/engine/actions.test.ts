/** The one way in: every action checks what it is asked, answers in replies, and minds what else is going on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACTIONS,
  isActionName,
  snapshotStatusSchema,
  type ActionName,
  type SnapshotStatus,
} from '../../../src/shared/contract.ts';
import { generateEvents } from '../../support/events.ts';
import { passes, ordered } from '../../support/reference-filter.ts';
import { fillSqlite } from '../../support/sqlite-fill.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

const COUNT = 2_500;
let own: TestEngine;
let folder: TempDir;
let url = '';
let status: SnapshotStatus;

beforeAll(async () => {
  folder = createTempDir();
  own = await testEngine();
  const path = join(folder.path, 'audit.db');
  fillSqlite(path, COUNT);
  url = `sqlite:${path}`;
  status = await own.capture(url);
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
  folder.remove();
});

describe('the dispatcher', () => {
  it('knows the actions of the contract and no others', async () => {
    for (const name of ['', 'toString', '__proto__', 'constructor', 'event_audit_drop_everything']) {
      expect(isActionName(name)).toBe(false);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a caller outside may send
      expect(await own.engine.call(name as ActionName, {})).toMatchObject({
        ok: false,
        error: { code: 'invalid_input' },
      });
    }
  });

  it('answers any input whatever with a reply of one line, and never throws', async () => {
    const names = Object.keys(ACTIONS).filter(isActionName);
    for (const name of names) {
      for (const input of [
        undefined,
        null,
        5,
        'x',
        [],
        { snapshot_id: 5 },
        { url: 5 },
        { paths: [] },
        { filter: 'x', snapshot_id: '' },
      ]) {
        const reply = await own.engine.call(name, input);
        if (reply.ok) continue;
        expect(reply.error.code).toMatch(/^(?:invalid_input|not_found)$/);
        expect(reply.error.message).toMatch(/^[^\n]+$/);
      }
    }
    expect(names.length).toBeGreaterThan(10);
  });

  it.each([
    ['event_audit_page_events', { offset: -1, limit: 1 }],
    ['event_audit_page_events', { offset: 0, limit: 1_001 }],
    ['event_audit_page_events', { offset: 0.5, limit: 1 }],
    ['event_audit_page_events', { offset: 0, limit: 1, sort: { field: 'payload' } }],
    ['event_audit_page_events', { offset: 0, limit: 1, filter: { conditions: [{ field: 'nope', values: ['x'] }] } }],
    ['event_audit_page_events', { offset: 0, limit: 1, filter: { time_from: '2024-03-02', time_to: '2024-03-01' } }],
    ['event_audit_get_facets', { fields: ['id'] }],
    ['event_audit_get_histogram', { buckets: 0 }],
    ['event_audit_get_histogram', { filter: { time_zone: 'Nowhere' } }],
    ['event_audit_get_event', {}],
    ['event_audit_export', { format: 'pdf', output: '/x' }],
    ['event_audit_export', { format: 'csv', output: 'relative.csv' }],
    ['event_audit_export', { format: 'csv', output: '-' }],
    ['event_audit_export', { format: 'csv', output: '/tmp/never', fields: [] }],
  ] as const)('refuses %s of %j', async (name, input) => {
    const reply = await own.engine.call(name, { snapshot_id: status.snapshot_id, ...input });
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_input', retryable: false } });
  });

  it('says of a snapshot that is not open that it is not', async () => {
    const inputs = { offset: 0, limit: 1, n: 0, format: 'csv', output: join(folder.path, 'none.csv') };
    for (const name of [
      'event_audit_count_events',
      'event_audit_page_events',
      'event_audit_locate_event',
      'event_audit_get_event',
      'event_audit_get_facets',
      'event_audit_get_histogram',
      'event_audit_list_rejects',
      'event_audit_export',
    ] as const) {
      expect(await own.engine.call(name, { snapshot_id: 'gone', ...inputs })).toMatchObject({
        ok: false,
        error: { code: 'not_found' },
      });
    }
  });
});

describe('event_audit_get_events', () => {
  const model = [...generateEvents(COUNT)].map(({ event }, n) => ({ n, event }));

  it('gives whole events that match simple texts, a page in time order, and the total', async () => {
    const someone = model.find(({ event }) => event.actor !== '')?.event.actor ?? '';
    const input = {
      source: url,
      category: [' api ', 'view'],
      user_id: someone,
      time_from: '2024-02-01T00:00:00Z',
      limit: 3,
      offset: 2,
    };
    const found = await own.engine.run('event_audit_get_events', input);
    const filter = {
      conditions: [
        { field: 'category' as const, values: ['api', 'view'] },
        { field: 'actor' as const, values: [someone] },
      ],
      time_from: '2024-02-01T00:00:00Z',
    };
    const want = ordered(
      model.filter((each) => passes(each, filter)),
      { field: 'timestamp', direction: 'asc' },
    );
    expect(found.total).toBe(want.length);
    expect(found.events.map(({ id }) => id)).toEqual(want.slice(2, 5).map(({ event }) => event.id));
    expect(found.events.map(({ payload }): unknown => JSON.parse(payload ?? ''))).toEqual(
      want.slice(2, 5).map(({ event }) => event.payload),
    );
    expect(found.status.state).toBe('complete');
  });

  it('leaves no snapshot behind, and takes nothing for no filter', async () => {
    const { total } = await own.engine.run('event_audit_get_events', {
      source: url,
      actor: '',
      category: ['', ' '],
      search: '',
      limit: 0,
    });
    expect(total).toBe(COUNT);
    const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
    expect(snapshots).toHaveLength(1);
  });
});

describe('a capture', () => {
  it('reports statuses of the contract, with its id from the first on', async () => {
    const seen: unknown[] = [];
    const done = await own.engine.run('event_audit_capture_source', { url }, { onProgress: (each) => seen.push(each) });
    const statuses = seen.map((each) => snapshotStatusSchema.parse(each));
    expect(new Set(statuses.map(({ snapshot_id }) => snapshot_id))).toEqual(new Set([done.snapshot_id]));
    expect(statuses.at(-1)).toEqual(done);
    await own.engine.run('event_audit_close_snapshot', { snapshot_id: done.snapshot_id });
  });

  it('can be looked at, closed and forgotten while it runs', async () => {
    let closing: Promise<unknown> | undefined;
    const running = own.engine.call(
      'event_audit_capture_source',
      { url },
      {
        onProgress: (each) => {
          const { snapshot_id, read } = snapshotStatusSchema.parse(each);
          if (read > 0) closing ??= own.engine.run('event_audit_close_snapshot', { snapshot_id });
        },
      },
    );
    const reply = await running;
    await closing;
    expect(closing).toBeDefined();
    expect(reply.ok).toBe(true);
    const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
    expect(snapshots.map(({ snapshot_id }) => snapshot_id)).toEqual([status.snapshot_id]);
  });

  it('is not exported before it is done', async () => {
    const replies: Promise<unknown>[] = [];
    const output = join(folder.path, 'early.csv');
    const done = await own.engine.run(
      'event_audit_capture_source',
      { url },
      {
        onProgress: ({ snapshot_id, state }) => {
          if (state === 'capturing')
            replies.push(own.engine.call('event_audit_export', { snapshot_id, format: 'csv', output }));
        },
      },
    );
    for (const reply of await Promise.all(replies))
      expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_input', retryable: true } });
    expect(replies.length).toBeGreaterThan(0);
    await own.engine.run('event_audit_close_snapshot', { snapshot_id: done.snapshot_id });
  });

  it('runs beside others, each right', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => own.capture(url)));
    for (const { snapshot_id, captured } of all) {
      expect(captured).toBe(COUNT);
      await own.engine.run('event_audit_close_snapshot', { snapshot_id });
    }
  });

  it('that fails leaves nothing open', async () => {
    const path = join(folder.path, 'broken.db');
    writeFileSync(path, 'no database');
    expect(await own.engine.call('event_audit_capture_source', { url: `sqlite:${path}` })).toMatchObject({
      ok: false,
      error: { code: 'source_invalid' },
    });
    const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
    expect(snapshots).toHaveLength(1);
  });
});

describe('saved connections', () => {
  it('are kept once a URL, without secrets, the last opened first', async () => {
    const save = (saved: string, name = '') => own.engine.run('event_audit_save_connection', { url: saved, name });
    const one = await save('redis://auditor:hunter2@h/0', ' Production ');
    const two = await save('sqlite:/a.db');
    expect(one).toMatchObject({ url: 'redis://auditor@h/0', name: 'Production' });
    expect(two).toMatchObject({ name: 'sqlite:/a.db' });
    const again = await save('redis://auditor:other@h/0');
    expect(again).toMatchObject({ id: one.id, name: 'Production' });
    const { connections } = await own.engine.run('event_audit_list_sources', {});
    expect(connections.map(({ id }) => id).toSorted()).toEqual([one.id, two.id].toSorted());
    expect(JSON.stringify(connections)).not.toContain('hunter2');
    expect(await own.engine.run('event_audit_remove_connection', { id: one.id })).toEqual({ removed: true });
    expect(await own.engine.run('event_audit_remove_connection', { id: one.id })).toEqual({ removed: false });
    await own.engine.run('event_audit_remove_connection', { id: two.id });
  });

  it('refuse what is no source', async () => {
    expect(await own.engine.call('event_audit_save_connection', { url: 'auditor:hunter2@h' })).toMatchObject({
      ok: true,
    });
    expect(await own.engine.call('event_audit_save_connection', { url: '/a.db' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
  });
});
