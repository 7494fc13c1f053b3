/** What becomes of a record: its columns, flags and bytes, or the reason why it is none; and nothing is ever uncounted. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_RECORD_BYTES } from '../../../src/main/engine/snapshot/ingest.ts';
import { EVENT_FIELDS, EVENT_FLAGS, FLAT_FIELDS, type EventDetail } from '../../../src/shared/event.ts';
import { generateEvents } from '../../support/events.ts';
import {
  allDetails,
  BatchRepository,
  captureBatches,
  capturedHere,
  captureRecords,
  captureRepository,
  positions,
  type Captured,
} from '../../support/captured.ts';
import { HOSTILE_EVENTS } from '../../support/hostile.ts';
import { recordText } from '../../support/record-text.ts';
import { hugeRecord, REJECTED_RECORDS } from '../../support/rejected.ts';

fc.configureGlobal({ seed: 20_240_301 });

/** The stored record that an event's row stands for: the kept one, or the compact JSON of its columns. */
function recordOf(event: EventDetail): string {
  if (event.raw !== null) return event.raw;
  const members = EVENT_FIELDS.flatMap((field) => {
    if (field === 'result' || field === 'payload') {
      const text = event[field];
      return text === null ? [] : [`"${field}":${text}`];
    }
    return [`"${field}":${JSON.stringify(event[field])}`];
  });
  return `{${members.join(',')}}`;
}

function balance({ status }: Captured): readonly number[] {
  expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
  return [status.read, status.captured, status.rejected, status.duplicates];
}

