/**
 * Reads the rows of a workbook, whoever saved it last: ours, or a spreadsheet program that moved the texts elsewhere.
 * It is what verification trusts, so it shares no code with the writer but the meaning of `_xHHHH_`.
 */
import type { FileHandle } from 'node:fs/promises';
import { XmlReader } from './xml-reader.ts';
import { unescapeText } from './xlsx-text.ts';
import { ArchiveError, readDirectory, readEntry, type ZipEntry } from './zip-reader.ts';

/** The texts of a row's cells, in order of column. */
export type SheetRow = readonly string[];

/** A row with what only its cells tell. */
export interface NumberedRow {
  readonly cells: SheetRow;
  /** 1-based, as the spreadsheet program shows it. */
  readonly number: number;
  /** The 0-based columns of formulas whose result the program that wrote them did not store. */
  readonly unknown: readonly number[];
}

export type NumberText = (value: string, style: number) => string;

export class WorkbookReader {
  readonly #file: FileHandle;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #sheets: ReadonlyMap<string, string>;
  #shared: readonly string[] | null = null;

  private constructor(file: FileHandle, entries: ReadonlyMap<string, ZipEntry>, sheets: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#entries = entries;
    this.#sheets = sheets;
  }

  /** @throws ArchiveError when the file is no readable workbook. */
  static async open(file: FileHandle, size: number): Promise<WorkbookReader> {
    const entries = await readDirectory(file, size);
    const targets = new Map<string, string>();
    const sheets = new Map<string, string>();
    const ids: [string, string][] = [];
    const part = (name: string): ZipEntry => find(entries, name);
    await parse(file, part('xl/_rels/workbook.xml.rels'), (name, attributes) => {
      if (name === 'Relationship') targets.set(attributes().get('Id') ?? '', attributes().get('Target') ?? '');
    });
    await parse(file, part('xl/workbook.xml'), (name, attributes) => {
      if (name === 'sheet') ids.push([attributes().get('name') ?? '', attributes().get('id') ?? '']);
    });
    for (const [name, id] of ids) {
      const target = targets.get(id) ?? '';
      sheets.set(name, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    }
    return new WorkbookReader(file, entries, sheets);
  }

  /** The names on the tabs, in order. */
  get sheetNames(): readonly string[] {
    return [...this.#sheets.keys()];
  }

  /** Reads every part to its end. @throws ArchiveError for the first whose checksum does not match. */
  async check(): Promise<void> {
    for (const entry of this.#entries.values()) await parse(this.#file, entry, () => undefined);
  }

  /** Reads a part of the workbook, such as `xl/styles.xml`, when there is one. @throws ArchiveError */
  async part(name: string, open: (name: string, attributes: () => ReadonlyMap<string, string>) => void): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry !== undefined) await parse(this.#file, entry, open);
  }

  /** The rows of a sheet, its header row included; rows that hold nothing may be missing. @throws ArchiveError */
  async *rows(sheet: string): AsyncGenerator<SheetRow> {
    for await (const { cells } of this.numberedRows(sheet)) yield cells;
  }

  /** As `rows`. `numberText` turns a number and the index of its style into what the cell says; else the number is its text. */
  async *numberedRows(sheet: string, numberText?: NumberText): AsyncGenerator<NumberedRow> {
    const path = this.#sheets.get(sheet);
    if (path === undefined) throw new ArchiveError(`the sheet “${sheet}” is missing`);
    const entry = find(this.#entries, path);
    this.#shared ??= await this.#sharedTexts();
    const collector = new RowCollector(this.#shared, numberText);
    const reader = new XmlReader(collector);
    const decoder = new TextDecoder();
    for await (const bytes of readEntry(this.#file, entry)) {
      reader.feed(decoder.decode(bytes, { stream: true }));
      yield* collector.take();
    }
  }

  async #sharedTexts(): Promise<readonly string[]> {
    const entry = this.#entries.get('xl/sharedStrings.xml');
    if (entry === undefined) return [];
    const texts: string[] = [];
    const collector = new TextCollector();
    await parse(
      this.#file,
      entry,
      (name) => {
        if (name === 'si') collector.reset();
        else collector.open(name);
      },
      (name) => {
        if (name === 'si') texts.push(collector.value);
        else collector.close(name);
      },
      (text) => collector.text(text),
    );
    return texts;
  }
}

/** Gathers the `<t>` of a rich or plain text, phonetic readings left out. */
class TextCollector {
  value = '';
  #inText = false;
  #phonetic = false;

  reset(): void {
    this.value = '';
    this.#inText = false;
    this.#phonetic = false;
  }

  open(name: string): void {
    if (name === 't') this.#inText = true;
    else if (name === 'rPh') this.#phonetic = true;
  }

  close(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'rPh') this.#phonetic = false;
  }

  text(text: string): void {
    if (this.#inText && !this.#phonetic) this.value += text;
  }
}

class RowCollector {
  readonly #shared: readonly string[];
  readonly #texts = new TextCollector();
  #done: NumberedRow[] = [];
  #row: string[] = [];
  #number = 0;
  #unknown: number[] = [];
  #column = 0;
  #isFormula = false;
  #type = '';
  #value = '';
  #style = 0;
  #inValue = false;
  readonly #numberText: NumberText | undefined;

  constructor(shared: readonly string[], numberText: NumberText | undefined) {
    this.#shared = shared;
    this.#numberText = numberText;
  }

  take(): readonly NumberedRow[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  readonly open = (name: string, attributes: () => ReadonlyMap<string, string>): void => {
    if (name === 'row') {
      this.#row = [];
      this.#unknown = [];
      this.#column = 0;
      this.#number = Number(attributes().get('r') ?? this.#number + 1);
    } else if (name === 'c') {
      const all = attributes();
      this.#column = columnOf(all.get('r')) ?? this.#column;
      this.#type = all.get('t') ?? '';
      this.#style = Number(all.get('s') ?? 0);
      this.#value = '';
      this.#isFormula = false;
      this.#texts.reset();
    } else if (name === 'v') this.#inValue = true;
    else if (name === 'f') this.#isFormula = true;
    else this.#texts.open(name);
  };

  readonly close = (name: string): void => {
    if (name === 'row') {
      const cells = Array.from(this.#row, (cell: string | undefined) => cell ?? '');
      this.#done.push({ cells, number: this.#number, unknown: this.#unknown });
    } else if (name === 'c') {
      // An empty text is a result, and has its type.
      if (this.#isFormula && this.#value === '' && this.#type !== 'str') this.#unknown.push(this.#column);
      this.#row[this.#column] = unescapeText(this.#cell());
      this.#column += 1;
    } else if (name === 'v') this.#inValue = false;
    else this.#texts.close(name);
  };

  readonly text = (text: string): void => {
    if (this.#inValue) this.#value += text;
    else this.#texts.text(text);
  };

  #cell(): string {
    if (this.#type === 's') return this.#sharedText();
    if (this.#type === 'inlineStr') return this.#texts.value;
    // As JSON has it: a column of JSON is the only place for it among events.
    if (this.#type === 'b') return this.#value === '0' ? 'false' : 'true';
    const isNumber = (this.#type === '' || this.#type === 'n') && this.#value !== '';
    return isNumber && this.#numberText !== undefined ? this.#numberText(this.#value, this.#style) : this.#value;
  }

  #sharedText(): string {
    const text = this.#value === '' ? '' : this.#shared[Number(this.#value)];
    if (text === undefined) throw new ArchiveError(`a cell of row ${this.#number} names a text that is not there`);
    return text;
  }
}

/** The index of a cell's column, 0 for `A7`. Beyond what we write, columns only have to be told apart. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return null;
  let index = 0;
  for (let at = 0; at < letters.length; at += 1) index = index * 26 + letters.charCodeAt(at) - 64;
  return index - 1;
}

function find(entries: ReadonlyMap<string, ZipEntry>, name: string): ZipEntry {
  const entry = entries.get(name);
  if (entry === undefined) throw new ArchiveError(`its part ${name} is missing`);
  return entry;
}

async function parse(
  file: FileHandle,
  entry: ZipEntry,
  open: (name: string, attributes: () => ReadonlyMap<string, string>) => void,
  close: (name: string) => void = () => undefined,
  text: (text: string) => void = () => undefined,
): Promise<void> {
  const reader = new XmlReader({ open, close, text });
  const decoder = new TextDecoder();
  for await (const bytes of readEntry(file, entry)) reader.feed(decoder.decode(bytes, { stream: true }));
}
