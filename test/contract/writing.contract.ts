/** What every store must do that can be written to. A store's test calls this with a way to look into it from outside. */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionOutput } from '../../src/shared/contract.ts';
import { auditEventSchema, type AuditEvent } from '../../src/shared/event.ts';
import { EMPTY_FILTER } from '../../src/shared/filter.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { registerBuiltIns } from '../../src/main/engine/repositories/built-in.ts';
import { openRepository } from '../../src/main/engine/repositories/registry.ts';
import type { AbstractRepository, StoredRecord } from '../../src/main/engine/repositories/repository.ts';
import { RecordLog } from '../../src/main/engine/removal/record-log.ts';
import { generateEvents, oneEvent, type WrittenEvent } from '../support/events.ts';
import { RESOURCES } from '../support/project.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

export interface WritableStore extends AsyncDisposable {
  readonly url: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Empties it. */
  readonly reset: () => Promise<void>;
  /** Everything it holds, by a client that is not ours, in any order. */
  readonly stored: () => Promise<readonly string[]>;
  /** What it must hold for an event; `undefined` for an event that it can't keep and therefore refuses. */
  readonly expected: (event: WrittenEvent) => string | undefined;
  /** Changes what is stored for an event, by a client that is not ours. */
  readonly change: (event: WrittenEvent) => Promise<void>;
}

/** What a store can do beyond taking events and being cleared. */
interface Abilities {
  /** Whether single records can be removed. */
  readonly removes: boolean;
  /** Whether it tells events by their ids, so that writing one again does no harm. */
  readonly knowsIds: boolean;
}

const EVENTS = [...generateEvents(120, { seed: 23, hostile: 0.4 })].map(({ event }) => event);
const signal = new AbortController().signal;

