/** Buckets that people read without arithmetic: whole hours, days by the clock of a zone, months, years. */
import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/main/engine/snapshot/histogram.ts';
import type { Histogram } from '../../../src/shared/contract.ts';
import { capturedHere, filterOf } from '../../support/captured.ts';
import { oneEvent } from '../../support/events.ts';

async function counted(
  timestamps: readonly string[],
  buckets: number,
  time_zone = 'UTC',
  search = '',
): Promise<Histogram> {
  const captured = await capturedHere(
    timestamps.map(
      (timestamp, index) =>
        oneEvent({ id: String(index), timestamp, category: index % 2 === 0 ? 'model' : '__proto__' }).json,
    ),
  );
  const { revision: _revision, ...found } = await histogram(captured.query, filterOf({ time_zone, search }), {
    buckets,
    by: 'category',
  });
  return found;
}

/** Start and end of each bucket, with its total. */
function spans({ buckets }: Histogram): readonly string[] {
  return buckets.map(({ start, end, total }) => `${start.slice(0, 19)} ${end.slice(0, 19)} ${total}`);
}

describe('a histogram', () => {
  it('counts days by the clock of the zone, also those of 23 and 25 hours', async () => {
    const times = [
      '2024-03-29T23:30:00Z',
      '2024-03-30T22:59:59Z',
      '2024-03-30T23:00:00Z',
      '2024-03-31T21:59:59.999999Z',
      '2024-03-31T22:00:00Z',
      '2024-04-05T12:00:00Z',
    ];
    expect(spans(await counted(times, 10, 'Europe/Berlin'))).toEqual([
      '2024-03-29T23:00:00 2024-03-30T23:00:00 2',
      '2024-03-30T23:00:00 2024-03-31T22:00:00 2',
      '2024-03-31T22:00:00 2024-04-01T22:00:00 1',
      '2024-04-04T22:00:00 2024-04-05T22:00:00 1',
    ]);
    const autumn = ['2024-10-26T22:00:00Z', '2024-10-27T22:59:59Z', '2024-10-27T23:00:00Z', '2024-11-01T00:00:00Z'];
    expect(spans(await counted(autumn, 10, 'Europe/Berlin'))).toEqual([
      '2024-10-26T22:00:00 2024-10-27T23:00:00 2',
      '2024-10-27T23:00:00 2024-10-28T23:00:00 1',
      '2024-10-31T23:00:00 2024-11-01T23:00:00 1',
    ]);
  });

  it('begins hours of a day at midnight before and after the clock is set', async () => {
    const times = ['2024-03-30T23:00:00Z', '2024-03-31T01:30:00Z', '2024-03-31T22:00:00Z', '2024-04-01T03:59:59Z'];
    expect(spans(await counted([...times, '2024-04-02T22:00:00Z'], 20, 'Europe/Berlin'))).toEqual([
      '2024-03-30T23:00:00 2024-03-31T04:00:00 2',
      '2024-03-31T22:00:00 2024-04-01T04:00:00 2',
      '2024-04-02T22:00:00 2024-04-03T04:00:00 1',
    ]);
  });

  it('spans what was asked for, also where nothing happened', async () => {
    const captured = await capturedHere([oneEvent({ id: '1', timestamp: '2024-03-10T12:00:00Z' }).json]);
    const asked = filterOf({ time_from: '2024-03-01', time_to: '2024-03-31' });
    const found = await histogram(captured.query, asked, { buckets: 40, by: 'category' });
    expect(found.range).toEqual({ from: '2024-03-01T00:00:00.000000Z', to: '2024-03-31T23:59:59.999999Z' });
    expect(found).toMatchObject({ step: '1 day', from: '2024-03-10T12:00:00.000000Z' });
    const empty = await histogram(captured.query, { ...asked, search: 'nowhere' }, { buckets: 40, by: 'category' });
    expect(empty).toMatchObject({ range: found.range, buckets: [], from: null, to: null });
  });

  it('tells only the most frequent values apart when asked to; the others are in the totals', async () => {
    const captured = await capturedHere(
      ['a', 'a', 'a', 'b', 'b', 'c', 'd'].map(
        (actor, index) => oneEvent({ id: String(index), timestamp: '2024-03-10T12:00:00Z', actor }).json,
      ),
    );
    const found = await histogram(captured.query, filterOf({}), { buckets: 5, by: 'actor', top: 2 });
    expect(found.buckets).toMatchObject([{ total: 7, series: { a: 3, b: 2 } }]);
  });

  it('counts days of zones that differ by quarters of an hour', async () => {
    const times = ['2024-03-01T18:14:59Z', '2024-03-01T18:15:00Z', '2024-03-08T00:00:00Z'];
    expect(spans(await counted(times, 10, 'Asia/Kathmandu'))).toEqual([
      '2024-02-29T18:15:00 2024-03-01T18:15:00 1',
      '2024-03-01T18:15:00 2024-03-02T18:15:00 1',
      '2024-03-07T18:15:00 2024-03-08T18:15:00 1',
    ]);
  });

  it.each([
    ['1 hour', ['2024-03-01T00:59:59Z', '2024-03-01T01:00:00Z', '2024-03-01T09:00:00Z'], 10],
    ['1 day', ['2024-03-01T00:00:00Z', '2024-03-09T00:00:00Z'], 10],
    ['1 week', ['2024-03-01T00:00:00Z', '2024-04-15T00:00:00Z'], 10],
    ['1 month', ['2024-01-31T00:00:00Z', '2024-09-01T00:00:00Z'], 10],
    ['3 months', ['2022-01-31T00:00:00Z', '2024-01-01T00:00:00Z'], 10],
    ['1 year', ['2017-01-31T00:00:00Z', '2024-01-01T00:00:00Z'], 10],
    ['10 years', ['1950-01-31T00:00:00Z', '2024-01-01T00:00:00Z'], 10],
    ['100 years', ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'], 200],
    ['1 millisecond', ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.000500Z'], 10],
  ])('chooses steps of %s', async (step, times, buckets) => {
    const found = await counted(times, buckets);
    expect(found.step).toBe(step);
    expect(found.buckets.reduce((sum, { total }) => sum + total, 0)).toBe(times.length);
    expect([found.from, found.to].map((each) => each?.slice(0, 19))).toEqual(
      [times[0], times.at(-1)].map((each) => each?.slice(0, 19).replace('Z', '')),
    );
  });

  it('begins weeks on Monday, months and years on their first', async () => {
    const weeks = await counted(['2024-03-03T12:00:00Z', '2024-04-15T00:00:00Z'], 10);
    expect(weeks.buckets[0]?.start).toBe('2024-02-26T00:00:00.000000Z');
    const months = await counted(['2024-01-31T00:00:00Z', '2024-09-01T00:00:00Z'], 10, 'America/New_York');
    expect(months.buckets.map(({ start }) => start)).toEqual([
      '2024-01-01T05:00:00.000000Z',
      '2024-08-01T04:00:00.000000Z',
    ]);
  });

  it('stacks by the values of a field, whatever they are called', async () => {
    const { buckets } = await counted(['2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z'], 5);
    expect(buckets.map(({ series }) => Object.entries(series).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toEqual([
      [
        ['__proto__', 1],
        ['model', 2],
      ],
    ]);
  });

  it('counts the same under a search, which is answered another way', async () => {
    const times = ['2024-03-29T23:30:00Z', '2024-03-30T23:00:00Z', '2024-04-05T12:00:00Z'];
    expect(await counted(times, 10, 'Europe/Berlin', '2024-0')).toEqual(await counted(times, 10, 'Europe/Berlin'));
  });

  it('of one instant is one bucket that holds it', async () => {
    const found = await counted(['1969-12-31T23:59:59.999999Z'], 120);
    expect(found.buckets).toHaveLength(1);
    expect(found).toMatchObject({
      from: '1969-12-31T23:59:59.999999Z',
      to: '1969-12-31T23:59:59.999999Z',
      buckets: [{ start: '1969-12-31T23:59:59.999000Z', end: '1970-01-01T00:00:00.000000Z', total: 1 }],
    });
  });
});
