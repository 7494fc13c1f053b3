/** How the columns of a table, whoever made it, are matched with the fields of an event. */
import type { Note } from '../../../shared/contract.ts';
import { EVENT_FIELDS, type EventField } from '../../../shared/event.ts';

/** The columns without which a table holds no audit trail. */
export const REQUIRED: readonly EventField[] = ['id', 'category', 'action', 'timestamp'];

/** For each event field, the column that holds it: the one of that very name, else one that differs in case only. */
export function matchColumns(columns: readonly string[]): ReadonlyMap<EventField, string> {
  const byName = new Map(columns.map((column) => [column.toLowerCase(), column]));
  const matched = new Map<EventField, string>();
  for (const field of EVENT_FIELDS) {
    const column = columns.includes(field) ? field : byName.get(field);
    if (column !== undefined) matched.set(field, column);
  }
  return matched;
}

/** What a reader should know when one table was read of several that could hold an audit trail. */
export function otherTablesNote(table: string, others: readonly string[]): readonly Note[] {
  if (others.length === 0) return [];
  const names = `${others.slice(0, 12).join(', ')}${others.length > 12 ? ', …' : ''}`;
  return [
    {
      severity: 'info',
      code: 'other_tables',
      message: `Read is ${table}. These could hold an audit trail, too: ${names}. Add ?table=NAME to the source to read another.`,
    },
  ];
}

/** What a reader should know when a table has fewer columns than an event has fields, or more. */
export function columnNotes(
  where: string,
  columns: readonly string[],
  matched: ReadonlyMap<EventField, string>,
): readonly Note[] {
  const absent = EVENT_FIELDS.filter((field) => !matched.has(field));
  const used = new Set(matched.values());
  const extra = columns.filter((column) => !used.has(column));
  const notes: Note[] = [];
  if (absent.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'missing_columns',
      message: `${where} has no ${absent.join(', ')}: these fields are empty in every event.`,
    });
  }
  if (extra.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'extra_columns',
      message: `${where} has further columns that are no event fields and were not read: ${extra.join(', ')}.`,
    });
  }
  return notes;
}
