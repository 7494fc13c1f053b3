/** What a file is, by what it begins with; its name does not matter. */
import { AppError } from '../../../../shared/errors.ts';
import { cellsOf, type Delimiter } from './delimited.ts';
import { encodingOf } from './bytes.ts';
import { isHeader, namedFields } from './header.ts';
import { ElementSplitter, type ElementsIn } from './json-elements.ts';
import { isLogEvent, unwrap } from './log-text.ts';

export type Shape =
  | { readonly kind: 'xlsx' }
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'delimited';
      readonly delimiter: Delimiter;
      readonly lineEnd: number;
      readonly encoding: string;
    }
  | { readonly kind: 'lines'; readonly logEvents: boolean; readonly encoding: string }
  | {
      readonly kind: 'elements';
      readonly where: ElementsIn;
      readonly logEvents: boolean;
      readonly encoding: string;
    };

export interface Beginning {
  /** The file's first bytes, unpacked. */
  readonly head: Buffer;
  /** Whether they are all there is. */
  readonly whole: boolean;
}

export interface NamedFile {
  readonly name: string;
  /** Whether it was named by itself, as opposed to found in a folder. */
  readonly named: boolean;
}

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** Kinds of file that are met and not read, with what to do instead. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['SQLite format 3', 'is a SQLite database. Open it as sqlite:PATH'],
  ['\u00d0\u00cf\u0011\u00e0', 'is an old Excel file (.xls). Save it as .xlsx or CSV'],
  ['%PDF', 'is a PDF. Ask for the data as CSV or JSON'],
  ['BZh', 'is packed with bzip2. Unpack it first'],
  ['\u00fd7zXZ', 'is packed with xz. Unpack it first'],
  ['(\u00b5/\u00fd', 'is packed with zstd. Unpack it first'],
  ["7z\u00bc\u00af'", 'is a 7-Zip archive. Unpack it first'],
  ['Rar!', 'is a RAR archive. Unpack it first'],
];

/**
 * @param asked the encoding that somebody named
 * @throws AppError `source_invalid` saying what it seems to be, when it is nothing that is read
 */
export function recognise({ head, whole }: Beginning, { name, named }: NamedFile, asked: string | undefined): Shape {
  if (head.length === 0) throw invalid(`${name} is empty: there is nothing in it.`);
  const magic = head.toString('latin1', 0, 16);
  if (magic.startsWith('PK\u0003\u0004')) return { kind: 'xlsx' };
  if (magic.startsWith('PAR1')) return { kind: 'parquet' };
  if (magic.slice(8, 12) === 'DUCK') throw invalid(`${name} is a DuckDB database. Open it as snapshot:PATH.`);
  for (const [start, what] of FOREIGN) if (magic.startsWith(start)) throw invalid(`${name} ${what}.`);
  const encoding = asked ?? encodingOf(head);
  if (encoding === undefined) throw invalid(`${name} is in UTF-32. Save it as UTF-8.`);
  const text = decoded(head, encoding, name);
  const start = text.trimStart();
  if (start === '') throw invalid(`${name} holds nothing but white space.`);
  const json = start.startsWith('[') || start.startsWith('{') ? jsonShape(start, whole, encoding) : undefined;
  return json ?? tableShape(text, encoding) ?? linesShape(start, encoding) ?? unknown(text, name, named);
}

