/** The embedded store's file: one that was left half-made, and what its texts may hold. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { oneEvent } from '../../support/events.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine } from '../../support/test-engine.ts';
import { ON, openToWrite, someEvents } from '../../support/writing.ts';

const QUIET = ['track_api=false', 'track_model=false'];
const fileOf = (dataDir: string) => join(dataDir, 'event-audit.sqlite');

it('counts as not made yet when a program was killed while it made it', async () => {
  await using own = await testEngine(QUIET);
  mkdirSync(own.dataDir, { recursive: true });
  closeSync(openSync(fileOf(own.dataDir), 'w'));
  expect(await own.capture('basic:')).toMatchObject({ state: 'complete', captured: 0 });
  const half = new Database(fileOf(own.dataDir));
  half.pragma('journal_mode = WAL');
  half.close();
  expect(await own.capture('basic:')).toMatchObject({ state: 'complete', captured: 0 });
  expect(await own.engine.run('event_audit_test_source', { url: 'basic:' })).toMatchObject({ records: 0 });
  await own.engine.run('event_audit_create_events', { source: 'basic:', events: [...someEvents(2)] });
  expect(await own.capture('basic:')).toMatchObject({ state: 'complete', captured: 2 });
});

it('keeps any text, a NUL among them, and a payload of a megabyte, and gives it back when it is cleared', async () => {
  await using own = await testEngine(QUIET);
  const { event } = oneEvent({
    id: 'a\0b|c:*',
    actor: "'; DROP TABLE journal; --",
    payload: { text: 'x'.repeat(1 << 20) },
  });
  await own.engine.run('event_audit_create_events', { source: 'basic:', events: [event] });
  const database = new Database(fileOf(own.dataDir), { readonly: true });
  expect(database.prepare('SELECT id, actor, payload FROM event_audit_event').all()).toEqual([
    { id: event.id, actor: event.actor, payload: JSON.stringify(event.payload) },
  ]);
  database.close();
  const done = await own.engine.run('event_audit_clear_source', { source: 'basic:', confirm: true });
  expect(done).toMatchObject({ removed: 1, left: 0 });
});

it('takes nothing that it could only keep changed', async () => {
  const repository = await openToWrite('basic:', { dataDir: tempDir() });
  const odd = [oneEvent({ actor: 'half \ud800' }).event, { ...oneEvent().event, id: 5 }];
  for (const event of odd) {
    await expect(repository.writeEvent(event, ON)).rejects.toMatchObject({ code: 'invalid_input' });
  }
  await repository.close();
});
