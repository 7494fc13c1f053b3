/**
 * Takes comma-, semicolon- and tab-separated text apart, on bytes: a row that is damaged keeps them, and costs no other.
 * (csv-parse replaces bytes that are no UTF-8 without a word.)
 */
import { isUtf8 } from 'node:buffer';
import { AppError } from '../../../../shared/errors.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
/** A quoted cell that goes on for longer has lost its closing quote. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A row that goes on for longer is looked at again only when as much has come as there was. */
const LONG_BYTES = 1024 * 1024;

export type Delimiter = ',' | ';' | '\t' | '|';

export interface DelimitedRow {
  /** 1-based, blank lines not counted. */
  readonly number: number;
  readonly bytes: Buffer;
  /** `undefined` when the bytes are no UTF-8 or the quotes do not fit. */
  readonly cells: readonly string[] | undefined;
  readonly problem: 'not_utf8' | 'bad_quotes' | undefined;
}

export class DelimitedReader {
  readonly #delimiter: Delimiter;
  readonly #delimiterByte: number;
  readonly #lineEnd: number;
  readonly #name: string;
  #rest: Buffer | undefined;
  /** What came after the rest and was not looked at yet. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #count = 0;
  /** Where the next quote is in the bytes at hand. */
  #quote = -1;

  /** @param lineEnd the byte rows end with: a line feed, or a carriage return in texts that have no line feed */
  constructor(delimiter: Delimiter, lineEnd: number, name: string) {
    this.#delimiter = delimiter;
    this.#delimiterByte = delimiter.charCodeAt(0);
    this.#lineEnd = lineEnd;
    this.#name = name;
  }

  /** The rows that end in the next piece. @throws AppError `source_invalid` when a quoted cell has no end */
  push(chunk: Buffer): DelimitedRow[] {
    const open = this.#rest?.length ?? 0;
    if (open + this.#waitingBytes > MAX_BYTES) {
      throw new AppError(
        'source_invalid',
        `${this.#name} is damaged: a quote that opens in row ${this.#count + 1} is not closed. What stands before was read.`,
      );
    }
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    const rows: DelimitedRow[] = [];
    if (open > LONG_BYTES && this.#waitingBytes < open) return rows;
    const bytes = this.#joined();
    let at = 0;
    this.#quote = -1;
    for (;;) {
      const end = this.#endOfRow(bytes, at);
      if (end === -1) break;
      this.#add(bytes.subarray(at, end), rows);
      at = end + 1;
    }
    this.#rest = at === 0 ? bytes : bytes.subarray(at);
    return rows;
  }

  /** The last row, when no line end follows it. `open`: it ends inside quotes. */
  end(): { readonly rows: DelimitedRow[]; readonly open: boolean } {
    const rows: DelimitedRow[] = [];
    const rest = this.#joined();
    let at = 0;
    this.#quote = -1;
    for (let end = this.#endOfRow(rest, 0); end !== -1; end = this.#endOfRow(rest, at)) {
      this.#add(rest.subarray(at, end), rows);
      at = end + 1;
    }
    const last = rest.subarray(at);
    const open = last.length > 0 && this.#insideQuotes(last);
    if (last.length > 0) this.#add(last, rows);
    return { rows, open };
  }

  /** The rest and all that came after it. */
  #joined(): Buffer {
    const [first] = this.#waiting;
    const bytes =
      this.#rest === undefined && this.#waiting.length === 1 && first !== undefined
        ? first
        : Buffer.concat([this.#rest ?? Buffer.alloc(0), ...this.#waiting]);
    this.#rest = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  #add(line: Buffer, rows: DelimitedRow[]): void {
    const bytes = this.#lineEnd === LF && line.at(-1) === CR ? line.subarray(0, -1) : line;
    if (bytes.length === 0) return;
    this.#count += 1;
    if (!isUtf8(bytes)) {
      rows.push({ number: this.#count, bytes, cells: undefined, problem: 'not_utf8' });
      return;
    }
    const cells = cellsOf(bytes.toString('utf8'), this.#delimiter);
    rows.push({ number: this.#count, bytes, cells, problem: cells === undefined ? 'bad_quotes' : undefined });
  }

  /** The offset of the byte that ends the row which starts at `from`, or -1. */
  #endOfRow(bytes: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const end = bytes.indexOf(this.#lineEnd, at);
      if (end === -1) return -1;
      // Looked for once, not once a row: in a text without quotes it is a look at all that follows.
      if (this.#quote < at) this.#quote = indexOr(bytes, QUOTE, at);
      if (this.#quote > end) return end;
      at = this.#behindCell(bytes, this.#quote, from);
      if (at === -1) return -1;
    }
  }

  /** The offset behind a quote that is a character like others, or behind the quoted cell; -1 when its end is not here. */
  #behindCell(bytes: Buffer, quote: number, from: number): number {
    if (quote !== from && bytes[quote - 1] !== this.#delimiterByte) return quote + 1;
    let at = quote + 1;
    for (;;) {
      const close = bytes.indexOf(QUOTE, at);
      if (close === -1) return -1;
      if (bytes[close + 1] !== QUOTE) return close + 1;
      at = close + 2;
    }
  }

  #insideQuotes(bytes: Buffer): boolean {
    let at = 0;
    for (;;) {
      const quote = bytes.indexOf(QUOTE, at);
      if (quote === -1) return false;
      const closed = this.#behindCell(bytes, quote, 0);
      if (closed === -1) return true;
      at = closed;
    }
  }
}

/** The cells of one row; `undefined` when text follows a closing quote, or a quote is not closed. */
export function cellsOf(text: string, delimiter: Delimiter): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      cells.push(end === -1 ? text.slice(at) : text.slice(at, end));
      if (end === -1) return cells;
      at = end + 1;
      continue;
    }
    let cell = '';
    let from = at + 1;
    for (;;) {
      const close = text.indexOf('"', from);
      if (close === -1) return undefined;
      cell += text.slice(from, close);
      if (text[close + 1] !== '"') {
        at = close + 1;
        break;
      }
      cell += '"';
      from = close + 2;
    }
    cells.push(cell);
    if (at === text.length) return cells;
    if (text[at] !== delimiter) return undefined;
    at += 1;
  }
}

function indexOr(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}
