/** What records of all kinds have in common: where the fields are, what is too much, and how problems are said. */
import { EVENT_FIELDS } from '../../../shared/event.ts';
import type { RecordScanner } from './record-scanner.ts';

/** Larger records are set aside whole: no view could show them, and one could exhaust the memory. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');
export const RESULT = EVENT_FIELDS.indexOf('result');
export const PAYLOAD = EVENT_FIELDS.indexOf('payload');

/** What no line of a segment can hold. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
export const CONTROL = /[\u0000-\u001f]/;

/** Why a record is no event: a stable name of the reason, and one sentence. */
export type Problem = readonly [code: string, reason: string];

export function notATime(text: string): Problem {
  return ['bad_timestamp', `Its timestamp “${text.slice(0, 64)}” is not an ISO 8601 date and time.`];
}

/** What a scanner found wrong, as a sentence. */
export function problemSentence({ problem, problemAt }: Pick<RecordScanner, 'problem' | 'problemAt'>): string {
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)} (at byte ${problemAt}).`;
}
