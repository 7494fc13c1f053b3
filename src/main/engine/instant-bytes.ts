/** Writes an instant as stores write it, `2024-11-11T10:20:30.123456+00:00`, as bytes and without making a text of it. */

const DAY_SECONDS = 86_400;
/** `2024-11-11T`, of the day that was written last. */
let lastDay = Number.NaN;
let lastText = Buffer.alloc(11);

/** So many bytes are written at most. */
export const INSTANT_BYTES = 32;

/**
 * Writes microseconds since 1970 UTC; no fraction when it is zero. Returns the offset behind it.
 * @param micros a whole number within the years 1 to 9999 that a double holds exactly
 * @param zone whether `+00:00` is to follow
 */
export function writeInstant(micros: number, zone: boolean, target: Uint8Array, start: number): number {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const day = Math.floor(seconds / DAY_SECONDS);
  if (day !== lastDay) {
    lastDay = day;
    lastText = Buffer.from(new Date(day * DAY_SECONDS * 1_000).toISOString().slice(0, 11));
  }
  let at = start;
  for (let i = 0; i < 11; i += 1) target[at + i] = lastText[i] ?? 0;
  const inDay = (seconds - day * DAY_SECONDS) | 0;
  const hour = (inDay / 3_600) | 0;
  const minute = ((inDay / 60) | 0) - hour * 60;
  writeDigits(hour, 2, target, at + 11);
  target[at + 13] = 0x3a;
  writeDigits(minute, 2, target, at + 14);
  target[at + 16] = 0x3a;
  writeDigits(inDay - hour * 3_600 - minute * 60, 2, target, at + 17);
  at += 19;
  if (fraction !== 0) {
    target[at] = 0x2e;
    writeDigits(fraction | 0, 6, target, at + 1);
    at += 7;
  }
  if (!zone) return at;
  target[at] = 0x2b;
  target[at + 1] = 0x30;
  target[at + 2] = 0x30;
  target[at + 3] = 0x3a;
  target[at + 4] = 0x30;
  target[at + 5] = 0x30;
  return at + 6;
}

/** Writes a number below 2^31 in decimal, with zeros in front. */
export function writeDigits(value: number, width: number, target: Uint8Array, at: number): void {
  let rest = value;
  for (let place = at + width - 1; place >= at; place -= 1) {
    const tens = (rest / 10) | 0;
    target[place] = 0x30 + rest - tens * 10;
    rest = tens;
  }
}

/** Writes a whole number from 0 on that a double holds exactly, in decimal. Returns the offset behind it. */
export function writeInteger(value: number, target: Uint8Array, at: number): number {
  if (value >= 1_000_000_000) {
    const high = Math.floor(value / 1_000_000);
    const next = writeInteger(high, target, at);
    writeDigits(value - high * 1_000_000, 6, target, next);
    return next + 6;
  }
  let width = 1;
  for (let bound = 10; value >= bound; bound *= 10) width += 1;
  writeDigits(value, width, target, at);
  return at + width;
}
