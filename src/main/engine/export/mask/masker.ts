/**
 * Masks a whole export: what is to be masked stands nowhere in it as it was. The values of the masked fields and places,
 * of all events of the snapshot, are replaced by pseudonyms wherever they stand by themselves: in their own column, in
 * others, in `result`, `payload` and the record, as values and as keys.
 */
import type { ExportInput, SnapshotStatus } from '../../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { isNameColumn, isPathColumn, maskedPart, NAME_COLUMNS } from '../../../../shared/export-columns.ts';
import { DEFAULT_SORT, EMPTY_FILTER, type Filter } from '../../../../shared/filter.ts';
import { formatPath, parsePath } from '../../../../shared/json-path.ts';
import { viewLines, type ViewReader } from '../../snapshot/view.ts';
import { mark, placeTree, walkJson, type LeafKind, type Mark, type PlaceTree } from './json-walk.ts';
import { MaskedValues } from './masked-values.ts';
import { Pseudonyms } from './pseudonyms.ts';

export type MaskWish = NonNullable<ExportInput['mask']>;

/** The names known for ids: those of masked actors are masked with them. */
export type NamesOf = (ids: readonly string[], signal: AbortSignal | undefined) => Promise<readonly string[]>;

/** Fields that hold words of the program. `harvest` in `harvest_job_report` names nobody: only a value as a whole is masked. */
const WORDS = ['category', 'action', 'action_object', 'target_type'] as const;

/** Ids that are asked names for at once. */
const IDS_AT_ONCE = 2_000;

export class Masker {
  readonly fields: readonly string[];
  readonly keyId: string;
  readonly #pseudonyms: Pseudonyms;
  readonly #values = new MaskedValues();
  /** The places of a record: its fields, and below `result` and `payload` the masked paths. */
  readonly #places: PlaceTree = placeTree();
  readonly #ownFields: ReadonlySet<string>;
  readonly #actors = new Set<string>();

