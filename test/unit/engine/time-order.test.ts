/** The events of a capture lie in order of time, then id by its bytes, then as they were captured, however they came. */
import { describe, expect, it } from 'vitest';
import { sortNumbers, timeOrder } from '../../../src/main/engine/snapshot/time-sort.ts';
import { createRandom } from '../../../scripts/sample/random.ts';
import { BatchRepository, captureRepository, type Captured } from '../../support/captured.ts';
import { recordText } from '../../support/record-text.ts';

interface Placed {
  readonly micros: bigint;
  readonly id: string;
  readonly n: number;
}

function byOrder(a: Placed, b: Placed): number {
  if (a.micros !== b.micros) return a.micros < b.micros ? -1 : 1;
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) || a.n - b.n;
}

async function placed({ snapshot }: Pick<Captured, 'snapshot'>): Promise<readonly Placed[]> {
  return snapshot.read(undefined, async (connection, { table }) => {
    const rows = await connection.runAndReadAll(`SELECT ts, id, n FROM ${table} ORDER BY rowid`);
    return rows.getRows().map(([micros, id, n]) => ({ micros: BigInt(String(micros)), id: String(id), n: Number(n) }));
  });
}

async function captured(records: readonly string[]): Promise<Captured> {
  return captureRepository(
    new BatchRepository(function* () {
      for (let at = 0; at < records.length; at += 1_000) {
        yield { kind: 'json', values: records.slice(at, at + 1_000).map((each) => Buffer.from(each)), keys: [] };
      }
    }),
  );
}

describe('numbers', () => {
  it.each([
    ['in order', (index: number) => index],
    ['in order but for a few', (index: number, random: number) => (random < 0.02 ? random * 400_000 : index)],
    ['in order but for one that is far ahead', (index: number) => (index === 3 ? 1e9 : index)],
    ['against the order', (index: number) => -index],
    ['in any order', (_index: number, random: number) => Math.floor(random * 100)],
  ])('that are %s are sorted', (_name, value) => {
    for (const count of [0, 1, 2, 7, 20, 5_000]) {
      const random = createRandom(3);
      const numbers = Float64Array.from({ length: count }, (_none, index) => value(index, random.next()));
      const want = numbers.toSorted();
      sortNumbers(numbers);
      expect(numbers).toEqual(want);
    }
  });
});

describe('the order of a capture', () => {
  it.each([
    ['random', (index: number, random: number) => Math.floor(random * 3_000) + 0 * index],
    ['nearly that of time', (index: number, random: number) => Math.floor(index / 40 + random * 30)],
    ['against time', (index: number) => 4_000 - Math.floor(index / 50)],
  ])('is that of time when records come in an order that is %s', async (_name, second) => {
    const random = createRandom(5);
    // UTF-16 would put U+FF21 behind the others; by bytes, it is before U+1F600.
    const prefixes = ['', 'a', 'é', '\uff21', '\u{1f600}'];
    const records = Array.from({ length: 130_000 }, (_none, index) => {
      const at = new Date(Date.UTC(2024, 0, 1) + second(index, random.next()) * 1_000).toISOString();
      return recordText({
        id: JSON.stringify(`${random.pick(prefixes)}${random.int(0, 20)}`),
        timestamp: JSON.stringify(at),
        // Such a row waits apart from the others.
        actor: index % 3_001 === 0 ? '"a\\nb"' : '"a"',
      });
    });
    await using snapshot = await captured(records);
    const rows = await placed(snapshot);
    expect(rows).toHaveLength(records.length);
    expect(rows).toEqual(rows.toSorted(byOrder));
    expect(rows.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(records.map((_record, n) => n));
  });

  it('tells instants apart that a double can’t', async () => {
    const times = ['9998-12-31T23:59:59.999999Z', '9998-12-31T23:59:59.999998Z', '0001-01-01T00:00:00.000001Z'];
    const records = Array.from({ length: 300 }, (_none, index) =>
      recordText({ id: `"${index % 7}"`, timestamp: JSON.stringify(times[index % 3]) }),
    );
    await using snapshot = await captured(records);
    const rows = await placed(snapshot);
    expect(rows).toEqual(rows.toSorted(byOrder));
    expect(new Set(rows.map(({ micros }) => micros)).size).toBe(3);
  });

  it('holds when more happened at one instant than can be ordered in memory', async () => {
    const payload = `{"text":"${'x'.repeat(100_000)}"}`;
    const records = Array.from({ length: 800 }, (_none, index) =>
      recordText({ id: `"${(index * 7_919) % 800}"`, payload: index < 700 ? payload : '{}' }),
    );
    await using snapshot = await captured(records);
    const rows = await placed(snapshot);
    expect(rows).toHaveLength(800);
    expect(rows).toEqual(rows.toSorted(byOrder));
  });

  it('holds when more rows wait apart than are sorted in one by one', async () => {
    const records = Array.from({ length: 12_000 }, (_none, index) =>
      recordText({ id: `"${(index * 7_919) % 12_000}"`, actor: '"a\\nb"' }),
    );
    await using snapshot = await captured(records);
    const rows = await placed(snapshot);
    expect(rows).toHaveLength(12_000);
    expect(rows).toEqual(rows.toSorted(byOrder));
  });
});

describe('sorting by time', () => {
  it('says so when all is in order', () => {
    expect(timeOrder(Float64Array.of(1, 1, 2, 5), 4)).toBeUndefined();
    expect(timeOrder(Float64Array.of(), 0)).toBeUndefined();
  });

  it('is exact over any span of time, and leaves rows of one time as they came', () => {
    const random = createRandom(2);
    for (const span of [1, 10, 1e6, 3e13, 3e17]) {
      const times = Float64Array.from({ length: 5_000 }, () => Math.floor((random.next() - 0.5) * span));
      const order = timeOrder(times, times.length);
      const model = [...times.keys()].toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      expect([...(order ?? times.keys())]).toEqual(model);
    }
  });

  it('asks about rows of one time when it is told how', () => {
    const order = timeOrder(Float64Array.of(2, 1, 1, 1), 4, (a, b) => b - a);
    expect([...(order ?? [])]).toEqual([3, 2, 1, 0]);
  });
});
