/** The columns an export can have: an event's fields, what is known beside them, and values inside `result` and `payload`. */
import { z } from 'zod';
import { AppError } from './errors.ts';
import { EVENT_FIELDS, FILTER_FIELDS, type EventField, type FilterField } from './event.ts';
import { parsePath, type JsonPath } from './json-path.ts';

/** The names of actors and objects, each with the field whose id they are known for. */
export const NAME_COLUMNS = {
  actor_name: 'actor',
  action_object_name: 'action_object_id',
  target_name: 'target_id',
} as const satisfies Record<string, EventField>;
export type NameColumn = keyof typeof NAME_COLUMNS;

/**
 * Columns that no event has of itself: the URL of its source, its instant in UTC, the whole record where it is more than
 * the columns say, names for its ids, and what somebody noted on it.
 */
export const ADDED_COLUMNS = [
  'source',
  'instant',
  'record',
  'actor_name',
  'action_object_name',
  'target_name',
  'note',
  'tags',
] as const;
export type AddedColumn = (typeof ADDED_COLUMNS)[number];

/** What a column is. */
export type ExportColumn =
  | { readonly kind: 'field'; readonly name: EventField }
  | { readonly kind: 'added'; readonly name: AddedColumn }
  | { readonly kind: 'path'; readonly name: string; readonly path: JsonPath };

/** Whether a column’s name is a path into `result` or `payload`, as far as its beginning tells. */
export function isPathColumn(text: string): boolean {
  return /^(?:result|payload)[.[]/.test(text);
}

/** @throws AppError `invalid_input` when the text names no column */
export function exportColumn(text: string): ExportColumn {
  const field = EVENT_FIELDS.find((one) => one === text);
  if (field !== undefined) return { kind: 'field', name: field };
  const added = ADDED_COLUMNS.find((one) => one === text);
  if (added !== undefined) return { kind: 'added', name: added };
  if (isPathColumn(text)) return { kind: 'path', name: text, path: parsePath(text) };
  throw new AppError(
    'invalid_input',
    `There is no column “${text}”. Columns are ${[...EVENT_FIELDS, ...ADDED_COLUMNS].join(', ')}, and paths such as result.new.title.`,
  );
}

/** The name of a column, checked. */
export const exportColumnSchema = z.string().superRefine((text, context) => {
  const problem = problemOf(() => exportColumn(text));
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** What can be masked: a field that holds an id or a word, or a place inside `result` or `payload`. */
export type MaskedPart =
  | { readonly kind: 'field'; readonly name: FilterField }
  | { readonly kind: 'path'; readonly name: string; readonly path: JsonPath };

/** @throws AppError `invalid_input` when the text names nothing that can be masked */
export function maskedPart(text: string): MaskedPart {
  const field = FILTER_FIELDS.find((one) => one === text);
  if (field !== undefined) return { kind: 'field', name: field };
  if (/^(?:result|payload)(?:$|[.[])/.test(text)) return { kind: 'path', name: text, path: parsePath(text) };
  throw new AppError(
    'invalid_input',
    `“${text}” can’t be masked. What can be is ${FILTER_FIELDS.join(', ')}, and paths such as payload.user.email.`,
  );
}

/** The name of what is to be masked, checked. */
export const maskedPartSchema = z.string().superRefine((text, context) => {
  const problem = problemOf(() => maskedPart(text));
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** How ids of actors and objects are handed over. */
export const nameChoiceSchema = z.enum(['id', 'both', 'name']);
export type NameChoice = z.infer<typeof nameChoiceSchema>;

/**
 * The columns with those of names as chosen: `both` puts each behind its id where that is a column, `name` in its place.
 * Name columns that are named already stay where they are.
 */
export function withNames(columns: readonly string[], choice: NameChoice): readonly string[] {
  if (choice === 'id') return columns;
  return columns.flatMap((column) => {
    const name = nameColumnOf(column);
    if (name === undefined || columns.includes(name)) return [column];
    return choice === 'both' ? [column, name] : [name];
  });
}

function nameColumnOf(column: string): NameColumn | undefined {
  if (column === NAME_COLUMNS.actor_name) return 'actor_name';
  if (column === NAME_COLUMNS.action_object_name) return 'action_object_name';
  return column === NAME_COLUMNS.target_name ? 'target_name' : undefined;
}

export function isNameColumn(column: string): column is NameColumn {
  return Object.hasOwn(NAME_COLUMNS, column);
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
