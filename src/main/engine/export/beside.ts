/** What is known of events beside themselves and goes into columns of an export: names for their ids, notes and tags on them. */
import type { Annotation } from '../../../shared/actions/models.ts';
import type { NamedId } from '../../../shared/analysis-schemas.ts';
import { redact } from '../../../shared/source-url.ts';

/** Asks for the names of at most 2,000 ids. */
export type AskNames = (ids: readonly string[], signal: AbortSignal | undefined) => Promise<readonly NamedId[]>;

const IDS_AT_ONCE = 2_000;
/** Ids whose names are kept at once. */
const MAX_KEPT = 100_000;

/** Where the names in an export came from, for its manifest. */
export interface NameOrigin {
  readonly origin: string;
  /** A file's name, a URL without secrets, or `events` for what the events themselves show. */
  readonly place: string;
  /** Different ids that were named from there. */
  readonly ids: number;
}

/** Names of ids, asked for as they come. */
export class NameBook {
  readonly #ask: AskNames;
  #kept = new Map<string, string>();
  readonly #origins = new Map<string, { readonly origin: string; readonly place: string; ids: number }>();
  readonly #counted = new Set<string>();

  constructor(ask: AskNames) {
    this.#ask = ask;
  }

  /** Learns the names of these ids; {@link NameBook.of} then has them. */
  async learn(ids: Iterable<string>, signal: AbortSignal | undefined): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => id !== '' && !this.#kept.has(id));
    if (unknown.length === 0) return;
    if (this.#kept.size > MAX_KEPT) this.#kept = new Map();
    for (let from = 0; from < unknown.length; from += IDS_AT_ONCE) {
      const asked = unknown.slice(from, from + IDS_AT_ONCE);
      for (const id of asked) this.#kept.set(id, '');
      for (const { id, label, best } of await this.#ask(asked, signal)) {
        this.#kept.set(id, label);
        this.#count(id, best.origin, best.origin === 'file' || best.origin === 'ckan' ? best.where : 'events');
      }
    }
  }

  /** The name of an id that was learnt of last; `''` when none is known. */
  of(id: string): string {
    return this.#kept.get(id) ?? '';
  }

  origins(): readonly NameOrigin[] {
    return [...this.#origins.values()];
  }

  #count(id: string, origin: string, where: string): void {
    if (this.#counted.has(id)) return;
    if (this.#counted.size < MAX_KEPT * 10) this.#counted.add(id);
    const place = origin === 'file' ? (where.split(/[/\\]/).at(-1) ?? '') : redact(where);
    const key = `${origin}\n${place}`;
    const known = this.#origins.get(key) ?? { origin, place, ids: 0 };
    known.ids += 1;
    this.#origins.set(key, known);
  }
}

/** Notes and tags by the event they are on: the event's source, and its id. */
export class NoteBook {
  readonly #bySource = new Map<string, Map<string, Annotation[]>>();

  constructor(annotations: readonly Annotation[]) {
    for (const annotation of annotations) {
      const byId = this.#bySource.get(annotation.source) ?? new Map<string, Annotation[]>();
      this.#bySource.set(annotation.source, byId);
      byId.set(annotation.event_id, [...(byId.get(annotation.event_id) ?? []), annotation]);
    }
  }

  /** The notes on an event, the earliest first, a blank line between two. */
  note(source: string, id: string): string {
    const notes = this.#on(source, id).map(({ note }) => note);
    return notes.filter((note) => note !== '').join('\n\n');
  }

  /** The tags on an event, each once, parted by spaces. */
  tags(source: string, id: string): string {
    return [...new Set(this.#on(source, id).flatMap(({ tags }) => tags))].join(' ');
  }

  #on(source: string, id: string): readonly Annotation[] {
    return (this.#bySource.get(source)?.get(id) ?? []).toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }
}

/** What an export may be given beside the events. */
export interface Beside {
  readonly names: NameBook;
  readonly notes: NoteBook;
}