/** @param open makes a store; `dataDir` is the engine's data folder, where the embedded one lies */
export function writingContract(
  kind: string,
  { removes, knowsIds }: Abilities,
  open: (dataDir: string) => Promise<WritableStore>,
): void {
  describe(`writing to ${kind}`, () => {
    let own: TestEngine;
    let store: WritableStore;

    beforeAll(async () => {
      own = await testEngine(['track_api=false', 'track_model=false']);
      store = await open(own.dataDir);
    });
    beforeEach(() => store.reset());
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    });

    const target = () => ({ source: store.url, secrets: { ...store.secrets } });
    const fitting = (events: readonly WrittenEvent[]) => events.filter((event) => store.expected(event) !== undefined);
    const expected = (events: readonly WrittenEvent[]) => events.map((event) => store.expected(event) ?? '').toSorted();
    const write = (events: readonly AuditEvent[]) =>
      own.engine.run('event_audit_create_events', { ...target(), events: [...events] });
    const opened = async (writable: boolean): Promise<AbstractRepository> => {
      registerBuiltIns();
      const { url, secrets } = parseSourceUrl(store.url);
      const context = { url, secrets: { ...store.secrets, ...secrets }, dataDir: own.dataDir, resourcesDir: RESOURCES };
      return openRepository({ ...context, ...(writable ? { writable } : {}) });
    };
    const records = async (): Promise<readonly StoredRecord[]> => {
      const repository = await opened(false);
      const log = new RecordLog(`${tempDir()}/records`);
      for await (const batch of repository.readRecords({ signal, note: () => undefined, expect: () => undefined })) {
        log.add(batch);
      }
      await repository.close();
      const all = Array.from({ length: log.size }, (_, place) => log.get(place));
      log.close();
      return all.filter((record) => record !== undefined);
    };
    const remove = (category: string): Promise<ActionOutput<'event_audit_remove_events'>> =>
      own.engine.run('event_audit_remove_events', {
        ...target(),
        filter: { conditions: [{ field: 'category', values: [category] }] },
        confirm: true,
      });

    it('keeps events byte for byte as the format says, and they are read back the same', async () => {
      const events = fitting(EVENTS);
      const { ids, notes } = await write(events);
      expect(ids).toEqual(events.map(({ id }) => id));
      expect(notes).toEqual([]);
      expect((await store.stored()).toSorted()).toEqual(expected(events));
      const status = await own.capture(store.url, { secrets: { ...store.secrets } });
      expect(status).toMatchObject({ state: 'complete', captured: events.length, rejected: 0 });
      const repository = await opened(false);
      const back = new Map<unknown, AuditEvent>();
      const options = { signal, note: () => undefined, expect: () => undefined };
      for await (const event of repository.readEvents(EMPTY_FILTER, options)) back.set(event.id, event);
      await repository.close();
      expect(events.filter((event) => !isDeepStrictEqual(auditEventSchema.parse(event), back.get(event.id)))).toEqual(
        [],
      );
    });

    it('refuses an event that it could only keep changed, and writes nothing of its batch', async () => {
      for (const event of EVENTS.filter((each) => store.expected(each) === undefined).slice(0, 3)) {
        await expect(write([oneEvent({ id: 'before' }).event, event])).rejects.toMatchObject({
          code: 'invalid_input',
          message: expect.stringMatching(/^[^\n]*can’t be written[^\n]*\.$/),
        });
      }
      for (const event of [
        { category: 'c', action: 'a', timestamp: 'yesterday' },
        { category: 'c', action: 'a', payload: '[1]' },
        { category: 'c', action: 'a', payload: '{"a":1' },
        { category: '', action: 'a' },
      ]) {
        const reply = await own.engine.call('event_audit_create_event', { ...target(), ...event });
        expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      }
      expect(await store.stored()).toEqual([]);
    });

    it('fills in what is left out', async () => {
      const { event, source } = await own.engine.run('event_audit_create_event', {
        ...target(),
        category: 'backup',
        action: 'finished',
        payload: { bytes: 12 },
      });
      expect(source).toBe(parseSourceUrl(store.url).url.text);
      expect(event).toMatchObject({ category: 'backup', actor: '', target_id: '', result: {}, payload: { bytes: 12 } });
      expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(event.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
      expect(await store.stored()).toHaveLength(1);
    });

    it('changes nothing when it was opened to be read', async () => {
      await write(EVENTS.slice(0, 1));
      const before = await store.stored();
      const all = await records();
      const repository = await opened(false);
      const refused = { code: 'unsupported', message: expect.stringMatching(/opened to be read/) };
      await expect(repository.writeEvent(oneEvent().event, signal)).rejects.toMatchObject(refused);
      await expect(repository.writeEvents([oneEvent().event], signal)).rejects.toMatchObject(refused);
      await expect(repository.removeRecords(all, { signal })).rejects.toMatchObject(refused);
      await expect(repository.clear(signal)).rejects.toMatchObject(refused);
      await repository.close();
      expect(await store.stored()).toEqual(before);
    });

    it('stops when it is aborted', async () => {
      const gone = { signal: AbortSignal.abort() };
      const events = [oneEvent().event];
      await expect(own.engine.run('event_audit_create_events', { ...target(), events }, gone)).rejects.toMatchObject({
        code: 'cancelled',
      });
      expect(await store.stored()).toEqual([]);
    });

    it('clears after keeping everything in a file that verifies', async () => {
      const events = fitting(EVENTS);
      await write(events);
      const done = await own.engine.run('event_audit_clear_source', { ...target(), confirm: true });
      expect(done).toMatchObject({ removed: events.length, left: 0 });
      expect(await store.stored()).toEqual([]);
      const lines = readFileSync(done.evidence ?? '', 'utf8')
        .split('\n')
        .slice(0, -1);
      expect(lines.map((line) => String(Object(JSON.parse(line))['id'])).toSorted()).toEqual(
        events.map(({ id }) => id).toSorted(),
      );
      const { files } = await own.engine.run('event_audit_verify', { paths: [done.evidence ?? ''] });
      expect(files).toEqual([expect.objectContaining({ ok: true, rows: events.length })]);
    });

    it('says so when there is nothing to clear', async () => {
      await write(EVENTS.slice(0, 1));
      await own.engine.run('event_audit_clear_source', { ...target(), confirm: true });
      const reply = await own.engine.call('event_audit_clear_source', { ...target(), confirm: true });
      // A log group that was deleted is not there at all.
      const outcome = reply.ok ? reply.value : reply.error.code;
      expect([{ removed: 0, left: 0, evidence: null, notes: expect.anything() }, 'source_invalid']).toContainEqual(
        outcome,
      );
    });

    it('removes nothing without a filter that names something, or without confirmation', async () => {
      await write(fitting(EVENTS));
      const before = await store.stored();
      for (const filter of [{}, { search: '' }, { sources: [store.url] }]) {
        const reply = await own.engine.call('event_audit_remove_events', { ...target(), filter, confirm: true });
        expect(reply).toMatchObject({ ok: false });
      }
      const reply = await own.engine.call('event_audit_remove_events', {
        ...target(),
        filter: { conditions: [{ field: 'category', values: ['view'] }] },
      });
      expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      expect((await store.stored()).toSorted()).toEqual(before.toSorted());
    });

    const refusing = (): void => {
      it('refuses to remove single events', async () => {
        await write(EVENTS.slice(0, 3));
        await expect(remove('view')).rejects.toMatchObject({ code: 'unsupported' });
        expect(await store.stored()).toHaveLength(3);
      });
    };

    const removing = (): void => {
      it('removes exactly what a filter shows, after keeping it', async () => {
        const events = fitting(EVENTS);
        await write(events);
        const views = events.filter(({ category }) => category === 'view');
        const done = await remove('view');
        expect(done).toMatchObject({ removed: views.length, left: 0 });
        expect((await store.stored()).toSorted()).toEqual(expected(events.filter((event) => !views.includes(event))));
        const kept = readFileSync(done.evidence ?? '', 'utf8')
          .split('\n')
          .slice(0, -1);
        expect(kept).toHaveLength(views.length);
        expect(existsSync(`${done.evidence}.manifest.json`)).toBe(true);
        expect(await remove('view')).toMatchObject({ removed: 0, evidence: null });
      });

      it('never writes evidence over a file', async () => {
        await write(EVENTS.slice(0, 2));
        const { evidence } = await own.engine.run('event_audit_clear_source', { ...target(), confirm: true });
        await write(EVENTS.slice(0, 2));
        const again = own.engine.run('event_audit_clear_source', {
          ...target(),
          confirm: true,
          evidence: evidence ?? '',
        });
        await expect(again).rejects.toMatchObject({
          code: 'invalid_input',
          message: expect.stringContaining('already'),
        });
        expect(await store.stored()).toHaveLength(2);
      });

      it('leaves a record that was changed after it was read', async () => {
        const events = fitting(EVENTS).slice(0, 20);
        const [first] = events;
        if (first === undefined) throw new Error('No event fits.');
        await write(events);
        const all = await records();
        await store.change(first);
        const changed = (await store.stored()).find((each) => !expected(events).includes(each));
        const repository = await opened(true);
        const told: number[] = [];
        expect(await repository.removeRecords(all, { signal, removed: (count) => told.push(count) })).toBe(19);
        await repository.close();
        expect(told.reduce((sum, count) => sum + count, 0)).toBe(19);
        expect(await store.stored()).toEqual([changed]);
      });
    };

    const telling = (): void => {
      it('holds an event once that is written again, and refuses another one under its name', async () => {
        const events = fitting(EVENTS).slice(0, 30);
        await write(events);
        await write([...events.slice(10), ...events.slice(0, 5)]);
        expect((await store.stored()).toSorted()).toEqual(expected(events));
        const [first, second] = events;
        if (first === undefined || second === undefined) throw new Error('No event fits.');
        const other = { ...second, payload: { other: true } };
        await expect(write([first, other])).rejects.toMatchObject({
          code: 'invalid_input',
          message: expect.stringContaining(second.id),
        });
        expect((await store.stored()).toSorted()).toEqual(expected(events));
      });
    };

    (removes ? removing : refusing)();
    (knowsIds ? telling : () => undefined)();
  });
}
