/** Writes PostgreSQL's timestamps as the extension writes them: `2024-11-11T10:20:30.123456+00:00`, no fraction when zero. */

import { writeInstant } from '../../instant-bytes.ts';

/** Seconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
const EPOCH_SECONDS = 946_684_800;
const DAY = 86_400;
/** Outside 1800 to 2200 the exact way is taken; inside, all numbers are exact in a double. */
const SAFE_MICROS = 200 * 366 * DAY * 1_000_000;
const MIN_64 = -(2n ** 63n);
const MAX_64 = 2n ** 63n - 1n;

/** Microseconds since 1970 UTC of eight bytes of microseconds since 2000; `NaN` where a double might not be exact. */
export function microsOf(source: Buffer, from: number): number {
  const high =
    ((source[from] ?? 0) << 24) |
    ((source[from + 1] ?? 0) << 16) |
    ((source[from + 2] ?? 0) << 8) |
    (source[from + 3] ?? 0);
  const low =
    ((source[from + 4] ?? 0) << 24) |
    ((source[from + 5] ?? 0) << 16) |
    ((source[from + 6] ?? 0) << 8) |
    (source[from + 7] ?? 0);
  const micros = high * 4_294_967_296 + (low >>> 0);
  return Math.abs(micros) < SAFE_MICROS ? micros + EPOCH_SECONDS * 1_000_000 : Number.NaN;
}

/**
 * Writes eight bytes of microseconds since 2000 as text, in UTC; returns the offset behind it. What is no moment of the
 * years 1 to 9999 is written as PostgreSQL would (`infinity`, `… BC`), so that it is set aside and can be read.
 */
export function writeTimestamp(source: Buffer, from: number, zone: boolean, target: Buffer, start: number): number {
  const micros = microsOf(source, from);
  if (!Number.isNaN(micros)) return writeInstant(micros, zone, target, start);
  return start + target.write(exactText(source.readBigInt64BE(from), zone), start, 'latin1');
}

function exactText(micros: bigint, zone: boolean): string {
  if (micros === MAX_64) return 'infinity';
  if (micros === MIN_64) return '-infinity';
  let seconds = micros / 1_000_000n;
  let fraction = micros % 1_000_000n;
  if (fraction < 0n) {
    seconds -= 1n;
    fraction += 1_000_000n;
  }
  const days = floorDiv(Number(seconds) + EPOCH_SECONDS, DAY);
  const inDay = Number(seconds) + EPOCH_SECONDS - days * DAY;
  const { year, month, day } = civil(days);
  const time = `${pad(Math.floor(inDay / 3_600))}:${pad(Math.floor(inDay / 60) % 60)}:${pad(inDay % 60)}`;
  const tail = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0')}`;
  const shown = year > 0 ? pad(year, 4) : pad(1 - year, 4);
  return `${shown}-${pad(month)}-${pad(day)}T${time}${tail}${zone ? '+00:00' : ''}${year > 0 ? '' : ' BC'}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

function floorDiv(value: number, by: number): number {
  return Math.floor(value / by);
}

/** The date of a day counted from 1970-01-01, proleptic Gregorian, year 0 being 1 BC. PostgreSQL's years exceed those of Date. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
