/** A length of time as a person reads it: one unit, at most one decimal. */

const UNITS = [
  [1_000, 1, 'µs'],
  [1_000_000, 1_000, 'ms'],
  [60_000_000, 1_000_000, 's'],
  [3_600_000_000, 60_000_000, 'min'],
  [86_400_000_000, 3_600_000_000, 'h'],
] as const;

/** `412 µs`, `1.3 s`, `4 min`, `2 d`; the sign is not shown. */
export function durationText(microseconds: number, language: string): string {
  const size = Math.abs(microseconds);
  const [, unit, name] = UNITS.find(([limit]) => size < limit) ?? [0, 86_400_000_000, 'd'];
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(size / unit)} ${name}`;
}