  private constructor(wish: MaskWish) {
    if (wish.secret === undefined) {
      throw new AppError(
        'invalid_input',
        'Masking needs a key. Set EVENT_AUDIT_MASK_KEY to 64 hexadecimal digits, or name a file with --mask-key-file; it is made if it is not there.',
      );
    }
    this.fields = [...new Set(wish.fields)];
    this.#pseudonyms = new Pseudonyms(wish.secret);
    this.keyId = this.#pseudonyms.keyId;
    const parts = this.fields.map(maskedPart);
    for (const name of WORDS) mark(this.#places, [name], 'word');
    for (const part of parts) {
      mark(this.#places, part.kind === 'field' ? [part.name] : [part.path.root, ...part.path.steps]);
    }
    this.#ownFields = new Set(parts.flatMap((part) => (part.kind === 'field' ? [part.name] : [])));
  }

  /**
   * Looks through all events of a snapshot for the values that are to be masked.
   * @throws AppError `invalid_input` without a key, `cancelled`
   */
  static async collect(
    view: ViewReader,
    wish: MaskWish,
    namesOf: NamesOf | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Masker> {
    const masker = new Masker(wish);
    await masker.#collect(view, signal);
    if (namesOf !== undefined) await masker.#addNames(namesOf, signal);
    return masker;
  }

  /** Whether a value is one of those that are masked. */
  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** A field of an event: masked as a whole when it is a masked one, else what it holds of masked values. */
  field(name: string, value: string): string {
    if (value === '') return '';
    if (this.#ownFields.has(name)) return this.#pseudonyms.of(value);
    return WORDS.some((word) => word === name) ? this.#word(value) : this.text(value);
  }

  #word(value: string): string {
    return this.#values.has(value) ? this.#pseudonyms.of(value) : value;
  }

  /** A text with the masked values in it replaced. */
  text(value: string): string {
    return this.#values.replace(value, (found) => this.#pseudonyms.of(found));
  }

  /** JSON text with everything in it masked that has to be. */
  json(root: 'record' | 'result' | 'payload', text: string): string {
    const places = root === 'record' ? this.#places : this.#places.children.get(root);
    return walkJson(text, places, (value, kind, at) => {
      if (at === 'masked' && kind !== 'key') return value === '' ? undefined : this.#pseudonyms.of(value);
      if (kind === 'boolean') return undefined;
      if (kind === 'number') return this.#values.has(value) ? this.#pseudonyms.of(value) : undefined;
      const masked = at === 'word' && kind === 'string' ? this.#word(value) : this.text(value);
      return masked === value ? undefined : masked;
    });
  }

  /** @throws AppError `invalid_input` for a path with a masked value in its name, which would stand in the file's header */
  refuse(columns: readonly string[]): void {
    for (const name of [...columns, ...this.fields]) {
      const column = isPathColumn(name) ? parsePath(name) : undefined;
      if (column === undefined || column.steps.every((step) => this.text(step) === step)) continue;
      throw new AppError(
        'invalid_input',
        `The path ${name} names a value that is to be masked, and the file would show it. Leave this column out.`,
      );
    }
  }

  /** The wish as the file and its manifest may tell it: no masked value in the filter, and no search text at all. */
  input(input: ExportInput): ExportInput {
    return { ...input, filter: this.#filter(input.filter) };
  }

  /** The state of the capture likewise: what is said in it may quote a record. */
  status(status: SnapshotStatus): SnapshotStatus {
    const reason = <T extends { readonly message: string }>(one: T | null): T | null =>
      one === null ? null : { ...one, message: this.text(one.message) };
    return {
      ...status,
      reason: reason(status.reason),
      notes: status.notes.map((note) => ({ ...note, message: this.text(note.message) })),
      sources: status.sources.map((source) => ({ ...source, reason: reason(source.reason) })),
    };
  }

  #filter(filter: Filter): Filter {
    return {
      ...filter,
      conditions: filter.conditions.map((condition) => ({
        ...condition,
        values: condition.values.map((value) => this.field(condition.field, value)),
      })),
      where: filter.where.map((condition) => {
        const { root, steps } = parsePath(condition.path);
        const isMasked = this.#covers([root, ...steps]);
        return {
          ...condition,
          path: formatPath(
            root,
            steps.map((step) => this.text(step)),
          ),
          value: isMasked && condition.value !== '' ? this.#pseudonyms.of(condition.value) : this.text(condition.value),
        };
      }),
      // Any part of a masked value may be looked for, so that no part of the text can be told to be harmless.
      search: filter.search === '' ? '' : this.#pseudonyms.of(filter.search),
    };
  }

  #covers(steps: readonly string[]): boolean {
    let at: PlaceTree | undefined = this.#places;
    for (const step of steps) {
      at = at.children.get(step);
      if (at === undefined) return false;
      if (at.mark === 'masked') return true;
    }
    return false;
  }

  async #collect(view: ViewReader, signal: AbortSignal | undefined): Promise<void> {
    const own = [...this.#ownFields];
    const roots = (['result', 'payload'] as const).filter((root) => this.#places.children.has(root));
    const expression = `to_json([${[...own, ...roots, 'raw'].map((column) => `${column}::VARCHAR`).join(', ')}])::VARCHAR`;
    const add = (value: string, kind: LeafKind, at: Mark | undefined): undefined => {
      if (at === 'masked' && (kind === 'string' || kind === 'number')) this.#values.add(value);
      return undefined;
    };
    for await (const lines of viewLines(view, { filter: EMPTY_FILTER, sort: DEFAULT_SORT }, expression, signal)) {
      for (const line of lines) {
        const cells: unknown = JSON.parse(line);
        if (!Array.isArray(cells)) throw new Error('A row of the snapshot is no list of cells');
        const texts = cells.map((cell: unknown) => (typeof cell === 'string' ? cell : null));
        own.forEach((field, at) => {
          this.#values.add(texts[at] ?? '');
          if (field === 'actor') this.#actors.add(texts[at] ?? '');
        });
        roots.forEach((root, at) => {
          const text = texts[own.length + at] ?? null;
          if (text !== null) walkJson(text, this.#places.children.get(root), add);
        });
        const raw = texts.at(-1) ?? null;
        if (raw?.startsWith('{') === true) walkJson(raw, this.#places, add);
      }
      throwIfAborted(signal);
    }
  }

  /** What people are called is masked with their ids. */
  async #addNames(namesOf: NamesOf, signal: AbortSignal | undefined): Promise<void> {
    const ids = [...this.#actors];
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      for (const name of await namesOf(ids.slice(from, from + IDS_AT_ONCE), signal)) this.#values.add(name);
    }
  }
}

/** @throws AppError `invalid_input` for a column that would say what another one masks */
export function refuseNames(columns: readonly string[], wish: MaskWish): void {
  for (const column of columns) {
    if (isNameColumn(column) && wish.fields.includes(NAME_COLUMNS[column])) {
      throw new AppError(
        'invalid_input',
        `The column ${column} would tell whom ${NAME_COLUMNS[column]} masks. Leave it out, or do not mask ${NAME_COLUMNS[column]}.`,
      );
    }
  }
}
