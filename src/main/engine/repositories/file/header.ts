/** The header row of a table that somebody handed over, and its rows as the fields of an event. */
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS, type EventField } from '../../../../shared/event.ts';
import { columnNotes, matchColumns, REQUIRED } from '../columns.ts';

const RESULT = EVENT_FIELDS.indexOf('result');

export interface TableHeader {
  /** For each event field, the column that holds it; -1 for none. */
  readonly columns: readonly number[];
  readonly width: number;
  /** Columns within the width that have no name. */
  readonly unnamed: readonly number[];
  readonly notes: readonly Note[];
}

/** How many of the fields of an event a row names; `Action Object` names `action_object`. */
export function namedFields(cells: readonly string[]): number {
  return matchColumns(cells.map(plainName)).size;
}

/** Whether a row names all columns that a table of events must have. */
export function isHeader(cells: readonly string[]): boolean {
  const matched = matchColumns(cells.map(plainName));
  return REQUIRED.every((field) => matched.has(field));
}

/** @throws AppError `source_invalid` naming what was found, when a required column is missing or one is there twice */
export function readHeader(cells: readonly string[], name: string): TableHeader {
  const names = cells.map(plainName);
  const matched = matchColumns(names);
  const missing = REQUIRED.filter((field) => !matched.has(field));
  if (missing.length > 0) {
    if (cells.every((cell) => !/[\p{L}\p{N}]/u.test(cell))) {
      throw new AppError('source_invalid', `${name} is no table of events: its first row holds no names of columns.`);
    }
    const found = cells.map((cell) => `“${cell.slice(0, 40)}”`);
    throw new AppError(
      'source_invalid',
      `${name} is no table of events: its first row lacks ${missing.join(', ')}. It has ${found.slice(0, 12).join(', ')}${found.length > 12 ? ', …' : ''}.`,
    );
  }
  const twice = EVENT_FIELDS.filter((field) => names.filter((each) => each === field).length > 1);
  if (twice.length > 0) {
    throw new AppError(
      'source_invalid',
      `${name} has more than one column ${twice.join(', ')}, and nothing says which is meant. Rename or remove one.`,
    );
  }
  const columns = EVENT_FIELDS.map((field: EventField) => names.indexOf(field));
  const own = new Map([...matched].map(([field]) => [field, cells[names.indexOf(field)] ?? field]));
  const titled = cells.filter((cell) => cell.trim() !== '');
  const unnamed = cells.flatMap((cell, column) => (cell.trim() === '' ? [column] : []));
  return { columns, width: cells.length, unnamed, notes: columnNotes(name, titled, own) };
}

/** A column without a name is a margin, unless there is something in it. */
export class UnnamedColumns {
  readonly #filled = new Set<number>();

  see({ unnamed, width }: TableHeader, cells: readonly string[]): void {
    for (const column of unnamed) if ((cells[column] ?? '') !== '') this.#filled.add(column);
    for (let column = width; column < cells.length; column += 1) if (cells[column] !== '') this.#filled.add(column);
  }

  notes(name: string): readonly Note[] {
    if (this.#filled.size === 0) return [];
    const columns = [...this.#filled].toSorted((a, b) => a - b).map(columnLetters);
    const shown = `${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ', …' : ''}`;
    return [
      {
        severity: 'warning',
        code: 'unnamed_columns',
        message: `${name} has values in columns without a heading, which were not read: ${shown}.`,
      },
    ];
  }
}

/** What a spreadsheet program calls a 0-based column. */
export function columnLetters(column: number): string {
  const before = Math.floor(column / 26);
  return `${before === 0 ? '' : columnLetters(before - 1)}${String.fromCharCode(65 + (column % 26))}`;
}

/** A row in the order of the event's fields. An empty `result` or `payload` stands for one that was not there. */
export function eventRow({ columns }: TableHeader, cells: readonly string[]): (string | null)[] {
  return columns.map((column, field) => {
    const cell = column === -1 ? null : (cells[column] ?? '');
    return cell === '' && field >= RESULT ? null : cell;
  });
}

function plainName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
