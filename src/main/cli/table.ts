/** A plain table for terminals and pipes. */
import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Widest it may get on a terminal; longer values are cut there, never in a pipe. */
  readonly max?: number;
}

/** The lines of a table; header included. Values are made harmless first. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cut = process.stdout.isTTY;
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    columns.map(({ max }, index) => {
      const text = printable(row[index] ?? '');
      return cut && max !== undefined && text.length > max ? `${text.slice(0, max - 1)}…` : text;
    }),
  );
  const widths = columns.map((_column, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Writes lines to standard output. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
