/** What every repository must do, whatever store it reads. A store's test calls this with a way to fill the store. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { toErrorReply } from '../../src/shared/errors.ts';
import { EMPTY_FILTER } from '../../src/shared/filter.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { registerBuiltIns } from '../../src/main/engine/repositories/built-in.ts';
import { openRepository } from '../../src/main/engine/repositories/registry.ts';
import type { AbstractRepository, ReadOptions, RecordBatch } from '../../src/main/engine/repositories/repository.ts';
import { generateEvents } from '../support/events.ts';
import { RESOURCES } from '../support/project.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

export interface StoreUnderTest extends AsyncDisposable {
  /** The store with {@link FILLED} generated events of seed {@link SEED}, or with what it always holds. */
  readonly url: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** How many records it holds. */
  readonly records: number;
  /** Whether it holds the generated events. */
  readonly isFilled: boolean;
  /** A source URL that nothing answers at, or that is not there. */
  readonly missing?: string;
  /** The URL with a parameter that this kind of store does not have. */
  readonly wrongParameter: string;
}

export const SEED = 11;
export const FILLED = 4_000;

/** @param open makes the store; `dataDir` is the engine's data folder, where the embedded store lies. */
export function repositoryContract(kind: string, open: (dataDir: string) => Promise<StoreUnderTest>): void {
  describe(`a ${kind} repository`, () => {
    let own: TestEngine;
    let store: StoreUnderTest;

    beforeAll(async () => {
      own = await testEngine(['track_api=false', 'track_model=false']);
      store = await open(own.dataDir);
    });
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    });

    const context = (url: string) => {
      const parsed = parseSourceUrl(url);
      const secrets = { ...store.secrets, ...parsed.secrets };
      return { url: parsed.url, secrets, dataDir: own.dataDir, resourcesDir: RESOURCES };
    };

    const repository = async (): Promise<AbstractRepository> => {
      registerBuiltIns();
      return openRepository(context(store.url));
    };

    const capture = (signal?: AbortSignal, onProgress?: (status: SnapshotStatus) => void): Promise<SnapshotStatus> =>
      own.capture(store.url, {
        ...(store.secrets === undefined ? {} : { secrets: store.secrets }),
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });

    it('describes its store without a secret in the description', async () => {
      const found = await own.engine.run('event_audit_test_source', { url: store.url, secrets: store.secrets ?? {} });
      expect(found).toMatchObject({
        kind,
        product: expect.stringMatching(/\S/),
        url: parseSourceUrl(store.url).url.text,
      });
      expect(found.estimated ? store.records : (found.records ?? store.records)).toBe(store.records);
      for (const secret of Object.values(store.secrets ?? {})) expect(JSON.stringify(found)).not.toContain(secret);
    });

    it('hands over every record once, and the balance holds at every moment', async () => {
      const seen: SnapshotStatus[] = [];
      const status = await capture(undefined, (each) => seen.push(each));
      expect(status).toMatchObject({
        state: 'complete',
        read: store.records,
        captured: store.records,
        rejected: 0,
        duplicates: 0,
        reason: null,
      });
      expect(status.finished_at).not.toBeNull();
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(seen.filter((each) => each.captured + each.rejected + each.duplicates !== each.read)).toEqual([]);
      expect(seen.every((each, index) => each.read >= (seen[index - 1]?.read ?? 0))).toBe(true);
      expect(status.expected ?? 1).toBeGreaterThan(0);
    });

    it('gives back the events that went in', async () => {
      const { snapshot_id } = await capture();
      const output = join(own.dataDir, 'all.jsonl');
      await own.engine.run('event_audit_export', { snapshot_id, format: 'jsonl', output });
      const lines = readFileSync(output, 'utf8').split('\n').slice(0, -1);
      const byId = new Map(lines.map((line) => [String(Object(JSON.parse(line))['id']), line]));
      expect(byId.size).toBe(store.records);
      const written = store.isFilled ? [...generateEvents(FILLED, { seed: SEED, hostile: 0.05 })] : [];
      expect(
        written.filter(({ event }) => !isDeepStrictEqual(event, JSON.parse(byId.get(event.id) ?? 'null'))),
      ).toEqual([]);
    });

    it('may be read more than once, and events come as values to whom wants them so', async () => {
      const opened = await repository();
      const notes: string[] = [];
      const options: ReadOptions = {
        signal: new AbortController().signal,
        note: ({ code }) => notes.push(code),
        expect: () => undefined,
      };
      for (let round = 0; round < 2; round += 1) {
        let count = 0;
        for await (const event of opened.readEvents(EMPTY_FILTER, options)) {
          count += 1;
          if (typeof event.timestamp !== 'string' || typeof event.payload !== 'object')
            throw new Error('This is no event.');
        }
        expect(count).toBe(store.records);
      }
      await opened.close();
      await expect(opened.close()).resolves.toBeUndefined();
    });

    it('closes when nothing was ever opened, and when a reader leaves in the middle', async () => {
      const idle = await repository();
      await idle.close();
      await idle.close();
      const left = await repository();
      const options: ReadOptions = {
        signal: new AbortController().signal,
        note: () => undefined,
        expect: () => undefined,
      };
      for await (const batch of left.readRecords(options)) {
        expect(batch.kind).toMatch(/^(?:json|rows|cells)$/);
        break;
      }
      await left.close();
    });

    it('stops when it is aborted: before, at the first record, and between', async () => {
      await expect(capture(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
      const opened = await repository();
      const controller = new AbortController();
      const options: ReadOptions = { signal: controller.signal, note: () => undefined, expect: () => undefined };
      const read = async (): Promise<number> => {
        let count = 0;
        for await (const batch of opened.readRecords(options)) {
          count += sizeOf(batch);
          controller.abort();
        }
        return count;
      };
      // A store that came in one piece has nothing left to stop.
      const outcome = await read().catch((error: unknown) => toErrorReply(error).code);
      expect(['cancelled', store.records]).toContain(outcome);
      await opened.close();
      expect(await capture()).toMatchObject({ state: 'complete', captured: store.records });
    });

    it('keeps what was read when a capture is cancelled, and leaves the engine usable', async () => {
      const controller = new AbortController();
      const status = await capture(controller.signal, ({ read }) => {
        if (read > 0) controller.abort();
      });
      expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
      expect([status.state, status.reason?.code ?? '']).toEqual(
        status.read === store.records && status.reason === null ? ['complete', ''] : ['partial', 'cancelled'],
      );
      const { snapshot_id } = status;
      expect(await own.engine.run('event_audit_count_events', { snapshot_id })).toMatchObject({
        total: status.captured,
      });
      expect(await own.engine.run('event_audit_close_snapshot', { snapshot_id })).toEqual({ closed: true });
      expect(await own.engine.run('event_audit_close_snapshot', { snapshot_id })).toEqual({ closed: false });
    });

    it('refuses a parameter that it does not have, in one line', async () => {
      for (const name of ['event_audit_capture_source', 'event_audit_test_source'] as const) {
        const reply = await own.engine.call(name, { url: store.wrongParameter, secrets: store.secrets ?? {} });
        expect(reply).toMatchObject({
          ok: false,
          error: { code: 'invalid_input', message: expect.stringMatching(/^[^\n]+\.$/) },
        });
      }
    });

    it('says in one line when its store is not there', async () => {
      const url = store.missing ?? store.wrongParameter;
      const reply = await own.engine.call('event_audit_capture_source', { url, secrets: store.secrets ?? {} });
      expect(reply).toMatchObject({
        ok: false,
        error: {
          code: expect.stringMatching(/^(?:source_|invalid_input)/),
          message: expect.stringMatching(/^[^\n]+\.$/),
        },
      });
      const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
      expect(snapshots.every(({ source }) => source.url !== url)).toBe(true);
    });

    it('refuses to write what it can’t', async () => {
      const opened = await repository();
      const [first] = generateEvents(1);
      if (first === undefined) throw new Error('No event was made.');
      await expect(opened.writeEvent(first.event, new AbortController().signal)).rejects.toMatchObject({
        code: 'unsupported',
      });
      await opened.close();
    });
  });
}

function sizeOf(batch: RecordBatch): number {
  switch (batch.kind) {
    case 'json':
      return batch.values.length;
    case 'rows':
      return batch.rows.length;
    case 'cells':
      return batch.rows;
    case 'broken':
      return 0;
    default:
      return batch satisfies never;
  }
}
