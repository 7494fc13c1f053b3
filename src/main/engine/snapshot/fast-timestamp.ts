/** The usual timestamp, `2024-11-11T10:20:30.123456+00:00`, read from its bytes without making a string. */
import { daysSinceEpoch } from '../../../shared/timestamp.ts';

function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

let lastDay = Number.NaN;
let lastDays = 0;

/** Microseconds since 1970 UTC, or NaN when the text has any other form: the general reader then decides. */
export function fastMicros(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 20 || length > 32) return Number.NaN;
  if (bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d || bytes[from + 10] !== 0x54) return Number.NaN;
  if (bytes[from + 13] !== 0x3a || bytes[from + 16] !== 0x3a) return Number.NaN;
  const year = digits(bytes, from, 4);
  const month = digits(bytes, from + 5, 2);
  const day = digits(bytes, from + 8, 2);
  const hour = digits(bytes, from + 11, 2);
  const minute = digits(bytes, from + 14, 2);
  const second = digits(bytes, from + 17, 2);
  // Beyond these years the sum could pass what a number holds exactly.
  if (!(year >= 1800 && year <= 2200 && hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  let at = from + 19;
  let fraction = 0;
  if (bytes[at] === 0x2e) {
    at += 1;
    let scale = 1_000_000;
    while (at < to && scale > 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      scale /= 10;
      fraction += digit * scale;
      at += 1;
    }
    if (scale === 1_000_000) return Number.NaN;
  }
  const zulu = to - at === 1 && bytes[at] === 0x5a;
  const zero =
    to - at === 6 &&
    bytes[at] === 0x2b &&
    bytes[at + 1] === 0x30 &&
    bytes[at + 2] === 0x30 &&
    bytes[at + 3] === 0x3a &&
    bytes[at + 4] === 0x30 &&
    bytes[at + 5] === 0x30;
  if (!zulu && !zero) return Number.NaN;
  const key = year * 10_000 + month * 100 + day;
  if (key !== lastDay) {
    const days = daysSinceEpoch(year, month, day);
    if (Number.isNaN(days)) return Number.NaN;
    lastDay = key;
    lastDays = days;
  }
  return (lastDays * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction;
}

const scratch = new Uint8Array(32);

/** The same for a text that is in JavaScript already. */
export function fastMicrosOfText(text: string): number {
  const { length } = text;
  if (length > scratch.length) return Number.NaN;
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return Number.NaN;
    scratch[i] = unit;
  }
  return fastMicros(scratch, 0, length);
}
