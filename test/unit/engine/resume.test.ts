/** A capture that ended early goes on: nothing is lost, nothing is there twice, and what changed in between is said. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadOptions, RecordBatch } from '../../../src/main/engine/repositories/repository.ts';
import { capture, resume } from '../../../src/main/engine/snapshot/capture.ts';
import { SnapshotQuery } from '../../../src/main/engine/snapshot/query.ts';
import { Snapshot } from '../../../src/main/engine/snapshot/snapshot.ts';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { EVENT_FIELDS, type EventDetail } from '../../../src/shared/event.ts';
import { DEFAULT_SORT } from '../../../src/shared/filter.ts';
import { allDetails, BatchRepository, filterOf } from '../../support/captured.ts';
import { generateEvents, type GeneratedEvent } from '../../support/events.ts';
import { recordText } from '../../support/record-text.ts';
import { REJECTED_RECORDS } from '../../support/rejected.ts';
import { tempDir } from '../../support/temp-dir.ts';

const BATCH = 500;
const LOST = new AppError('source_unreachable', 'The connection was lost.', { retryable: true });

interface Record {
  readonly bytes: Buffer;
  readonly key: Buffer;
}

function recordOf({ json, field }: GeneratedEvent): Record {
  return { bytes: Buffer.from(json), key: Buffer.from(field) };
}

/** A store of JSON records that breaks off behind so many of them. */
function store(records: readonly Record[], { upTo = records.length, keys = true } = {}): BatchRepository {
  return new BatchRepository(function* (): Iterable<RecordBatch> {
    for (let at = 0; at < upTo; at += BATCH) {
      const part = records.slice(at, Math.min(at + BATCH, upTo));
      yield { kind: 'json', values: part.map(({ bytes }) => bytes), keys: keys ? part.map(({ key }) => key) : [] };
    }
    if (upTo < records.length) throw LOST;
  });
}

async function begun(sources = 1): Promise<Snapshot> {
  const named = Array.from({ length: sources }, (_, index) => ({ url: `batches:${index}`, kind: 'b', title: 'B' }));
  const snapshot = await Snapshot.create(join(tempDir(), 'snapshot'), 'snapshot', named);
  onTestFinished(() => snapshot.close());
  return snapshot;
}

const quiet = { signal: new AbortController().signal, onProgress: (): void => undefined };

function balance({ read, captured, rejected, duplicates }: Omit<SnapshotStatus, 'state'>): readonly number[] {
  expect(captured + rejected + duplicates).toBe(read);
  return [read, captured, rejected, duplicates];
}

async function details(snapshot: Snapshot): Promise<readonly EventDetail[]> {
  const events = await allDetails({ query: new SnapshotQuery(snapshot) });
  expect(new Set(events.map(({ n }) => n)).size).toBe(events.length);
  const times = events.map(({ instant }) => instant);
  expect(times).toEqual(times.toSorted());
  return events;
}

async function ids(snapshot: Snapshot): Promise<readonly string[]> {
  return (await details(snapshot)).map(({ id }) => id);
}

function codes({ notes }: SnapshotStatus): readonly string[] {
  return notes.map(({ code }) => code);
}

/** A snapshot as another engine would find it if this one died now. */
async function found(snapshot: Snapshot): Promise<Snapshot> {
  const folder = join(tempDir(), 'snapshot');
  cpSync(snapshot.folder, folder, { recursive: true });
  const reopened = await Snapshot.reopen(folder);
  onTestFinished(() => reopened.close());
  return reopened;
}

/** Hands records over and looks at the folder behind so many of them. */
function copied(records: readonly Record[], at: number, look: () => Promise<void>): BatchRepository {
  return new BatchRepository(async function* () {
    yield { kind: 'json' as const, values: records.slice(0, at).map(({ bytes }) => bytes), keys: [] };
    await look();
    yield { kind: 'json' as const, values: records.slice(at).map(({ bytes }) => bytes), keys: [] };
  });
}

