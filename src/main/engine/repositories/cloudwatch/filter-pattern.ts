/**
 * A filter as a CloudWatch filter pattern, as far as the pattern surely lets everything pass that the filter lets pass.
 * Where the two could disagree, the condition stays with the filter.
 */
import type { FieldCondition, Filter } from '../../../../shared/filter.ts';
import { datePrefixes } from './date-prefixes.ts';

export const MAX_PATTERN = 1_024;

/** The pattern, and which parts of the filter it expresses. */
export interface FilterPattern {
  /** `''` when nothing can be expressed. */
  readonly text: string;
  /** The fields it narrows by; `timestamp` for the event's own time. */
  readonly fields: readonly string[];
}

/** An instant range, in milliseconds since 1970 UTC. */
export interface EventTimes {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** @param times the event times wanted, when they are worth a condition */
export function filterPattern(filter: Filter, times: EventTimes | undefined): FilterPattern {
  const clauses: string[] = [];
  const fields = new Set<string>();
  const room = (): number => MAX_PATTERN - join(clauses).length - ' && '.length;
  for (const condition of filter.conditions) {
    const clause = conditionClause(condition);
    if (clause === undefined || clause.length > room()) continue;
    clauses.push(clause);
    fields.add(condition.field);
  }
  if (times !== undefined) {
    const clause = timeClause(times, room());
    if (clause !== undefined) {
      clauses.push(clause);
      fields.add('timestamp');
    }
  }
  return { text: clauses.length === 0 ? '' : join(clauses), fields: [...fields] };
}

function join(clauses: readonly string[]): string {
  return `{ ${clauses.join(' && ')} }`;
}

function conditionClause({ field, values, negate }: FieldCondition): string | undefined {
  if (!values.every(isPlain)) return undefined;
  // Other fields may be absent or null in a record, which then differs from every value; a pattern’s != says otherwise.
  if (negate && field !== 'category' && field !== 'action') return undefined;
  const parts = values.map((value) => `($.${field} ${negate ? '!=' : '='} ${quote(value)})`);
  return parts.length === 1 ? parts[0] : `(${parts.join(negate ? ' && ' : ' || ')})`;
}

/**
 * Whether a pattern compares a text as the filter does: printable ASCII, no wildcard, nothing that could be read as a
 * number, a constant or a regular expression, no space that could be trimmed, and not empty.
 */
function isPlain(value: string): boolean {
  return (
    /^[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?$/.test(value) &&
    !/[*%]/.test(value) &&
    Number.isNaN(Number(value)) &&
    !/^(?:true|false|null)$/i.test(value)
  );
}

export function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * The event's own time, by the date its text begins with. Texts carry any offset or none, so a day on either side is
 * taken in too. Dates are named as coarsely as the room asks for.
 */
function timeClause({ from, to }: EventTimes, room: number): string | undefined {
  for (const prefixes of datePrefixes(from, to)) {
    const parts = prefixes.map((prefix) => `($.timestamp = "${prefix}*")`);
    const clause = parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' || ')})`;
    if (prefixes.length > 0 && clause.length <= room) return clause;
  }
  return undefined;
}
