/** What departs from the usual rhythm of a week: real outages and floods, and no alarm on trails that are small or regular. */
import { describe, expect, it } from 'vitest';
import { findAll } from '../../../../src/main/engine/analysis/findings/find.ts';
import { findRhythm, type Bucket, type Rhythm } from '../../../../src/main/engine/analysis/findings/rhythm.ts';
import { zoneOffsetSeconds } from '../../../../src/main/engine/time-zone.ts';
import { SnapshotQuery } from '../../../../src/main/engine/snapshot/query.ts';
import { createRandom } from '../../../../scripts/sample/random.ts';
import { capturedHere, positions } from '../../../support/captured.ts';
import { trailWriter } from '../../../support/trail.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2024, 0, 1) * 1_000;

/** Events at these instants, in buckets of 15 minutes. */
function buckets(times: readonly number[]): readonly Bucket[] {
  const unit = HOUR / 4;
  const found = new Map<number, { count: number; first: number; last: number }>();
  for (const at of times.toSorted((a, b) => a - b)) {
    const bucket = Math.floor(at / unit);
    const entry = found.get(bucket);
    if (entry === undefined) found.set(bucket, { count: 1, first: at, last: at });
    else {
      entry.count += 1;
      entry.last = at;
    }
  }
  return [...found].map(([bucket, entry]) => ({ start: bucket * unit, ...entry }));
}

function rhythmOf(times: readonly number[], offset = 0): Rhythm {
  const rhythm = findRhythm(buckets(times), () => offset);
  if (rhythm === undefined) throw new Error('There is no rhythm.');
  return rhythm;
}

/** Office hours, Monday to Friday, so many events an hour, a little irregular. */
function office(
  weeks: number,
  perHour: number,
  seed = 1,
  isOpen: (at: number) => boolean = () => true,
): readonly number[] {
  const random = createRandom(seed);
  const times: number[] = [];
  for (let day = 0; day < weeks * 7; day += 1) {
    if (day % 7 >= 5) continue;
    for (let hour = 8; hour < 18; hour += 1) {
      const from = START + day * DAY + hour * HOUR;
      if (!isOpen(from)) continue;
      const count = random.int(Math.ceil(perHour * 0.6), Math.floor(perHour * 1.4));
      for (let index = 0; index < count; index += 1) times.push(from + Math.floor(random.next() * HOUR));
    }
  }
  return times;
}

/** The zone's offset in microseconds. */
function berlin(micros: number): number {
  return zoneOffsetSeconds('Europe/Berlin', micros / 1_000) * 1_000_000;
}

function writtenAt(micros: number): string {
  const [clock = ''] = new Date(Math.floor(micros / 1_000)).toISOString().split('Z');
  return `${clock}${String(micros % 1_000).padStart(3, '0')}+00:00`;
}

/** At two in the night of a day of 2024. */
function twoOClock(index: number): string {
  return new Date(Date.UTC(2024, 0, 1 + index, 2)).toISOString().slice(0, 19);
}

describe('no alarm', () => {
  it.each([0, 1, 2, 10])('on a trail of %i events', (count) => {
    const times = Array.from({ length: count }, (_, index) => START + index * DAY * 3);
    const rhythm = findRhythm(buckets(times), () => 0);
    expect(rhythm === undefined || rhythm.silences.length + rhythm.bursts.length === 0).toBe(true);
  });

  it('when there are fewer than three weeks', () => {
    expect(findRhythm(buckets(office(2, 50)), () => 0)).toBeUndefined();
  });

  it('on a regular week: nights and weekends are as usual as office hours', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(rhythmOf(office(20, 40, seed))).toMatchObject({ silences: [], bursts: [] });
    }
  });

  it('on a machine that writes once an hour, day and night', () => {
    const times = Array.from({ length: 24 * 7 * 10 }, (_, hour) => START + hour * HOUR + 1_000_000);
    expect(rhythmOf(times)).toMatchObject({ silences: [], bursts: [] });
  });

  it('on a trail that is quiet by nature: three events a week', () => {
    const random = createRandom(3);
    const times = Array.from({ length: 200 }, () => START + Math.floor(random.next() * 60 * 7 * DAY));
    expect(rhythmOf(times)).toMatchObject({ silences: [], bursts: [] });
  });

  it('on events spread evenly by chance', () => {
    const random = createRandom(4);
    for (const perHour of [2, 10, 50]) {
      const times = Array.from({ length: perHour * 24 * 7 * 8 }, () => START + Math.floor(random.next() * 8 * 7 * DAY));
      expect(rhythmOf(times)).toMatchObject({ silences: [], bursts: [] });
    }
  });
});