describe('a capture that lost its store half-way', () => {
  it.each([
    ['with keys', true],
    ['without keys', false],
  ])('goes on %s: every record is there once', async (_how, keys) => {
    const events = [...generateEvents(6_000, { seed: 4, hostile: 0.1 })];
    const records = events.map(recordOf);
    const snapshot = await begun();
    const partial = await capture(snapshot, [store(records, { upTo: 3_700, keys })], quiet);
    expect(partial).toMatchObject({ state: 'partial', captured: 3_700, reason: { code: 'source_unreachable' } });
    const complete = await resume(snapshot, [store(records, { keys })], quiet);
    expect(complete).toMatchObject({ state: 'complete', reason: null, sources: [{ state: 'complete', reason: null }] });
    expect(balance(complete)).toEqual([6_000, 6_000, 0, 0]);
    expect(complete.bytes_read).toBe(records.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(codes(complete)).toEqual(['resumed']);
    expect(await ids(snapshot)).toEqual(events.map(({ event }) => event.id));
    expect(readdirSync(snapshot.folder).filter((name) => !name.startsWith('snapshot'))).toEqual([]);
  });

  it('knows rejects, long records, line breaks and repeated contents, whatever the order they come again in', async () => {
    const long = recordText({ id: '"long"', payload: `{"text":"${'é'.repeat(300_000)}"}` });
    const odd = [
      ...REJECTED_RECORDS.map(({ bytes }) => bytes),
      ...[long, recordText({ id: '"break"', actor: '"a\\nb"' }), recordText({ payload: '{\n"a": 1}' })].map((text) =>
        Buffer.from(text),
      ),
      ...Array.from({ length: 3 }, () => Buffer.from(recordText({ id: '"same"' }))),
      Buffer.from(recordText({ id: '"last"' })),
    ];
    const records = odd.map((bytes, index) => ({ bytes, key: Buffer.from(`field ${index}`) }));
    const snapshot = await begun();
    await capture(snapshot, [store(records, { upTo: records.length - 2 })], quiet);
    const before = await ids(snapshot);
    const complete = await resume(snapshot, [store(records.toReversed())], quiet);
    expect(balance(complete)).toEqual([records.length, 7, REJECTED_RECORDS.length, 0]);
    expect(codes(complete)).toEqual(['resumed']);
    expect((await ids(snapshot)).toSorted()).toEqual([...before, 'same', 'last'].toSorted());
  });

  it('goes on with rows of columns', async () => {
    const rows = [...generateEvents(2_000)].map(({ event }) =>
      EVENT_FIELDS.map((name) => {
        const value = event[name];
        return typeof value === 'string' ? value : JSON.stringify(value);
      }),
    );
    const table = (upTo: number): BatchRepository =>
      new BatchRepository(function* () {
        const part = [...rows.slice(0, upTo), (rows[0] ?? []).map((cell, index) => (index === 1 ? null : cell))];
        yield { kind: 'rows', rows: part, keys: part.map((_row, index) => `row ${index}`) };
        if (upTo < rows.length) throw LOST;
      });
    const snapshot = await begun();
    await capture(snapshot, [table(1_200)], quiet);
    const complete = await resume(snapshot, [table(2_000)], quiet);
    // The row that is none is named by its place, which is another one now.
    expect(balance(complete)).toEqual([2_002, 2_000, 2, 0]);
    expect(await ids(snapshot)).toEqual(rows.map(([id]) => id));
  });

  it('can lose it again, and again, and be cancelled', async () => {
    const events = [...generateEvents(5_000, { seed: 9 })];
    const records = events.map(recordOf);
    const snapshot = await begun();
    await capture(snapshot, [store(records, { upTo: 1_000 })], quiet);
    // Less far than before.
    expect(await resume(snapshot, [store(records, { upTo: 500 })], quiet)).toMatchObject({
      state: 'partial',
      captured: 1_000,
      reason: { code: 'source_unreachable' },
    });
    expect(await resume(snapshot, [store(records, { upTo: 3_000 })], quiet)).toMatchObject({
      state: 'partial',
      captured: 3_000,
    });
    const controller = new AbortController();
    const stopping = new BatchRepository(function* (): Iterable<RecordBatch> {
      yield { kind: 'json', values: records.slice(0, 4_000).map(({ bytes }) => bytes), keys: [] };
      controller.abort();
      yield { kind: 'json', values: records.slice(4_000).map(({ bytes }) => bytes), keys: [] };
    });
    const cancelled = await resume(snapshot, [stopping], { ...quiet, signal: controller.signal });
    expect(cancelled).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
    expect(cancelled.captured).toBe(4_000);
    const aborted = new AbortController();
    aborted.abort();
    expect(await resume(snapshot, [store(records)], { ...quiet, signal: aborted.signal })).toMatchObject({
      state: 'partial',
      captured: cancelled.captured,
      reason: { code: 'cancelled' },
    });
    expect(await resume(snapshot, [store(records)], quiet)).toMatchObject({ state: 'complete', captured: 5_000 });
    expect(await ids(snapshot)).toEqual(events.map(({ event }) => event.id));
  });

  it('keeps what a defect of a repository interrupted', async () => {
    const records = [...generateEvents(2_000)].map(recordOf);
    const snapshot = await begun();
    await capture(snapshot, [store(records, { upTo: 500 })], quiet);
    const broken = new BatchRepository(function* (): Iterable<RecordBatch> {
      yield { kind: 'json', values: records.slice(0, 1_500).map(({ bytes }) => bytes), keys: [] };
      throw new TypeError('a defect');
    });
    await expect(resume(snapshot, [broken], quiet)).rejects.toThrow('a defect');
    expect(snapshot.status()).toMatchObject({ state: 'partial', captured: 1_500 });
    expect(await resume(snapshot, [store(records)], quiet)).toMatchObject({ state: 'complete', captured: 2_000 });
  });

  it('shows what it has while it goes on', async () => {
    const records = [...generateEvents(4_000)].map(recordOf);
    const snapshot = await begun();
    await capture(snapshot, [store(records, { upTo: 1_500 })], quiet);
    const query = new SnapshotQuery(snapshot);
    const totals: number[] = [];
    const watched = new BatchRepository(async function* () {
      for (let at = 0; at < records.length; at += BATCH) {
        yield { kind: 'json' as const, values: records.slice(at, at + BATCH).map(({ bytes }) => bytes), keys: [] };
        const page = await query.page({ filter: filterOf(), sort: DEFAULT_SORT }, 0, 2_000);
        expect(page.rows).toHaveLength(page.total);
        totals.push(page.total);
      }
    });
    await resume(snapshot, [watched], quiet);
    expect(new Set(totals)).toEqual(new Set([1_500]));
    expect(await query.count({ filter: filterOf(), sort: DEFAULT_SORT })).toBe(4_000);
  });
});

describe('a record that is not what it was when the capture goes on', () => {
  it('is kept in both forms, and so is one that is gone; a note counts them', async () => {
    const records = [...generateEvents(3_000)].map(recordOf);
    const snapshot = await begun();
    await capture(snapshot, [store(records, { upTo: 2_000 })], quiet);
    const changed = Buffer.from(recordText({ id: '"changed"' }));
    const later = records.map((each, index) => (index === 5 ? { ...each, bytes: changed } : each)).toSpliced(7, 1);
    const complete = await resume(snapshot, [store(later)], quiet);
    expect(balance(complete)).toEqual([3_001, 3_001, 0, 0]);
    expect(complete.state).toBe('complete');
    expect(codes(complete)).toEqual(['resumed', 'changed_since_partial']);
    expect(complete.notes[1]?.message).toContain('2 of the records');
    const all = await ids(snapshot);
    expect(all).toContain('changed');
    expect(all).toHaveLength(3_001);
  });
});

describe('a capture of several sources', () => {
  it('reads only those again that were not complete', async () => {
    const [one, two, three] = [1, 2, 3].map((seed) => [...generateEvents(1_500, { seed })].map(recordOf));
    if (one === undefined || two === undefined || three === undefined) throw new Error('No records.');
    const snapshot = await begun(3);
    const partial = await capture(
      snapshot,
      [store(one), store(two, { upTo: 700 }), store(three, { upTo: 900, keys: false })],
      quiet,
    );
    expect(partial.sources.map(({ state }) => state)).toEqual(['complete', 'partial', 'partial']);
    const unread = new BatchRepository((): Iterable<RecordBatch> => {
      throw new Error('It was read again.');
    });
    await expect(resume(snapshot, [undefined, store(two), undefined], quiet)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    // The third source has what the second has, too: whose record it is makes a difference.
    const complete = await resume(snapshot, [unread, store(two), store([...three, ...two], { keys: false })], quiet);
    expect(complete.sources.map(({ state, captured }) => [state, captured])).toEqual([
      ['complete', 1_500],
      ['complete', 1_500],
      ['complete', 3_000],
    ]);
    balance(complete);
    for (const source of complete.sources) balance({ ...complete, ...source });
    const counts = [0, 0, 0];
    for (const { source } of await details(snapshot)) counts[source] = (counts[source] ?? 0) + 1;
    expect(counts).toEqual([1_500, 1_500, 3_000]);
  });
});

describe('after the engine was killed', () => {
  it('a capture goes on, narrowed as it was, and so does one that was going on already', async () => {
    const events = [...generateEvents(40_000)];
    const records = events.map(recordOf);
    const snapshot = await begun();
    let first: Snapshot | undefined;
    const narrow = filterOf({ time_from: '2020-01-01' });
    await capture(snapshot, [copied(records, 20_000, async () => void (first = await found(snapshot)))], {
      ...quiet,
      narrow,
    });
    if (first === undefined) throw new Error('Nothing was found.');
    const { captured } = first.status();
    expect(first.status()).toMatchObject({ state: 'partial', reason: { code: 'engine_stopped' } });
    expect(captured).toBeGreaterThanOrEqual(2_000);
    expect(captured).toBeLessThan(20_000);
    expect(first.narrow).toEqual(narrow);

    const going = first;
    let second: Snapshot | undefined;
    let wanted: ReadOptions['narrow'];
    const again = copied(records, 30_000, async () => void (second = await found(going)));
    const asked = new BatchRepository((options) => {
      wanted = options.narrow;
      return again.readRecords(options);
    });
    expect(await resume(going, [asked], quiet)).toMatchObject({ state: 'complete', captured: 40_000 });
    expect(wanted).toEqual(narrow);
    expect(await ids(going)).toEqual(events.map(({ event }) => event.id));

    if (second === undefined) throw new Error('Nothing was found.');
    expect(second.status()).toMatchObject({ state: 'partial', reason: { code: 'engine_stopped' } });
    expect(second.status().captured).toBeGreaterThanOrEqual(captured);
    expect(await ids(second)).toHaveLength(second.status().captured);
    expect(await resume(second, [store(records)], quiet)).toMatchObject({ state: 'complete', captured: 40_000 });
    expect(await ids(second)).toEqual(events.map(({ event }) => event.id));
  });
});

describe('a complete capture', () => {
  it('can’t be resumed', async () => {
    const snapshot = await begun();
    await capture(snapshot, [store([])], quiet);
    await expect(resume(snapshot, [store([])], quiet)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