/** The shape for people: `CSV (semicolon, UTF-16LE)`. */
export function shapeTitle(shape: Shape): string {
  switch (shape.kind) {
    case 'xlsx':
      return 'XLSX';
    case 'parquet':
      return 'Parquet';
    default: {
      const coded = shape.encoding === 'utf-8' ? [] : [shape.encoding.toUpperCase()];
      if (shape.kind === 'delimited') {
        const separators = { ',': [], ';': ['semicolon'], '|': ['bar'], '\t': [] } as const;
        const details = [...separators[shape.delimiter], ...coded];
        return `${shape.delimiter === '\t' ? 'TSV' : 'CSV'}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
      }
      const details = [...(shape.logEvents ? ['log events'] : []), ...coded];
      return `${shape.kind === 'lines' ? 'JSON Lines' : 'JSON'}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
    }
  }
}

function decoded(head: Buffer, encoding: string, name: string): string {
  try {
    // The last character of the head may be cut, so that it is looked at leniently.
    return new TextDecoder(encoding).decode(head);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError(
      'invalid_input',
      `encoding=${encoding} is unknown (for ${name}). Write one such as windows-1252 or utf-16le.`,
      { cause: error },
    );
  }
}

function jsonShape(start: string, whole: boolean, encoding: string): Shape | undefined {
  if (start.startsWith('[')) {
    const logEvents = isLogEvent(firstElement(start, 'array') ?? '');
    return { kind: 'elements', where: 'array', logEvents, encoding };
  }
  const listed = /^\{\s*"events"\s*:\s*\[/.test(start) || (whole && isEventList(start));
  if (listed) {
    const where = { key: 'events' };
    return { kind: 'elements', where, logEvents: isLogEvent(firstElement(start, where) ?? ''), encoding };
  }
  const first = firstElement(start, 'sequence');
  const logEvents = isLogEvent(first ?? '');
  const line = start.slice(0, start.search(/[\r\n]|$/));
  // A value that goes on behind the first line end was written for people: several lines to one record.
  const spread = first === undefined ? /^\{\s*$/.test(line) : first.length > line.length;
  return spread ? { kind: 'elements', where: 'sequence', logEvents, encoding } : { kind: 'lines', logEvents, encoding };
}

/** Whether an object holds its list behind other keys. */
function isEventList(start: string): boolean {
  try {
    const value: unknown = JSON.parse(start);
    return typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function firstElement(start: string, where: ElementsIn): string | undefined {
  try {
    return new ElementSplitter(where, '').push(Buffer.from(start))[0]?.toString('utf8');
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function tableShape(text: string, encoding: string): Shape | undefined {
  const lineEnd = text.includes('\n') ? 0x0a : 0x0d;
  const lines = headLines(text);
  const hinted = /^sep=(.)$/i.exec(lines[0] ?? '')?.[1];
  const first = lines[hinted === undefined ? 0 : 1] ?? '';
  for (const delimiter of DELIMITERS) {
    if (isHeader(cellsOf(first, delimiter) ?? [])) return { kind: 'delimited', delimiter, lineEnd, encoding };
  }
  return undefined;
}

function linesShape(start: string, encoding: string): Shape | undefined {
  const lines = headLines(start).slice(0, 200);
  const first = lines.find(isRecord);
  return first === undefined ? undefined : { kind: 'lines', logEvents: isLogEvent(first), encoding };
}

function isRecord(line: string): boolean {
  const found = unwrap(Buffer.from(line), false);
  return found.kind === 'record' && found.bytes[0] === 0x7b;
}

/** For the delimiter under which most columns have names of event fields, the table is read on, to say what it lacks. */
function unknown(text: string, name: string, named: boolean): Shape {
  const [first = ''] = headLines(text);
  const best = DELIMITERS.map((delimiter) => ({ delimiter, cells: cellsOf(first, delimiter) ?? [] })).toSorted(
    (a, b) => namedFields(b.cells) - namedFields(a.cells) || b.cells.length - a.cells.length,
  )[0];
  const isTable = best !== undefined && best.cells.length > 1 && !first.includes('\u0000');
  // A table of something else in a folder of exports is none of ours; one with some of our columns is a damaged one.
  if (isTable && (named || namedFields(best.cells) > 1)) {
    const lineEnd = text.includes('\n') ? 0x0a : 0x0d;
    return { kind: 'delimited', delimiter: best.delimiter, lineEnd, encoding: 'utf-8' };
  }
  throw invalid(`${name} is none of CSV, TSV, JSON, JSON Lines, XLSX and Parquet, packed with gzip or not.`);
}

function headLines(text: string): readonly string[] {
  return text
    .split(/\r\n|\n|\r/, 400)
    .map((line) => line.replace(/^\ufeff/, ''))
    .filter((line) => line.trim() !== '');
}

function invalid(message: string): AppError {
  return new AppError('source_invalid', message);
}
