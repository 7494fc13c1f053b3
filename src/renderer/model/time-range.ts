/** Days reckoned back from a date, for the presets of the time range. */

const DAY_MS = 86_400_000;

/** The first of `days` days that end with `date` (`YYYY-MM-DD`), both included. */
export function lastDays(date: string, days: number): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : new Date(at - (days - 1) * DAY_MS).toISOString().slice(0, 10);
}
