/** Time zones by the runtime's own IANA data: offsets, local midnight, and what a typed time means. */
import { AppError } from '../../shared/errors.ts';
import { parseDateTime } from '../../shared/timestamp.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, made);
    return made;
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      `“${timeZone}” is not a time zone. Write an IANA name such as UTC or Europe/Berlin.`,
      { cause },
    );
  }
}

/** @throws AppError `invalid_input` when the runtime knows no such zone. */
export function assertTimeZone(timeZone: string): void {
  formatterFor(timeZone);
}

/** Offset east of UTC, in seconds, that the zone has at an instant given in milliseconds since 1970 UTC. */
export function zoneOffsetSeconds(timeZone: string, epochMillis: number): number {
  if (timeZone === 'UTC') return 0;
  const parts: Record<string, string> = {};
  for (const { type, value } of formatterFor(timeZone).formatToParts(epochMillis)) parts[type] = value;
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']));
  local.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
  return Math.round((local.getTime() - Math.floor(epochMillis / 1_000) * 1_000) / 1_000);
}

/**
 * The instant at which a zone's clocks show a local time. Where clocks show it twice, `later` picks which; where they
 * skip it, the instant at which they jump past it.
 */
export function zonedToMicros(localMicros: bigint, timeZone: string, later = false): bigint {
  const localMillis = Number(localMicros / 1_000n);
  const before = zoneOffsetSeconds(timeZone, localMillis - 86_400_000);
  const after = zoneOffsetSeconds(timeZone, localMillis + 86_400_000);
  const candidates = [before, after].filter(
    (offset) => zoneOffsetSeconds(timeZone, localMillis - offset * 1_000) === offset,
  );
  const chosen = later ? candidates.at(-1) : candidates[0];
  if (chosen === undefined)
    return BigInt(jumpMillis(timeZone, localMillis - after * 1_000, localMillis - before * 1_000)) * 1_000n;
  return localMicros - BigInt(chosen) * 1_000_000n;
}

/** The instant at which a zone's offset changes, known to lie behind `from` and not behind `to`. */
function jumpMillis(timeZone: string, from: number, to: number): number {
  const old = zoneOffsetSeconds(timeZone, from);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetSeconds(timeZone, middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * What a typed bound means, in microseconds since 1970 UTC: an instant with offset is itself, a naive time is read in
 * the zone, a date alone is the first or the last microsecond of that day in the zone.
 * @throws AppError `invalid_input` naming the bound and the accepted forms.
 */
export function resolveBound(text: string, side: 'from' | 'to', timeZone: string): bigint {
  assertTimeZone(timeZone);
  const trimmed = text.trim();
  const parsed = parseDateTime(trimmed);
  if (parsed === undefined) {
    throw new AppError(
      'invalid_input',
      `The ${side === 'from' ? 'start' : 'end'} date “${trimmed}” can’t be read. Write 2024-03-01 or 2024-03-01T10:20:30+00:00.`,
      { details: { bound: side } },
    );
  }
  if (parsed.offsetSeconds !== undefined) return parsed.localMicros - BigInt(parsed.offsetSeconds) * 1_000_000n;
  if (!parsed.dateOnly) return zonedToMicros(parsed.localMicros, timeZone, side === 'to');
  return side === 'from'
    ? zonedToMicros(parsed.localMicros, timeZone)
    : zonedToMicros(parsed.localMicros + 86_400_000_000n, timeZone) - 1n;
}
