/** What the embedded store holds, at a glance: from the file itself, whoever wrote it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { writeEvents } from '../../../../src/main/engine/actions/running.ts';
import { registerTracker } from '../../../../src/main/engine/tracking/trackers.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { trackingEngine } from '../../../support/tracking-engine.ts';

it('counts events, entries, days and the most frequent values, and tells the head', async () => {
  await using own = await trackingEngine(tempDir());
  const empty = await own.engine.run('event_audit_get_journal', {});
  expect(empty).toMatchObject({ events: 0, entries: 0, head: null, first: null, last: null, days: [] });
  await writeEvents(
    Array.from({ length: 12 }, (_, n) => ({
      category: n < 9 ? 'door' : 'gate',
      action: `opened ${String(n)}`,
      actor: n === 0 ? '' : 'ada',
      timestamp: `2024-03-${n < 6 ? '11' : '13'}T10:20:30.123456+00:00`,
    })),
  );
  const found = await own.engine.run('event_audit_get_journal', {});
  expect(found).toMatchObject({
    path: join(own.dataDir, 'event-audit.sqlite'),
    events: 12,
    entries: 12,
    head: { seq: 12 },
    first: '2024-03-11T10:20:30.123456+00:00',
  });
  expect(found.bytes).toBeGreaterThan(4_096);
  expect(found.categories).toEqual([
    { value: 'door', count: 9 },
    { value: 'gate', count: 3 },
  ]);
  expect(found.actors).toContainEqual({ value: 'ada', count: 11 });
  expect(found.actors).toContainEqual({ value: '', count: 1 });
  expect(found.actions).toHaveLength(10);
  expect(found.days.slice(0, 2)).toEqual([
    { value: '2024-03-11', count: 6 },
    { value: '2024-03-13', count: 6 },
  ]);
});

it('reads a store that another program made, without a journal and with cells that are no texts', async () => {
  const dataDir = tempDir();
  const other = new Database(join(dataDir, 'event-audit.sqlite'));
  other.exec('CREATE TABLE event_audit_event (id, category, action, actor, timestamp)');
  other.prepare('INSERT INTO event_audit_event VALUES (1, 2, ?, NULL, 5.5)').run(Buffer.from('bytes'));
  other.close();
  const { journalSummary } = await import('../../../../src/main/engine/repositories/sqlite/journal-summary.ts');
  expect(await journalSummary(join(dataDir, 'event-audit.sqlite'))).toMatchObject({
    events: 1,
    head: null,
    categories: [{ value: '2', count: 1 }],
    actions: [{ value: 'bytes', count: 1 }],
    actors: [{ value: '', count: 1 }],
    days: [],
    first: null,
  });
  const path = join(dataDir, 'other.sqlite');
  writeFileSync(path, 'x'.repeat(10_000));
  await expect(journalSummary(path)).rejects.toMatchObject({ code: 'source_invalid' });
  await expect(journalSummary(join(dataDir, 'none.sqlite'))).resolves.toMatchObject({ events: 0, bytes: 0 });
});

it('the state of tracking names every tracker, and what it does', async () => {
  await using own = await trackingEngine(tempDir());
  const takeBack = registerTracker({ name: 'doors', skipEvent: () => false });
  expect((await own.engine.run('event_audit_get_tracking', {})).trackers).toEqual([
    { name: 'doors', plugin: '', skips: true, stopped: false },
  ]);
  takeBack();
  expect((await own.engine.run('event_audit_get_tracking', {})).trackers).toEqual([]);
});
