/** The engine's name of a histogram step (`3 months`) in the words of the language. */
import type { TFunction } from 'i18next';

const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const;

/** A step of an unknown unit comes back as the engine named it. */
export function stepWords(t: TFunction, step: string): string {
  const match = /^(\d+) ([a-z]+?)s?$/.exec(step);
  const unit = UNITS.find((one) => one === match?.[2]);
  return match === null || unit === undefined ? step : t(`step.${unit}`, { count: Number(match[1]) });
}
