/** Removal takes exactly the records that it kept, whatever lies between them in the store, and says so when it can't. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FilterInput } from '../../../src/shared/filter.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { registerRepository } from '../../../src/main/engine/repositories/registry.ts';
import {
  READ_ONLY,
  RecordRepository,
  type JsonBatch,
  type ReadOptions,
  type RecordBatch,
  type RemoveOptions,
  type StoredRecord,
} from '../../../src/main/engine/repositories/repository.ts';
import { EVENT_FIELDS } from '../../../src/shared/event.ts';
import { oneEvent, type WrittenEvent } from '../../support/events.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';
import { only } from '../../support/writing.ts';

/** What the store of these tests does. */
const store = {
  batches: [] as readonly RecordBatch[],
  /** What it was asked to remove. */
  asked: [] as StoredRecord[],
  /** Called for each record that is to be removed, and says whether it is. */
  takes: (_record: StoredRecord): boolean => true,
  /** Called when reading has come to its end. */
  atEnd: (): void => undefined,
};

class MixedRepository extends RecordRepository {
  override async *readRecords(_options: ReadOptions): AsyncIterable<RecordBatch> {
    await Promise.resolve();
    yield* store.batches;
    store.atEnd();
  }

  override async removeRecords(records: Iterable<StoredRecord>, { removed }: RemoveOptions): Promise<number> {
    this.requireWritable();
    await Promise.resolve();
    let count = 0;
    for (const record of records) {
      store.asked.push(record);
      if (!store.takes(record)) continue;
      count += 1;
      removed?.(1);
    }
    return count;
  }
}

registerRepository('mixed', MixedRepository, {
  capabilities: { ...READ_ONLY, write: true, remove: true, clear: true },
});

let own: TestEngine;
beforeEach(async () => {
  own = await testEngine(['track_api=false', 'track_model=false']);
  Object.assign(store, { batches: [], asked: [], takes: () => true, atEnd: () => undefined });
});
afterEach(() => own[Symbol.asyncDispose]());

const source = 'mixed:';
const remove = (filter: FilterInput, evidence?: string) =>
  own.engine.run('event_audit_remove_events', { source, filter, confirm: true, evidence });
const clear = () => own.engine.run('event_audit_clear_source', { source, confirm: true });

const bytes = (text: string): Uint8Array => Buffer.from(text);

function json(...records: readonly (readonly [key: string, value: WrittenEvent | string])[]): JsonBatch {
  return {
    kind: 'json',
    keys: records.map(([key]) => bytes(key)),
    values: records.map(([, value]) => bytes(typeof value === 'string' ? value : JSON.stringify(value))),
  };
}

function row(of: WrittenEvent): readonly string[] {
  return EVENT_FIELDS.map((field) => (typeof of[field] === 'string' ? of[field] : JSON.stringify(of[field])));
}

const USUAL = oneEvent({ category: 'keep' }).event;

function event(id: string, changes: Partial<WrittenEvent> = {}): WrittenEvent {
  return { ...USUAL, id, ...changes };
}

/** The keys of what was asked to be removed, and that each came with the value that it was read with. */
function askedKeys(): readonly string[] {
  return store.asked.map((record) => Buffer.from(record.key).toString('utf8')).toSorted();
}

