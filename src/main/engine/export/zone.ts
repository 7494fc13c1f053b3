/** Timestamps in a time zone: microseconds since 1970 UTC to ISO 8601 with that zone's offset at that instant. */
import { AppError } from '../../../shared/errors.ts';

const HOUR = 3600;
/** Cached hours; a trail of ten years fits. */
const MAX_CACHED = 100_000;
const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Writes instants in one time zone. Offsets are those of the zone at that instant, past rules included; an offset of
 * whole minutes reads `+01:00`, one with seconds (local mean time, before about 1900) reads `+00:53:28`.
 */
export class ZoneClock {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  /** Offset in seconds per UTC hour; `null` where the offset changes within the hour. */
  readonly #offsets = new Map<number, number | null>();
  readonly #suffixes = new Map<number, string>();

  /** @throws AppError `invalid_input` when there is no such zone. */
  constructor(zone: string) {
    this.zone = zone;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    } catch (error) {
      throw new AppError('invalid_input', `“${zone}” is not a time zone. Name one such as UTC or Europe/Berlin.`, {
        cause: error,
      });
    }
  }

  /** ISO 8601 with six decimals, such as `2024-03-11T11:20:30.123456+01:00`. */
  format(micros: bigint | number): string {
    const big = BigInt(micros);
    let fraction = Number(big % 1_000_000n);
    let seconds = Number(big / 1_000_000n);
    if (fraction < 0) {
      fraction += 1_000_000;
      seconds -= 1;
    }
    const offset = this.#offsetAt(seconds);
    const local = new Date((seconds + offset) * 1000).toISOString();
    return `${local.slice(0, -5)}.${String(fraction).padStart(6, '0')}${this.#suffix(offset)}`;
  }

  /** The calendar date at an instant, such as `2024-03-11`. */
  date(instant: Date): string {
    const text = this.format(BigInt(instant.getTime()) * 1000n);
    return text.slice(0, text.indexOf('T'));
  }

  #offsetAt(seconds: number): number {
    const hour = Math.floor(seconds / HOUR);
    let offset = this.#offsets.get(hour);
    if (offset === undefined) {
      const first = this.#askOffset(hour * HOUR);
      offset = first === this.#askOffset((hour + 1) * HOUR) ? first : null;
      if (this.#offsets.size >= MAX_CACHED) this.#offsets.clear();
      this.#offsets.set(hour, offset);
    }
    return offset ?? this.#askOffset(seconds);
  }

  #askOffset(seconds: number): number {
    const parts = this.#format.formatToParts(seconds * 1000);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = OFFSET.exec(name);
    if (match === null) throw new Error(`The runtime names the offset of ${this.zone} as “${name}”`);
    const [, sign, hours = '0', minutes = '0', rest = '0'] = match;
    const size = Number(hours) * HOUR + Number(minutes) * 60 + Number(rest);
    return sign === '-' ? -size : size;
  }

  #suffix(offset: number): string {
    let suffix = this.#suffixes.get(offset);
    if (suffix === undefined) {
      const size = Math.abs(offset);
      const parts = [Math.floor(size / HOUR), Math.floor(size / 60) % 60];
      if (size % 60 !== 0) parts.push(size % 60);
      suffix = (offset < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
      this.#suffixes.set(offset, suffix);
    }
    return suffix;
  }
}