describe('no alarm on a nightly job', () => {
  const NIGHTS = 7 * 20;
  const job = (startOf: (night: number) => number, count: (night: number) => number): readonly number[] =>
    Array.from({ length: NIGHTS }, (_none, night) =>
      Array.from({ length: count(night) }, (_each, index) => START + night * DAY + startOf(night) + index * 1_000_000),
    ).flat();

  it('that has done everything within a few minutes of its hour', () => {
    expect(
      rhythmOf(
        job(
          () => 2 * HOUR + HOUR / 6,
          () => 300,
        ),
      ),
    ).toMatchObject({ silences: [], bursts: [] });
  });

  it('that has more to do in some nights than in others', () => {
    const random = createRandom(8);
    expect(
      rhythmOf(
        job(
          () => 2 * HOUR + HOUR / 6,
          () => random.int(100, 400),
        ),
      ),
    ).toMatchObject({ silences: [], bursts: [] });
  });

  it('that starts now in this hour, now in the one before', () => {
    const random = createRandom(9);
    expect(
      rhythmOf(
        job(
          () => 2 * HOUR + Math.floor((random.next() - 0.5) * HOUR),
          () => 300,
        ),
      ),
    ).toMatchObject({ silences: [], bursts: [] });
  });

  it('but tells the nights when it did not run', () => {
    const { silences } = rhythmOf(
      job(
        () => 2 * HOUR + HOUR / 6,
        (night) => (night >= 50 && night < 53 ? 0 : 300),
      ),
    );
    expect(silences).toHaveLength(1);
    expect(Math.round(silences[0]?.expected ?? 0)).toBe(900);
  });
});

describe('silences', () => {
  it('tells a day without events that is usually a busy one, between the events it lies between', () => {
    // Wednesday of the sixth week.
    const gone = START + (5 * 7 + 2) * DAY;
    const times = office(10, 40, 1, (at) => at < gone || at >= gone + DAY);
    const { silences, bursts } = rhythmOf(times);
    expect(bursts).toEqual([]);
    expect(silences).toHaveLength(1);
    const [silence] = silences;
    expect(times).toContain(silence?.from);
    expect(times).toContain(silence?.to);
    expect(silence?.from).toBeGreaterThanOrEqual(gone - 7 * HOUR);
    expect(silence?.to).toBeLessThan(gone + 33 * HOUR);
    expect(silence?.expected).toBeGreaterThan(300);
    expect(silence?.expected).toBeLessThan(500);
  });

  it('tells a few lost hours of a busy morning', () => {
    const gone = START + (5 * 7 + 2) * DAY + 9 * HOUR;
    const { silences } = rhythmOf(office(10, 40, 2, (at) => at < gone || at >= gone + 3 * HOUR));
    expect(silences).toHaveLength(1);
  });

  it('tells a month that is missing, at once', () => {
    const gone = START + 8 * 7 * DAY;
    const { silences } = rhythmOf(office(20, 40, 1, (at) => at < gone || at >= gone + 28 * DAY));
    expect(silences).toHaveLength(1);
    expect(silences[0]?.expected).toBeGreaterThan(4 * 5 * 10 * 30);
  });
});

