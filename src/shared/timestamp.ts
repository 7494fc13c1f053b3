/** Instants as microseconds since 1970 UTC: read from ISO 8601 text, and written back. */

/** An instant read from text. */
export interface ParsedTimestamp {
  /** Microseconds since 1970-01-01T00:00:00Z; finer digits are cut. Exact: a number while it fits one, else a bigint. */
  readonly micros: bigint;
  /** The text carried no offset. */
  readonly naive: boolean;
  /** The text carried digits below a microsecond that are not zero. */
  readonly subMicrosecond: boolean;
}

/** The parts of a date and time as written, before any zone is applied. */
export interface ParsedDateTime {
  /** Microseconds since 1970-01-01T00:00:00 of the same clock. */
  readonly localMicros: bigint;
  /** Offset east of UTC in seconds; `undefined` when none was written. */
  readonly offsetSeconds: number | undefined;
  readonly dateOnly: boolean;
  readonly subMicrosecond: boolean;
}

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?(?: ?(Z|z|[+-]\d{2}(?::?\d{2}(?::\d{2})?)?))?)?$/;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; `NaN` when there is no such day. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  if (year < 1 || month < 1 || month > 12 || day < 1) return Number.NaN;
  const leapDay = month === 2 && isLeap(year) ? 1 : 0;
  if (day > (DAYS_IN_MONTH[month - 1] ?? 0) + leapDay) return Number.NaN;
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const inYear = (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  return before * 365 + leaps + inYear - 719_162;
}

/** Reads a date, or a date and time with or without offset. `undefined` when the text is none, or names no real moment. */
export function parseDateTime(text: string): ParsedDateTime | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = match;
  const days = daysSinceEpoch(Number(year), Number(month), Number(day));
  const h = Number(hour ?? 0);
  const m = Number(minute ?? 0);
  const s = Number(second ?? 0);
  if (Number.isNaN(days) || h > 23 || m > 59 || s > 59) return undefined;
  const offsetSeconds = offset === undefined ? undefined : parseOffset(offset);
  if (Number.isNaN(offsetSeconds)) return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return {
    localMicros: BigInt(days * 86_400 + h * 3_600 + m * 60 + s) * 1_000_000n + BigInt(micros),
    offsetSeconds,
    dateOnly: hour === undefined,
    subMicrosecond: /[1-9]/.test(fraction.slice(6)),
  };
}

function parseOffset(text: string): number {
  if (text === 'Z' || text === 'z') return 0;
  const digits = text.slice(1).replaceAll(':', '').padEnd(6, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2, 4));
  const seconds = Number(digits.slice(4, 6));
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
}

/** Reads an event's timestamp; a text without offset is read as UTC. A date alone is that day's start. */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const parsed = parseDateTime(text);
  if (parsed === undefined) return undefined;
  return {
    micros: parsed.localMicros - BigInt(parsed.offsetSeconds ?? 0) * 1_000_000n,
    naive: parsed.offsetSeconds === undefined,
    subMicrosecond: parsed.subMicrosecond,
  };
}

/** `2024-03-11T10:20:30.123456Z`. Years outside 0000 to 9999 are written with a sign and six digits, as ISO 8601 has it. */
export function formatInstant(micros: bigint): string {
  let millis = micros / 1_000n;
  let rest = micros % 1_000n;
  if (rest < 0n) {
    millis -= 1n;
    rest += 1_000n;
  }
  const text = new Date(Number(millis)).toISOString();
  return `${text.slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}
