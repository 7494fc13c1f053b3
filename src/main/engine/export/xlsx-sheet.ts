/** A run of sheets that continue one another: rows go in, each sheet is closed when it is full. */
import type { RowDigests } from './digests.ts';
import { columnName, FIRST_SHEET, sheetEnd, sheetStart, STYLE, type SheetPart } from './xlsx-parts.ts';
import { escapeText, inlineString } from './xlsx-text.ts';

/** Bytes of XML after which a sheet is full, whatever its rows: archive entries stay well below 4 GiB. */
const MAX_SHEET_BYTES = 3 * 1024 ** 3;
/** UTF-16 units of XML that are handed on at once. */
const FLUSH_UNITS = 128 * 1024;

/** XML of one row. Empty cells are left out. */
export type RowWriter = (cells: readonly string[], row: number, plain: boolean) => string;

/** Makes the function that writes rows of so many columns. `plain` says that no cell needs escaping. */
export function rowWriter(columns: number, style: number = STYLE.text): RowWriter {
  const starts = Array.from({ length: columns }, (_none, at) => `<c r="${columnName(at)}`);
  return (cells, row, plain) => {
    const middle = `${row}" s="${style}" t="inlineStr">`;
    let xml = `<row r="${row}">`;
    for (let at = 0; at < columns; at += 1) {
      const cell = cells[at] ?? '';
      if (cell === '') continue;
      const content = plain ? `<is><t>${cell}</t></is>` : inlineString(escapeText(cell));
      xml += `${starts[at] ?? ''}${middle}${content}</c>`;
    }
    return `${xml}</row>`;
  };
}

/** Where a sheet's XML goes: an archive entry, or a spool that becomes one. */
export interface SheetOutput {
  readonly write: (xml: string) => Promise<void>;
  readonly end: () => Promise<void>;
  /** Bytes written so far. */
  readonly size: () => number;
}

export interface SheetRunOptions {
  readonly header: readonly string[];
  readonly widths: readonly number[];
  readonly nameOf: (index: number) => string;
  readonly open: (index: number) => Promise<{ readonly path: string; readonly output: SheetOutput }>;
  readonly digests: RowDigests;
  /** Rows under each header; less than the format allows only in tests. */
  readonly maxRows: number;
}

/** Gathers rows and hands them on in pieces of about {@link FLUSH_UNITS}. */
export class SheetRun {
  readonly parts: SheetPart[] = [];
  readonly #options: SheetRunOptions;
  readonly #write: RowWriter;
  #output: SheetOutput | null = null;
  #path = '';
  #xml = '';
  #canonical: string[] = [];
  /** Rows in the current sheet, header included. */
  #row = 0;

  constructor(options: SheetRunOptions) {
    this.#options = options;
    this.#write = rowWriter(options.header.length);
  }

  /** The name of the sheet and the row that the next {@link SheetRun.add} will fill. */
  next(): { readonly sheet: string; readonly row: number } {
    const index = this.parts.length + (this.#isFull() && this.#output !== null ? 1 : 0);
    return { sheet: this.#options.nameOf(index), row: this.#isFull() ? 2 : this.#row + 1 };
  }

  /** What has to be awaited before the next {@link SheetRun.add}; `null` most of the time. */
  room(): Promise<void> | null {
    if (this.#isFull()) return this.#begin();
    return this.#xml.length > FLUSH_UNITS ? this.flush() : null;
  }

  /** Adds a row; `canonical` is its text for the digest, `plain` says that no cell needs escaping. */
  add(cells: readonly string[], canonical: string, plain: boolean): void {
    this.#row += 1;
    this.#xml += this.#write(cells, this.#row, plain);
    this.#canonical.push(canonical);
  }

  async flush(): Promise<void> {
    await this.#options.digests.add(this.#canonical);
    this.#canonical = [];
    if (this.#xml === '') return;
    const xml = this.#xml;
    this.#xml = '';
    await this.#output?.write(xml);
  }

  /** Ends the last sheet. `always` makes one even when no row came. */
  async end(always: boolean): Promise<void> {
    if (this.#output === null && always) await this.#begin();
    await this.#close();
  }

  #isFull(): boolean {
    return this.#output === null || this.#row > this.#options.maxRows || this.#output.size() > MAX_SHEET_BYTES;
  }

  async #begin(): Promise<void> {
    await this.#close();
    const { header, widths, open } = this.#options;
    const { path, output } = await open(this.parts.length);
    this.#output = output;
    this.#path = path;
    this.#row = 1;
    const titles = rowWriter(header.length, STYLE.header)(header, 1, false);
    this.#xml = sheetStart(widths, true, path === FIRST_SHEET) + titles;
  }

  async #close(): Promise<void> {
    if (this.#output === null) return;
    await this.flush();
    const filtered = { columns: this.#options.header.length, rows: this.#row };
    await this.#output.write(sheetEnd(filtered));
    await this.#output.end();
    this.parts.push({ name: this.#options.nameOf(this.parts.length), path: this.#path, filtered });
    this.#output = null;
  }
}