describe('bursts', () => {
  it('tells an import at night, by whole hours', () => {
    const night = START + (4 * 7 + 3) * DAY + 22 * HOUR;
    const flood = Array.from({ length: 5_000 }, (_, index) => night + Math.floor((index / 5_000) * 2 * HOUR));
    const { bursts, silences } = rhythmOf([...office(10, 40), ...flood]);
    expect(silences).toEqual([]);
    expect(bursts).toHaveLength(1);
    expect(bursts[0]).toMatchObject({ from: night, to: night + 2 * HOUR, count: 5_000, expected: 0 });
  });

  it('is not blunted by one that comes every week at the same hour: that is usual', () => {
    const weekly = Array.from({ length: 10 }, (_, week) =>
      Array.from({ length: 3_000 }, (_none, index) => START + week * 7 * DAY + 2 * HOUR + index * 1_000_000),
    ).flat();
    expect(rhythmOf([...office(10, 40), ...weekly]).bursts).toEqual([]);
  });

  it('goes by the clock of the zone when that is moved in spring', () => {
    // Every night at two by the clock of the wall, 300 events; in summer that is an hour earlier by UTC.
    const times: number[] = [];
    for (let day = 0; day < 40 * 7; day += 1) {
      const noon = START + day * DAY + 12 * HOUR;
      const two = START + day * DAY + 3 * HOUR + 600_000_000 - berlin(noon);
      for (let index = 0; index < 300; index += 1) times.push(two + index * 1_000_000);
    }
    expect(findRhythm(buckets(times), berlin)).toMatchObject({ silences: [], bursts: [] });
  });
});

describe('in a snapshot', () => {
  it('shows the events between which a silence lies, and all of a burst', async () => {
    const { other } = trailWriter();
    const gone = START + (3 * 7 + 2) * DAY;
    const night = START + (4 * 7 + 3) * DAY + 22 * HOUR;
    const flood = Array.from({ length: 200 }, (_, index) => night + index * 1_000_000);
    const times = [...office(6, 10, 1, (at) => at < gone || at >= gone + DAY), ...flood].toSorted((a, b) => a - b);
    const { snapshot } = await capturedHere(times.map((at) => other(writtenAt(at), 'note', 'noted')));
    const query = new SnapshotQuery(snapshot);
    const { findings } = await findAll(snapshot, { timeZone: 'UTC', again: false });
    const [silence, burst] = ['silence', 'burst'].map((code) => findings.find((each) => each.code === code));
    expect(silence).toMatchObject({ count: 1, unit: 'stretches' });
    const ends = await positions({ query }, silence?.filter ?? {});
    expect(ends).toHaveLength(2);
    expect(ends[1]).toBe((ends[0] ?? 0) + 1);
    expect(burst).toMatchObject({ count: 1, unit: 'stretches', values: { events: 200 } });
    const inBurst = await positions({ query }, burst?.filter ?? {});
    expect(inBurst).toHaveLength(200);
    expect(await positions({ query }, burst?.items[0]?.filter ?? {})).toEqual(inBurst);
  });

  it('tells what an account did every day and then left out', async () => {
    const { api } = trailWriter();
    const records = Array.from({ length: 90 }, (_, index) => index)
      .filter((index) => index < 40 || index >= 44)
      .map((index) => api(`${twoOClock(index)}+00:00`, 'harvest_run', 'harvester'));
    const { snapshot } = await capturedHere(records);
    const { findings } = await findAll(snapshot, { timeZone: 'UTC', again: false });
    const missed = findings.find(({ code }) => code === 'routine_missed');
    expect(missed).toMatchObject({ count: 1, values: { actor: 'harvester', action: 'harvest_run', days: 4 } });
    expect(await positions({ query: new SnapshotQuery(snapshot) }, missed?.filter ?? {})).toEqual([39, 40]);
  });
});
