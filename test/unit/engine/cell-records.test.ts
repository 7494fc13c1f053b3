/** Rows that lie in cells become what their records as JSON become, however odd they are and however they arrive. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBatchOf } from '../../../src/main/engine/repositories/cell-batch.ts';
import { TupleReader, type TupleLayout } from '../../../src/main/engine/repositories/postgres/tuples.ts';
import type { RecordBatch } from '../../../src/main/engine/repositories/repository.ts';
import { EVENT_FIELDS, EVENT_FLAGS, type EventDetail } from '../../../src/shared/event.ts';
import { parseTimestamp } from '../../../src/shared/timestamp.ts';
import { allDetails, BatchRepository, captureRepository, type Captured } from '../../support/captured.ts';
import { copyMessages, copyTime, cutMessages, type CopyCell } from '../../support/copy-rows.ts';
import { generateEvents, HOSTILE_TEXTS } from '../../support/events.ts';

fc.configureGlobal({ seed: 20_240_301 });

const ZONED: TupleLayout = { time: 'timestamptz', json: true, marked: [] };

function usual(count: number, hostile = 0): CopyCell[][] {
  return [...generateEvents(count, { seed: 3, hostile })].map(({ event }) =>
    EVENT_FIELDS.map((field) => {
      const value = event[field];
      if (field === 'timestamp') return copyTime(parseTimestamp(event.timestamp)?.micros ?? 0n);
      return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    }),
  );
}

function odd(changes: Readonly<Record<string, string | Buffer | null>>): CopyCell[] {
  const [row = []] = usual(1);
  return row.map((cell, index) => {
    const change = changes[EVENT_FIELDS[index] ?? ''];
    return change === undefined ? cell : typeof change === 'string' ? Buffer.from(change) : change;
  });
}

const NESTED = `${'['.repeat(600)}${']'.repeat(600)}`;

/** Everything that needs a closer look, each in the middle of what needs none. */
const ODD: readonly CopyCell[][] = [
  ...EVENT_FIELDS.map((field) => odd({ [field]: null })),
  ...EVENT_FIELDS.slice(0, 8).map((field) => odd({ [field]: '' })),
  odd({ result: null, payload: null }),
  odd({ result: 'null', payload: '7' }),
  ...HOSTILE_TEXTS.map((text) => odd({ actor: text, target_id: text, id: text })),
  ...['\u001f', '\u0002', '\n', '\u0000', '\u007f', '"', '\\', '\u00e9', '\uffff', '\ufeffx', ' x '].map((text) =>
    odd({ id: text, action: `a${text}`, payload: JSON.stringify({ [text]: text }) }),
  ),
  ...[
    ' {}',
    '{} ',
    '\n{}',
    '{\n"a":1}',
    '{"a":1\t}',
    '{ "a" : 1.10 }',
    '',
    '{',
    '{"a":',
    '"a',
    '1.',
    'tru',
    '{}{}',
    NESTED,
  ].map((payload) => odd({ payload })),
  ...[String.raw`{"a":"\ud83d"}`, String.raw`{"a":"\ud83d\ude00"}`, String.raw`"\u0000"`, '"\u001f"', '"\u0001"'].map(
    (result) => odd({ result }),
  ),
  odd({ actor: Buffer.from([0x61, 0xff, 0x62]) }),
  odd({ payload: Buffer.from([0x22, 0xc3, 0x22]) }),
  odd({ payload: JSON.stringify({ long: 'é'.repeat(70_000) }), actor: 'x'.repeat(40_000) }),
  ...[
    0n,
    -1n,
    1n,
    -6_847_804_800_000_000n,
    7_258_118_399_999_999n,
    253_402_300_799_999_999n,
    -62_135_596_800_000_000n,
  ].map((micros) => odd({ timestamp: copyTime(micros) })),
  odd({ timestamp: copyTime(2n ** 63n - 1n + 946_684_800_000_000n) }),
  odd({ timestamp: copyTime(-(2n ** 63n) + 946_684_800_000_000n) }),
  odd({ timestamp: copyTime(-99_999_999_999_999_999n) }),
];

function* read(messages: readonly Buffer[], layout: TupleLayout, apiece: number): Generator<RecordBatch> {
  const reader = new TupleReader(layout);
  for (let at = 0; at < messages.length; at += apiece)
    yield* reader.read(Buffer.concat(messages.slice(at, at + apiece)));
  expect(reader.ended).toBe(true);
}

