/** A plain table for terminals and pipes. */
import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Widest it may get; longer values are cut on a terminal, and stand out in a pipe. */
  readonly max?: number;
}

/** Cells that may be wider are padded so far only. */
const WIDEST_PADDING = 32;

/** The lines of a table; header included. Values are made harmless first. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cut = process.stdout.isTTY;
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    columns.map(({ max }, index) => {
      const text = printable(row[index] ?? '');
      return cut && max !== undefined && text.length > max ? `${text.slice(0, max - 1)}…` : text;
    }),
  );
  const widths = columns.map(({ max = Number.POSITIVE_INFINITY }, index) =>
    Math.min(max, Math.max(...cells.map((row) => row[index]?.length ?? 0))),
  );
  return cells.map((row) =>
    row
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** One row of a table whose other rows are not known yet: each cell as wide as its column may get, within reason. */
export function tableRow(columns: readonly Column[], row: readonly string[]): string {
  return columns
    .map(({ max = 32 }, index) => {
      const text = printable(row[index] ?? '');
      const cell = process.stdout.isTTY && text.length > max ? `${text.slice(0, max - 1)}…` : text;
      return cell.padEnd(Math.min(max, WIDEST_PADDING));
    })
    .join('  ')
    .trimEnd();
}

/** Writes lines to standard output. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