describe('odd records of one capture', () => {
  let captured: Captured;
  let events: readonly EventDetail[];

  beforeAll(async () => {
    captured = await captureRecords(HOSTILE_EVENTS.map(({ bytes }) => bytes));
    events = await allDetails(captured);
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  it('are all captured', () => {
    expect(balance(captured)).toEqual([HOSTILE_EVENTS.length, HOSTILE_EVENTS.length, 0, 0]);
    expect(captured.status).toMatchObject({ state: 'complete', reason: null });
    expect(captured.status.bytes_read).toBe(HOSTILE_EVENTS.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(events.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(HOSTILE_EVENTS.map((_event, n) => n));
  });

  it.each(HOSTILE_EVENTS.map((expected, n) => ({ ...expected, n })))('$name', (expected) => {
    const event = events.find(({ n }) => n === expected.n);
    if (event === undefined) throw new Error('It was not captured.');
    for (const [field, text] of Object.entries(expected.columns)) {
      expect({ field, text: new Map(Object.entries(event)).get(field) }).toEqual({ field, text });
    }
    const { instant = event.instant, result = event.result, payload = event.payload } = expected;
    expect(event).toMatchObject({ instant, result, payload });
    for (const flag of expected.has)
      expect({ flag, set: (event.flags & EVENT_FLAGS[flag]) !== 0 }).toEqual({ flag, set: true });
    for (const flag of expected.lacks) {
      expect({ flag, set: (event.flags & EVENT_FLAGS[flag]) !== 0 }).toEqual({ flag, set: false });
    }
    expect(event.raw === null).toBe((event.flags & EVENT_FLAGS.notCanonical) === 0);
    expect(Buffer.from(recordOf(event))).toEqual(expected.bytes);
  });
});

describe('records that are no events', () => {
  let captured: Captured;

  beforeAll(async () => {
    const values = [
      ...REJECTED_RECORDS.map(({ bytes }) => bytes),
      hugeRecord(MAX_RECORD_BYTES),
      Buffer.from(recordText()),
    ];
    const keys = values.map((_value, index) => Buffer.from(`field ${index}`));
    captured = await captureBatches({ kind: 'json', values, keys });
  });
  afterAll(() => captured[Symbol.asyncDispose]());

  it('are all counted, and the event behind them is captured', async () => {
    expect(balance(captured)).toEqual([REJECTED_RECORDS.length + 2, 1, REJECTED_RECORDS.length + 1, 0]);
    expect(captured.status.state).toBe('complete');
    expect(await allDetails(captured)).toHaveLength(1);
    const { total } = await captured.query.rejects(0, 1);
    expect(total).toBe(REJECTED_RECORDS.length + 1);
  });

  it.each(REJECTED_RECORDS.map((record, seq) => ({ ...record, seq })))('$name: $code', async ({ bytes, code, seq }) => {
    const { rejects } = await captured.query.rejects(seq, 1);
    const preview = bytes.subarray(0, 65_536).toString('utf8');
    expect(rejects).toEqual([
      { seq, code, reason: expect.any(String), key: `field ${seq}`, size: bytes.length, preview },
    ]);
    expect(rejects[0]?.reason).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('keep their bytes as they were', async () => {
    const kept = await captured.snapshot.read(undefined, async (connection) => {
      const rows = await connection.runAndReadAll('SELECT raw FROM reject ORDER BY seq');
      return rows.getRowsJS().map(([raw]) => Buffer.from(raw instanceof Uint8Array ? raw : new Uint8Array()));
    });
    expect(
      kept.slice(0, -1).map((raw) => raw.equals(REJECTED_RECORDS[kept.indexOf(raw)]?.bytes ?? Buffer.from('?'))),
    ).toEqual(REJECTED_RECORDS.map(() => true));
    expect(kept.at(-1)?.length).toBe(hugeRecord(MAX_RECORD_BYTES).length);
  });

  it('name a record that is too large, and how large it may be', async () => {
    const { rejects } = await captured.query.rejects(REJECTED_RECORDS.length, 10);
    expect(rejects).toMatchObject([{ code: 'too_large', reason: expect.stringContaining(String(MAX_RECORD_BYTES)) }]);
    expect(rejects[0]?.preview).toHaveLength(65_536);
  });
});

describe('any record', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const scalar = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() });
  const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value));
  const record = fc
    .record({
      texts: fc.tuple(...FLAT_FIELDS.map(() => scalar)),
      timestamp: fc.oneof(
        fc
          .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
          .map((date) => date.toISOString()),
        fc.constantFrom('2024-02-29T23:59:59.123456+00:00', '2024-06-01T00:00:00+05:45', '2024-01-01', 'soon', ''),
      ),
      result: json,
      payload: json,
      leaveOut: fc.subarray([...EVENT_FIELDS], { maxLength: 2 }),
      shuffled: fc.boolean(),
      space: fc.constantFrom('', ' ', '\t', '\n'),
      ascii: fc.boolean(),
    })
    .map(({ texts, timestamp, result, payload, leaveOut, shuffled, space, ascii }) => {
      const values = [
        ...texts.slice(0, 8).map((value) => JSON.stringify(value)),
        JSON.stringify(timestamp),
        result,
        payload,
      ];
      const members = EVENT_FIELDS.flatMap((field, index) =>
        leaveOut.includes(field) ? [] : [`"${field}":${space}${values[index] ?? 'null'}`],
      );
      const whole = `{${(shuffled ? members.toReversed() : members).join(`,${space}`)}}`;
      // As Python's json module writes it unless told otherwise.
      return ascii
        ? whole.replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        : whole;
    });

  it('is captured or set aside, and its bytes can be had back either way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), async (records) => {
        await using captured = await captureRecords(records);
        balance(captured);
        const events = await allDetails(captured);
        const { rejects } = await captured.query.rejects(0, 1_000);
        expect(events.length + rejects.length).toBe(records.length);
        for (const event of events) expect(recordOf(event)).toBe(records[event.n]);
        for (const { seq, preview } of rejects) expect(preview).toBe(records[seq]);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a key delivered twice', () => {
  it('is one record, whatever came with it', async () => {
    const [a, b] = [recordText({ id: '"a"' }), recordText({ id: '"b"' })].map((each) => Buffer.from(each));
    if (a === undefined || b === undefined) throw new Error('No records.');
    const [one, two] = [Buffer.from([0xff, 0x00]), Buffer.from([0xff, 0x01])];
    await using captured = await captureBatches(
      { kind: 'json', values: [a, b, a], keys: [one, two, one] },
      { kind: 'json', values: [Buffer.from('no event'), b], keys: [two, Buffer.alloc(0)] },
      { kind: 'json', values: [a], keys: [Buffer.alloc(0)] },
    );
    expect(balance(captured)).toEqual([6, 3, 0, 3]);
    expect((await allDetails(captured)).map(({ id }) => id)).toEqual(['a', 'b', 'b']);
  });

  it('differs from an event id that two records share: both are kept', async () => {
    const captured = await capturedHere([
      recordText({ id: '"same"' }),
      recordText({ id: '"same"', action: '"other"' }),
    ]);
    expect(balance(captured)).toEqual([2, 2, 0, 0]);
    expect(await captured.query.events({ id: 'same' })).toHaveLength(2);
  });
});

describe('rows of columns', () => {
  const usual = [
    'row',
    'api',
    'user_update',
    null,
    '',
    'o|1',
    null,
    null,
    '2024-03-01T00:00:00+00:00',
    null,
    null,
  ] as const;
  const withCell = (index: number, cell: string | null): (string | null)[] =>
    usual.map((each, at) => (at === index ? cell : each));

  it('become events: NULL texts are empty, NULL JSON stays absent', async () => {
    await using captured = await captureBatches({
      kind: 'rows',
      rows: [[...usual], withCell(9, '{"a": 1.10}')],
      keys: ['1', '2'],
    });
    const [first, second] = await allDetails(captured);
    expect(first).toMatchObject({
      id: 'row',
      actor: '',
      action_object_id: 'o|1',
      result: null,
      payload: null,
      raw: null,
    });
    expect(first?.flags).toBe(EVENT_FLAGS.dropped);
    expect(second).toMatchObject({ result: '{"a": 1.10}', payload: null, flags: 0 });
  });

  it.each([
    ['no id', 0, null, 'missing_field'],
    ['no category', 1, null, 'missing_field'],
    ['an empty action', 2, '', 'empty_field'],
    ['no timestamp', 8, null, 'missing_field'],
    ['a timestamp that is none', 8, '2024-13-01', 'bad_timestamp'],
    ['a result that is no JSON', 9, '{', 'not_json'],
    ['a payload with more behind it', 10, '{} {}', 'not_json'],
  ])('with %s are set aside under their key', async (_what, index, cell, code) => {
    await using captured = await captureBatches({
      kind: 'rows',
      rows: [[...usual], withCell(index, cell)],
      keys: ['row 1', 'row 2'],
    });
    expect(balance(captured)).toEqual([2, 1, 1, 0]);
    const { rejects } = await captured.query.rejects(0, 10);
    expect(rejects).toMatchObject([{ seq: 1, code, key: 'row 2' }]);
    const preview: unknown = JSON.parse(rejects[0]?.preview ?? '');
    expect(Object.values(Object(preview))).toEqual(withCell(index, cell));
  });

  it('keep any text, control characters, line breaks, separators and all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(...FLAT_FIELDS.slice(0, 8).map(() => fc.string({ unit: 'binary', minLength: 1 }))), {
          minLength: 1,
          maxLength: 40,
        }),
        async (texts) => {
          const rows = texts.map((each) => [...each, '2024-03-01T00:00:00Z', '{"a":\n"\\n"}', null]);
          await using captured = await captureBatches({ kind: 'rows', rows, keys: rows.map(String) });
          const events = (await allDetails(captured)).toSorted((a, b) => a.n - b.n);
          expect(events.map((event) => FLAT_FIELDS.slice(0, 8).map((field) => event[field]))).toEqual(texts);
          expect(new Set(events.map(({ result }) => result))).toEqual(new Set(['{"a":\n"\\n"}']));
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('records that their reader found to be none', () => {
  it('are set aside with its words, beside others', async () => {
    const broken = {
      code: 'wrong_cells',
      reason: 'It has 3 cells.',
      bytes: Buffer.from('a,b,c\xff', 'latin1'),
      place: 'line 7',
    };
    await using captured = await captureBatches(
      {
        kind: 'json',
        values: [Buffer.from(recordText()), Buffer.from('{')],
        keys: [],
        place: (index) => `element ${index}`,
      },
      { kind: 'broken', records: [broken] },
    );
    expect(balance(captured)).toEqual([3, 1, 2, 0]);
    const { rejects } = await captured.query.rejects(0, 10);
    expect(rejects).toMatchObject([
      { seq: 1, code: 'not_json', key: 'element 1' },
      { seq: 2, code: 'wrong_cells', reason: 'It has 3 cells.', key: 'line 7', size: 6, preview: 'a,b,c\ufffd' },
    ]);
  });
});

describe('a large capture', () => {
  it('passes through segments, both lanes and the reject table in any mixture, and keeps all of it', async () => {
    const records: Buffer[] = [];
    let index = 0;
    for (const { json } of generateEvents(12_000, { seed: 3, hostile: 0.2 })) {
      index += 1;
      records.push(Buffer.from(json));
      if (index % 400 === 0) records.push(Buffer.from('not an event'));
      if (index % 2_500 === 0) records.push(Buffer.from(recordText({ payload: `{"long":"${'y'.repeat(600_000)}"}` })));
    }
    await using captured = await captureRepository(
      new BatchRepository(function* () {
        for (let at = 0; at < records.length; at += 700) {
          yield { kind: 'json', values: records.slice(at, at + 700), keys: [] };
        }
      }),
    );
    expect(balance(captured)).toEqual([records.length, records.length - 30, 30, 0]);
    const { events } = await captured.query.details(
      {
        filter: {
          conditions: [],
          time_from: '',
          time_to: '',
          time_zone: 'UTC',
          search: '',
          where: [],
          sources: [],
          set: '',
        },
        sort: { field: 'timestamp', direction: 'asc' },
      },
      0,
      records.length,
    );
    expect(events).toHaveLength(records.length - 30);
    expect(events.filter((event) => recordOf(event) !== records[event.n]?.toString())).toEqual([]);
  });

  it('of records of many megabytes each is kept whole, and can be searched', async () => {
    const megabytes = 'zÄ'.repeat(1_500_000);
    await using captured = await captureRepository(
      new BatchRepository(function* () {
        for (let index = 0; index < 24; index += 1) {
          const payload = `{"text":"${megabytes}<${index}>"}`;
          yield { kind: 'json', values: [Buffer.from(recordText({ id: `"${index}"`, payload }))], keys: [] };
        }
      }),
    );
    expect(balance(captured)).toEqual([24, 24, 0, 0]);
    expect(captured.status.state).toBe('complete');
    expect(await positions(captured, { search: 'ä<17>' })).toEqual([17]);
    const [event] = await captured.query.events({ n: 23 });
    expect(event?.payload === `{"text":"${megabytes}<23>"}`).toBe(true);
  });

  it('that is aborted keeps what was read, in balance, and says so', async () => {
    const controller = new AbortController();
    await using captured = await captureRepository(
      new BatchRepository(function* () {
        for (let round = 0; ; round += 1) {
          if (round === 5) controller.abort();
          yield { kind: 'json', values: [Buffer.from(recordText({ id: `"${round}"` })), Buffer.from('x')], keys: [] };
        }
      }),
      controller.signal,
    );
    expect(balance(captured)).toEqual([10, 5, 5, 0]);
    expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'cancelled', retryable: true } });
    expect((await allDetails(captured)).map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4']);
  });
});
