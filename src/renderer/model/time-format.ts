/** Instants as an auditor reads them: ISO order, milliseconds, in a zone of choice. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}

export interface ZonedTime {
  /** `2024-03-11` */
  readonly date: string;
  /** `10:20:30.123` */
  readonly time: string;
  /** `+01:00`; `+00:00` in UTC. */
  readonly offset: string;
}

/**
 * An instant, ISO 8601 in UTC with up to six decimals, as wall time in a zone. Milliseconds are cut, not rounded.
 * A text that is no instant comes back as its own date, so that nothing is hidden.
 */
export function zonedTime(instant: string, zone: string): ZonedTime {
  const fraction = /\.(\d{1,9})/.exec(instant)?.[1] ?? '';
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  if (zone === 'UTC') {
    const match = /^([+-]?\d{4,6}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})/.exec(instant);
    if (match !== null) return { date: match[1] ?? '', time: `${match[2] ?? ''}.${millis}`, offset: '+00:00' };
  }
  const at = Date.parse(instant.replace(/\.\d+/, `.${millis}`));
  if (Number.isNaN(at)) return { date: instant, time: '', offset: '' };
  const part: Record<string, string> = {};
  for (const { type, value } of formatFor(zone).formatToParts(at)) part[type] = value;
  const year = (part['era'] ?? 'AD').startsWith('B') ? `-${part['year'] ?? ''}` : (part['year'] ?? '').padStart(4, '0');
  return {
    date: `${year}-${part['month'] ?? ''}-${part['day'] ?? ''}`,
    time: `${part['hour'] ?? ''}:${part['minute'] ?? ''}:${part['second'] ?? ''}.${millis}`,
    offset: (part['timeZoneName'] ?? '').replace(/^GMT$/, '+00:00').replace(/^GMT/, ''),
  };
}

/** `2024-03-11 10:20:30.123` in the zone. */
export function formatInstant(instant: string, zone: string): string {
  const { date, time } = zonedTime(instant, zone);
  return time === '' ? date : `${date} ${time}`;
}

/** The same to the minute, for headlines: `2024-03-11 10:20`. */
export function formatMinute(instant: string, zone: string): string {
  const { date, time } = zonedTime(instant, zone);
  return time === '' ? date : `${date} ${time.slice(0, 5)}`;
}

/**
 * A bound of the time filter as a chip shows it: an exact UTC instant (from the histogram) in the zone, shortened where
 * the rest is zero; anything typed by hand as it was typed.
 */
export function formatBound(text: string, zone: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) return text;
  return formatInstant(text, zone)
    .replace(/\.000$/, '')
    .replace(/(\d{2}:\d{2}):00$/, '$1');
}

/**
 * Both ends of a range as they are read: whole days by their dates alone, whether they were typed or came from the
 * histogram as exact instants. An end that is not there is `''`; of a single day both are the same.
 */
export function formatRange(from: string, to: string, zone: string): { readonly from: string; readonly to: string } {
  const ends = { from: formatBound(from, zone), to: formatBound(to, zone) };
  const [first, firstTime] = ends.from.split(' ');
  const [last, lastTime] = ends.to.split(' ');
  const isWhole = firstTime === '00:00' && lastTime === '23:59:59.999';
  return isWhole ? { from: first ?? '', to: last ?? '' } : ends;
}

/** One microsecond before an instant: what "until" means for an inclusive bound. */
export function justBefore(instant: string): string {
  const match = /^(.*T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/.exec(instant);
  if (match === null) return instant;
  const micros = Number((match[2] ?? '').padEnd(6, '0'));
  if (micros > 0) return `${match[1] ?? ''}.${String(micros - 1).padStart(6, '0')}Z`;
  const earlier = new Date(Date.parse(`${match[1] ?? ''}Z`) - 1000).toISOString().replace(/\.\d+Z$/, '');
  return `${earlier}.999999Z`;
}

/** This machine's zone. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** UTC, this machine's zone, then every other. */
export function timeZones(): readonly string[] {
  return [...new Set(['UTC', localZone(), ...Intl.supportedValuesOf('timeZone')])];
}
