/**
 * Finds the rows of a CSV, TSV, JSON or JSON Lines file that may have been changed anywhere. It shares no code with the
 * writers and recovers from damage: a lost quote makes one row wrong, not all that follow.
 */
import { createReadStream } from 'node:fs';
import { throwIfAborted } from '../../../shared/errors.ts';
import { DigestList, digestSet, shortDigest } from './digest-list.ts';

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const READ_BYTES = 1024 * 1024;
/** A row that is longer than this is broken off; an intact one this long was cut by no limit of ours but is still one row. */
const MAX_OPEN_BYTES = 256 * 1024 * 1024;

export interface TextLayout {
  readonly format: 'csv' | 'tsv' | 'json' | 'jsonl';
  /** The first line, with its end, that stands before the rows; `''` when there is none. */
  readonly head: string;
  /** The digests of the rows that were written. */
  readonly expected: BigUint64Array;
}

export interface TextRows {
  readonly digests: BigUint64Array;
  readonly head: 'intact' | 'changed' | 'missing';
  /** 1-based rows whose line end is not the one that was written; the first few. */
  readonly oddEnds: readonly number[];
  /** Whether the file ends in the middle of a row, or of the array. */
  readonly unfinished: boolean;
  /** JSON: whether something follows the end of the array. */
  readonly trailing: boolean;
}

/** Reads the file once, in memory bounded by its longest row. */
export async function readTextRows(
  path: string,
  layout: TextLayout,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<TextRows> {
  const scan = layout.format === 'json' ? new ArrayScan(layout) : new RecordScan(layout);
  let rest: Buffer[] = [];
  let bytes = 0;
  const stream = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const data of stream) {
    throwIfAborted(signal);
    const chunk: unknown = data;
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A file was read as text');
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, at + 1);
      scan.line(rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    bytes += chunk.length;
    onBytes(bytes);
  }
  return scan.end(Buffer.concat(rest));
}

abstract class Scan {
  readonly digests = new DigestList();
  readonly oddEnds: number[] = [];
  readonly layout: TextLayout;
  head: TextRows['head'] | null = null;

  constructor(layout: TextLayout) {
    this.layout = layout;
    if (layout.head === '') this.head = 'intact';
  }

  /** Takes the next physical line, its end included. */
  abstract line(line: Buffer): void;
  /** Takes what follows the last line end. */
  abstract end(rest: Buffer): TextRows;

  protected result(unfinished: boolean, trailing: boolean): TextRows {
    const { digests, oddEnds, head } = this;
    return { digests: digests.values(), head: head ?? 'missing', oddEnds, unfinished, trailing };
  }

  protected odd(): void {
    if (this.oddEnds.length < 10) this.oddEnds.push(this.digests.length);
  }
}

/** CSV, TSV and JSON Lines: records with a line end each; in the first two, quotes hide line ends. */
class RecordScan extends Scan {
  #open: Buffer[] = [];
  #openBytes = 0;
  #known: ((digest: bigint) => boolean) | null = null;

  line(line: Buffer): void {
    if (this.layout.format === 'jsonl') {
      this.#record(line);
      return;
    }
    const balanced = hasBalancedQuotes(line);
    if (this.#open.length === 0) {
      if (balanced) this.#record(line);
      else this.#keep(line);
      return;
    }
    if (balanced && this.#isKnown(line)) {
      // The record that seemed open had lost or gained a quote: this line is whole by itself.
      this.#close();
      this.#record(line);
      return;
    }
    this.#keep(line);
    if (!balanced || this.#openBytes > MAX_OPEN_BYTES) this.#close();
  }

  end(rest: Buffer): TextRows {
    if (rest.length > 0) this.#keep(rest);
    const unfinished = this.#open.length > 0;
    if (unfinished) this.#close();
    return this.result(unfinished, false);
  }

  #keep(line: Buffer): void {
    this.#open.push(line);
    this.#openBytes += line.length;
  }

  #close(): void {
    const record = Buffer.concat(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#record(record);
  }

  #record(record: Buffer): void {
    if (this.head === null) {
      const intact = record.equals(Buffer.from(this.layout.head));
      this.head = intact ? 'intact' : this.#isKnown(record) ? 'missing' : 'changed';
      if (this.head !== 'missing') return;
    }
    const { row, proper } = this.#withoutEnd(record);
    this.digests.addRow(row);
    if (!proper) this.odd();
  }

  #withoutEnd(record: Buffer): { readonly row: Buffer; readonly proper: boolean } {
    const text = this.layout.format === 'jsonl' ? '\n' : '\r\n';
    if (record.at(-1) !== NEWLINE) return { row: record, proper: false };
    if (text === '\n') return { row: record.subarray(0, -1), proper: true };
    const proper = record.at(-2) === 0x0d;
    return { row: record.subarray(0, proper ? -2 : -1), proper };
  }

  #isKnown(record: Buffer): boolean {
    this.#known ??= digestSet(this.layout.expected);
    return this.#known(shortDigest(this.#withoutEnd(record).row));
  }
}

/** JSON: `[`, then a row a line with a comma after each but the last, then `]`. */
class ArrayScan extends Scan {
  #state: 'rows' | 'done' = 'rows';
  #trailing = false;
  #commaDue = false;

  line(line: Buffer): void {
    if (this.head === null) {
      this.head = line.equals(Buffer.from(this.layout.head))
        ? 'intact'
        : line[0] === 0x7b && line.length > 2
          ? 'missing'
          : 'changed';
      if (this.head !== 'missing') return;
    }
    const text = line.subarray(0, -1);
    if (this.#state === 'done') this.#trailing = true;
    else if (text.length === 1 && text[0] === 0x5d) {
      this.#state = 'done';
      if (this.digests.length > 0 && this.#commaDue) this.odd();
    } else {
      if (this.digests.length > 0 && !this.#commaDue) this.odd();
      this.#commaDue = text.at(-1) === 0x2c;
      this.digests.addRow(this.#commaDue ? text.subarray(0, -1) : text);
    }
  }

  end(rest: Buffer): TextRows {
    if (rest.length > 0 && this.#state === 'done') this.#trailing = true;
    const unfinished = this.#state !== 'done';
    if (unfinished && rest.length > 0 && !(rest.length === 1 && rest[0] === 0x5d)) this.digests.addRow(rest);
    return this.result(unfinished, this.#trailing);
  }
}

function hasBalancedQuotes(line: Buffer): boolean {
  let balanced = true;
  for (let at = line.indexOf(QUOTE); at !== -1; at = line.indexOf(QUOTE, at + 1)) balanced = !balanced;
  return balanced;
}