describe('removal', () => {
  it('finds each record by its place in reading order, whatever came before it', async () => {
    const gone = { category: 'gone' };
    // Later ones first, so that time order is not reading order.
    const many = Array.from({ length: 5_000 }, (_, n) =>
      event(`m${n}`, {
        timestamp: new Date(1_700_000_000_000 - n * 1_000).toISOString().replace('Z', '000+00:00'),
        ...(n % 7 === 0 ? gone : {}),
      }),
    );
    const expected = [
      ...many.filter(({ category }) => category === 'gone').map(({ id }) => `key of ${id}`),
      'after broken',
      'after a duplicate',
      'a row',
      'long',
      'with a line break',
      'twin 1',
      'twin 2',
    ];
    store.batches = [
      json(['no JSON', 'CKAN started'], ['no event', '{"id":1}'], ['kept', event('first')]),
      { kind: 'broken', records: [{ code: 'too_large', reason: 'Too large.', bytes: bytes('…'), place: 'row 4' }] },
      json(['after broken', event('b', gone)], ['kept', event('first')], ['after a duplicate', event('c', gone)]),
      {
        kind: 'rows',
        rows: [row(event('r1')), [null, ...row(event('r2', gone)).slice(1)], row(event('r3', gone))],
        keys: ['r1', 'r2', 'a row'],
      },
      json(['long', event('l', { ...gone, payload: { text: 'x'.repeat(400_000) } })]),
      json(['with a line break', event('n', { ...gone, actor: 'two\nlines\u0000' })]),
      ...Array.from({ length: 50 }, (_, at) =>
        json(...many.slice(at * 100, at * 100 + 100).map((each) => [`key of ${each.id}`, each] as const)),
      ),
      // Two records that are the same in all but their keys.
      json(['twin 1', event('t', gone)], ['other', '[]'], ['twin 2', event('t', gone)]),
    ];
    const done = await remove(only('category', 'gone'));
    expect(done).toMatchObject({ removed: expected.length, left: 0 });
    expect(askedKeys()).toEqual(expected.toSorted());
    for (const record of store.asked) {
      const text = record.kind === 'json' ? Buffer.from(record.value).toString('utf8') : JSON.stringify(record.row);
      expect(text).toContain('"gone"');
    }
    const { files } = await own.engine.run('event_audit_verify', { paths: [done.evidence ?? ''] });
    expect(files).toEqual([expect.objectContaining({ ok: true, rows: expected.length })]);
  });

  it('keeps the exact bytes of a record that is written oddly', async () => {
    const odd = `{ "id":"odd","category":"gone","action":"a","timestamp":"2024-01-01T00:00:00Z","payload":{"n":1.10,"big":12345678901234567890,"é":"\\ud800"},"extra":true }`;
    store.batches = [json(['odd', odd])];
    const { evidence } = await remove(only('category', 'gone'));
    expect(readFileSync(evidence ?? '', 'utf8').trim()).toBe(odd.trim());
  });

  it('clears what is no event, too, after keeping its bytes, and leaves what it can’t name', async () => {
    store.batches = [
      json(['e', event('e')], ['x', '\u0000 not JSON'], ['e', event('e', { actor: 'changed meanwhile' })]),
      {
        kind: 'broken',
        records: [{ code: 'not_utf8', reason: 'Odd.', bytes: Buffer.from([0xff, 0xfe]), place: 'row 9' }],
      },
    ];
    const done = await clear();
    expect(askedKeys()).toEqual(['e', 'x']);
    expect(store.asked.find(({ key }) => Buffer.from(key).toString() === 'e')).toMatchObject({
      value: Buffer.from(JSON.stringify(event('e'))),
    });
    expect(done).toMatchObject({
      removed: 2,
      left: 1,
      notes: expect.arrayContaining([expect.objectContaining({ code: 'left_in_store' })]),
    });
    const rejects = `${(done.evidence ?? '').replace(/\.jsonl$/, '')}.rejects.jsonl`;
    const kept = readFileSync(rejects, 'utf8').split('\n').slice(0, -1);
    expect(kept.map((line) => Buffer.from(String(Object(JSON.parse(line))['base64']), 'base64'))).toEqual([
      Buffer.from('\u0000 not JSON'),
      Buffer.from([0xff, 0xfe]),
    ]);
    const { files } = await own.engine.run('event_audit_verify', { paths: [done.evidence ?? '', rejects] });
    expect(files.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('counts what the store did not remove as left', async () => {
    store.batches = [json(['a', event('a')], ['b', event('b')], ['c', event('c')])];
    store.takes = ({ key }) => Buffer.from(key).toString() !== 'b';
    expect(await remove(only('category', 'keep'))).toMatchObject({ removed: 2, left: 1 });
  });

  it('removes nothing when the store can’t be read to its end', async () => {
    store.batches = [json(['a', event('a')])];
    store.atEnd = () => {
      throw new AppError('source_unreachable', 'The store is gone.', { retryable: true });
    };
    await expect(remove(only('id', 'a'))).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringMatching(/^Nothing was removed: .*The store is gone\.$/),
      retryable: true,
    });
    expect(store.asked).toEqual([]);
    expect(existsSync(join(own.dataDir, 'evidence'))).toBe(false);
  });

  it('says what was removed and where all of it is kept when the store fails half-way', async () => {
    store.batches = [json(['a', event('a')], ['b', event('b')], ['c', event('c')])];
    store.takes = () => {
      if (store.asked.length < 3) return true;
      throw new AppError('source_unreachable', 'The connection was lost.');
    };
    const error: unknown = await remove(only('category', 'keep')).catch((problem: unknown) => problem);
    const { evidence } = Object(error instanceof AppError ? error.details : {});
    expect(error).toMatchObject({
      code: 'source_unreachable',
      message: `The connection was lost. Before that, 2 records were removed; everything that was to go is kept in ${evidence}.`,
      details: { removed: 2 },
    });
    expect(readFileSync(evidence, 'utf8').split('\n')).toHaveLength(4);
  });

  it('keeps what is to go where it is told to, and never over another file', async () => {
    const folder = tempDir();
    const evidence = join(folder, 'kept.jsonl');
    store.batches = [json(['a', event('a')])];
    expect(await remove(only('id', 'a'), evidence)).toMatchObject({ removed: 1, evidence });
    expect(readdirSync(folder).toSorted()).toEqual(['kept.jsonl', 'kept.jsonl.manifest.json']);
    store.asked = [];
    for (const path of [evidence, `${evidence}.manifest.json`, 'kept.jsonl', join(folder, 'none', 'kept.jsonl')]) {
      await expect(remove(only('id', 'a'), path)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:invalid_input|target_unwritable)$/),
      });
    }
    expect(store.asked).toEqual([]);
  });

  it('leaves nothing behind in the data folder but the evidence', async () => {
    store.batches = [json(['a', event('a')])];
    await remove(only('id', 'a'));
    const left = readdirSync(own.dataDir, { recursive: true })
      .map(String)
      // Empty folders that are used again, and the product's own state, are no trace of a removal.
      .filter((name) => !/^(?:state\.sqlite.*|evidence|copies|captures(?:\/[^/]+)?)$/.test(name));
    expect(left.filter((name) => !name.startsWith('evidence/'))).toEqual([]);
    expect(left.filter((name) => name.startsWith('evidence/'))).toHaveLength(2);
  });

  it('stops before anything is removed when it is aborted while it reads', async () => {
    store.batches = [json(['a', event('a')])];
    const controller = new AbortController();
    store.atEnd = () => controller.abort();
    const input = { source, filter: only('id', 'a'), confirm: true as const };
    await expect(
      own.engine.run('event_audit_remove_events', input, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.asked).toEqual([]);
  });

  it.each(['demo:', 'file:/none.csv', 'sqlite:/none.db', 'snapshot:/none.duckdb', 'ckan:/none.ini'])(
    'refuses %s before it reads anything',
    async (url) => {
      for (const name of ['event_audit_remove_events', 'event_audit_clear_source']) {
        const reply = await own.engine.call(name, { source: url, filter: only('id', 'a'), confirm: true });
        expect(reply).toMatchObject({ ok: false, error: { code: 'unsupported', message: /^[^\n]+\.$/ } });
      }
    },
  );
});