interface Kept {
  readonly events: readonly EventDetail[];
  readonly rejects: readonly unknown[];
  readonly counts: readonly number[];
}

async function kept(batches: () => Iterable<RecordBatch>): Promise<Kept> {
  await using captured: Captured = await captureRepository(new BatchRepository(batches));
  const { status } = captured;
  expect(status).toMatchObject({ state: 'complete', duplicates: 0 });
  expect(status.captured + status.rejected).toBe(status.read);
  const rejects = await captured.snapshot.read(new AbortController().signal, async (connection) => {
    const found = await connection.runAndReadAll('SELECT seq, code, reason, record_key, raw FROM reject ORDER BY seq');
    return found.getRowsJson();
  });
  return { events: await allDetails(captured), rejects, counts: [status.read, status.captured, status.rejected] };
}

/** Both ways of taking rows in. */
async function expectAlike(rows: readonly CopyCell[][], layout: TupleLayout): Promise<Kept> {
  const messages = copyMessages(rows);
  const cells = await kept(() => read(messages, layout, 500));
  const records = await kept(function* () {
    for (const batch of read(messages, layout, 500)) {
      expect(batch.kind).toBe('cells');
      if (batch.kind === 'cells') yield jsonBatchOf(batch);
    }
  });
  expect(cells.counts).toEqual(records.counts);
  expect(cells.rejects).toEqual(records.rejects);
  expect(cells.events).toEqual(records.events);
  expect(cells.counts[0]).toBe(rows.length);
  return cells;
}

it('become the same by either way, whatever they hold', async () => {
  const plain = usual(6_000, 0.05);
  const rows = ODD.flatMap((row, index) => [...plain.slice(index * 20, index * 20 + 20), row]);
  const { events, rejects } = await expectAlike([...rows, ...plain.slice(ODD.length * 20)], ZONED);
  expect(rejects.length).toBeGreaterThan(10);
  expect(events.filter(({ raw }) => raw !== null).length).toBeGreaterThan(3);
});

it('become the same by either way when their times have no zone, or are texts', async () => {
  const rows = ODD.filter(([, , , , , , , , time]) => time !== null);
  const naive = await expectAlike(rows, { ...ZONED, time: 'timestamp' });
  expect(naive.events.every(({ flags }) => (flags & EVENT_FLAGS.naiveTime) !== 0)).toBe(true);
  const times = [
    '2024-01-02T03:04:05.6+00:00',
    '2024-01-02T03:04:05Z',
    '2024-01-02',
    'yesterday',
    '',
    '1066-10-14T09:00:00',
  ];
  await expectAlike(
    times.map((timestamp) => odd({ timestamp })),
    { ...ZONED, time: 'text' },
  );
});

it('lose the mark of jsonb, and nothing else', async () => {
  const marked = EVENT_FIELDS.map((field) => field === 'result' || field === 'payload');
  const rows = usual(50);
  const sent = rows.map((row) =>
    row.map((cell, index) =>
      marked[index] === true && cell !== null ? Buffer.concat([Buffer.from([1]), cell]) : cell,
    ),
  );
  expect(await expectAlike(sent, { ...ZONED, marked })).toEqual(await expectAlike(rows, ZONED));
});

it('are the same however they are cut into messages and pieces', async () => {
  const rows = [...usual(40, 0.3), ...ODD.slice(0, 30)];
  const whole = await kept(() => read(copyMessages(rows), ZONED, 1_000));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 50 }), async (size, apiece) => {
      let turn = 0;
      const sizes = (): number => {
        turn += 1;
        return 1 + ((turn * 7_919) % size);
      };
      expect(await kept(() => read(cutMessages(rows, sizes), ZONED, apiece))).toEqual(whole);
    }),
    { numRuns: 6 },
  );
});

it.each([
  ['another number of values', copyMessages([[Buffer.from('x')]])],
  ['another beginning', [Buffer.concat([Buffer.from([0x64, 0, 0, 0, 30]), Buffer.alloc(26)])]],
  ['a time of another length', copyMessages([odd({ timestamp: '2024-01-01' })])],
])('are refused with %s', (_name, messages) => {
  const reader = new TupleReader(ZONED);
  expect(() => [...reader.read(Buffer.concat([...messages]))]).toThrow(/not PostgreSQL’s own/);
});
