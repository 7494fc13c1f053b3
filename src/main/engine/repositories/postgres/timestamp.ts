/** Writes PostgreSQL's timestamps as the extension writes them: `2024-11-11T10:20:30.123456+00:00`, no fraction when zero. */

/** Seconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
const EPOCH_SECONDS = 946_684_800;
const DAY = 86_400;
/** Outside 1800 to 2200 the exact way is taken; inside, all numbers are exact in a double. */
const SAFE_SECONDS = 200 * 366 * DAY;
const MIN_64 = -(2n ** 63n);
const MAX_64 = 2n ** 63n - 1n;

let lastDay = Number.NaN;
let lastText = Buffer.alloc(0);

/**
 * Writes eight bytes of microseconds since 2000 as text, in UTC; returns the offset behind it. What is no moment of the
 * years 1 to 9999 is written as PostgreSQL would (`infinity`, `… BC`), so that it is set aside and can be read.
 */
export function writeTimestamp(source: Buffer, from: number, zone: boolean, target: Buffer, start: number): number {
  const high = source.readInt32BE(from);
  const micros = high * 4_294_967_296 + source.readUInt32BE(from + 4);
  const seconds = Math.floor(micros / 1_000_000);
  if (!(Math.abs(seconds) < SAFE_SECONDS)) {
    return start + target.write(exactText(source.readBigInt64BE(from), zone), start, 'latin1');
  }
  const fraction = micros - seconds * 1_000_000;
  const day = Math.floor(seconds / DAY);
  if (day !== lastDay) {
    lastDay = day;
    lastText = Buffer.from(new Date((day * DAY + EPOCH_SECONDS) * 1_000).toISOString().slice(0, 11));
  }
  let at = start;
  for (let i = 0; i < 11; i += 1) target[at + i] = lastText[i] ?? 0;
  at += 11;
  const inDay = seconds - day * DAY;
  const hour = Math.floor(inDay / 3_600);
  const minute = Math.floor(inDay / 60) - hour * 60;
  at = two(target, at, hour);
  target[at] = 0x3a;
  at = two(target, at + 1, minute);
  target[at] = 0x3a;
  at = two(target, at + 1, inDay - hour * 3_600 - minute * 60);
  if (fraction !== 0) {
    target[at] = 0x2e;
    let rest = fraction;
    for (let place = 6; place >= 1; place -= 1) {
      const tens = Math.floor(rest / 10);
      target[at + place] = 0x30 + rest - tens * 10;
      rest = tens;
    }
    at += 7;
  }
  return zone ? at + target.write('+00:00', at, 'latin1') : at;
}

function two(target: Buffer, at: number, value: number): number {
  const tens = Math.floor(value / 10);
  target[at] = 0x30 + tens;
  target[at + 1] = 0x30 + value - tens * 10;
  return at + 2;
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
