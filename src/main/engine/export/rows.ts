/**
 * The rows of an export as cells, where the database can't build them by itself: JSON paths, masks, names, notes. Rows come
 * from it as their fields, and every cell is made from those.
 */
import { NAME_COLUMNS, type ExportColumn } from '../../../shared/export-columns.ts';
import { FLAT_FIELDS } from '../../../shared/event.ts';
import { redact } from '../../../shared/source-url.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import { scalarText, valueAt } from '../analysis/json-members.ts';
import { viewLines } from '../snapshot/view.ts';
import type { ExportRequest } from './exporter.ts';

/** What stands in one place of a row; `null` where the event has nothing there, not even an empty text. */
export type Cell = string | null;

/** A row as the snapshot has it, masked where it has to be. */
export interface SourceRow {
  readonly field: (name: (typeof FLAT_FIELDS)[number]) => string;
  /** Microseconds since 1970 UTC, as text. */
  readonly micros: string;
  readonly result: string | null;
  readonly payload: string | null;
  readonly record: string | null;
  /** The event rebuilt from its columns as JSON. */
  readonly rebuilt: string | null;
  /** The cell of any column but those of JSON formats' own making. */
  readonly cell: (column: ExportColumn) => Cell;
}

/** Whether the database can build the cells of these columns by itself. */
export function isSimple(columns: readonly ExportColumn[], { masker }: Pick<ExportRequest, 'masker'>): boolean {
  return masker === null && columns.every(({ kind, name }) => kind === 'field' || name === 'source');
}

const TEXTS = [...FLAT_FIELDS, 'ts', 'source', 'result', 'payload', 'raw'] as const;
type TextName = (typeof TEXTS)[number];

/**
 * The rows of the request's view in order, as many at a time as the snapshot hands over.
 * @param columns what cells will be asked for
 * @param rebuilt SQL of the event as JSON, where that is wanted
 */
export async function* readRows(
  request: ExportRequest,
  columns: readonly ExportColumn[],
  rebuilt?: string,
): AsyncIterable<readonly SourceRow[]> {
  const { view, spec, signal, beside } = request;
  const names = textsFor(columns);
  const list = [...names.map((name) => `${name}::VARCHAR`), ...(rebuilt === undefined ? [] : [rebuilt])];
  const named = columns.flatMap(({ name }) => (isNamed(name) ? [NAME_COLUMNS[name]] : []));
  for await (const lines of viewLines(view, spec, `to_json([${list.join(', ')}])::VARCHAR`, signal)) {
    const rows = lines.map((line) => new Row(request, names, parseTexts(line)));
    if (named.length > 0) {
      await beside.names.learn(
        rows.flatMap((row) => named.map((field) => row.original(field))),
        signal,
      );
    }
    yield rows;
  }
}

/** What has to be read for the columns. An id and a source are asked for where notes are. */
function textsFor(columns: readonly ExportColumn[]): readonly TextName[] {
  const wanted = new Set<string>();
  for (const column of columns) {
    if (column.kind === 'path') wanted.add(column.path.root);
    else if (isNamed(column.name)) wanted.add(NAME_COLUMNS[column.name]);
    else if (column.name === 'instant') wanted.add('ts');
    else if (column.name === 'record') wanted.add('raw');
    else if (column.name === 'note' || column.name === 'tags') for (const name of ['id', 'source']) wanted.add(name);
    else wanted.add(column.name);
    if (column.name === 'timestamp') wanted.add('ts');
  }
  return TEXTS.filter((name) => wanted.has(name));
}

function isNamed(name: string): name is keyof typeof NAME_COLUMNS {
  return Object.hasOwn(NAME_COLUMNS, name);
}

function parseTexts(line: string): readonly Cell[] {
  const texts: unknown = JSON.parse(line);
  if (!Array.isArray(texts)) throw new Error('A row of the snapshot is no list of cells');
  return texts.map((text: unknown) => (typeof text === 'string' ? text : null));
}

class Row implements SourceRow {
  readonly #request: ExportRequest;
  readonly #names: readonly TextName[];
  readonly #texts: readonly Cell[];
  #result: string | null | undefined;
  #payload: string | null | undefined;

  constructor(request: ExportRequest, names: readonly TextName[], texts: readonly Cell[]) {
    this.#request = request;
    this.#names = names;
    this.#texts = texts;
  }

  /** A text as the snapshot has it, unmasked. */
  original(name: TextName): string {
    return this.#text(name) ?? '';
  }

  field(name: (typeof FLAT_FIELDS)[number]): string {
    const { masker, clock } = this.#request;
    if (name === 'timestamp') return clock === null ? this.original(name) : clock.format(BigInt(this.micros));
    return masker === null ? this.original(name) : masker.field(name, this.original(name));
  }

  get micros(): string {
    return this.original('ts');
  }

  get result(): string | null {
    this.#result ??= this.#json('result');
    return this.#result;
  }

  get payload(): string | null {
    this.#payload ??= this.#json('payload');
    return this.#payload;
  }

  get record(): string | null {
    const raw = this.#text('raw');
    const { masker } = this.#request;
    return raw === null || masker === null ? raw : masker.json('record', raw);
  }

  get rebuilt(): string | null {
    const text = this.#texts[this.#names.length] ?? null;
    const { masker } = this.#request;
    return text === null || masker === null ? text : masker.json('record', text);
  }

  cell(column: ExportColumn): Cell {
    if (column.kind === 'path') return this.#atPath(column.path);
    const { name } = column;
    switch (name) {
      case 'result':
        return this.result;
      case 'payload':
        return this.payload;
      case 'record':
        return this.record;
      case 'instant':
        return formatInstant(BigInt(this.micros));
      case 'source':
        return this.#masked(redact(this.#sourceUrl()));
      case 'note':
        return this.#masked(this.#request.beside.notes.note(this.#sourceUrl(), this.original('id')));
      case 'tags':
        return this.#masked(this.#request.beside.notes.tags(this.#sourceUrl(), this.original('id')));
      case 'actor_name':
      case 'action_object_name':
      case 'target_name':
        return this.#named(this.original(NAME_COLUMNS[name]));
      default:
        return this.field(name);
    }
  }

  #text(name: TextName): string | null {
    return this.#texts[this.#names.indexOf(name)] ?? null;
  }

  #json(name: 'result' | 'payload'): string | null {
    const text = this.#text(name);
    const { masker } = this.#request;
    return text === null || masker === null ? text : masker.json(name, text);
  }

  #masked(text: string): string {
    const { masker } = this.#request;
    return masker === null ? text : masker.text(text);
  }

  #sourceUrl(): string {
    return this.#request.about.status.sources[Number(this.original('source'))]?.url ?? '';
  }

  /** A masked id has no name here, whatever column it stands in. */
  #named(id: string): string {
    const { masker, beside } = this.#request;
    return masker?.has(id) === true ? '' : this.#masked(beside.names.of(id));
  }

  #atPath({ root, steps }: { readonly root: 'result' | 'payload'; readonly steps: readonly string[] }): Cell {
    const text = this[root];
    const value = text === null ? undefined : valueAt(text, steps);
    if (value === undefined) return null;
    return this.#request.pathValues === 'json' ? value : scalarText(value).toWellFormed();
  }
}
