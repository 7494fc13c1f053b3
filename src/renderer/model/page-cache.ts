/**
 * The rows of a view by position, fetched page by page. What was on screen stays until what replaces it is here, requests
 * nobody waits for any more are aborted, and no more than a bounded number of pages is kept. Each tab keeps what it showed.
 */
import type { GridRow } from '../../shared/event.ts';

export interface Page {
  readonly total: number;
  readonly rows: readonly GridRow[];
}

export type LoadPage = (offset: number, limit: number, signal: AbortSignal) => Promise<Page>;

export const PAGE_SIZE = 200;
const MAX_PAGES = 80;

interface Generation {
  readonly load: LoadPage;
  readonly pages: Map<number, readonly GridRow[]>;
  readonly requests: Map<number, AbortController>;
  readonly question: string;
  readonly start: number | undefined;
  readonly onReady: Asking['onReady'];
  total: number | undefined;
}

export interface Asking {
  /** What tells this question from others. */
  readonly question: string;
  /** The row from which another question's answer is looked at; `undefined` asks the same again and stays where it is. */
  readonly start: number | undefined;
  /**
   * Runs right before the new rows take the place of the former ones, with a way to find a row's position among those
   * that came (-1 for one that did not). Returning false drops them: they are not what was wanted.
   */
  readonly onReady?: ((indexOf: (n: number) => number) => boolean) | undefined;
}

export interface PageCacheState {
  /** `undefined` before the first answer. */
  readonly total: number | undefined;
  /** Whether the rows on screen belong to a former question and their successors are on the way. */
  readonly stale: boolean;
  readonly error: unknown;
  /** Grows when another question's rows are shown: the moment to go to where it starts. */
  readonly question: number;
  /** The row at which the shown question started. */
  readonly start: number;
}

/** Tabs whose rows are kept while others are shown. */
const MAX_KEPT = 12;

export class PageCache {
  #shown: Generation | undefined;
  #next: Generation | undefined;
  #range = { first: 0, last: 0 };
  #error: unknown;
  #question = 0;
  #tab = '';
  readonly #kept = new Map<string, Generation>();
  #state: PageCacheState = { total: undefined, stale: false, error: undefined, question: 0, start: 0 };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): PageCacheState => this.#state;

  /** Asks another question, or the same one again because the answer may have changed. */
  ask(load: LoadPage, { question, start, onReady }: Asking): void {
    this.#abort(this.#next);
    this.#error = undefined;
    const from = start ?? this.#next?.start;
    this.#next = { load, pages: new Map(), requests: new Map(), question, start: from, onReady, total: undefined };
    this.#fetch();
    this.#publish();
  }

  /** Forgets everything: another snapshot is shown. */
  clear(): void {
    this.#abort(this.#shown);
    this.#abort(this.#next);
    this.#shown = undefined;
    this.#next = undefined;
    this.#error = undefined;
    this.#publish();
  }

  /** Shows the rows that a tab showed last, if they are still here, and keeps those of the tab before. */
  show(tab: string): void {
    if (tab === this.#tab) return;
    this.#abort(this.#next);
    this.#abort(this.#shown);
    if (this.#shown !== undefined) {
      this.#kept.delete(this.#tab);
      this.#kept.set(this.#tab, this.#shown);
    }
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#tab = tab;
    this.#shown = this.#kept.get(tab);
    this.#kept.delete(tab);
    this.#next = undefined;
    this.#error = undefined;
    this.#publish();
  }

  /** Whether what is shown is the answer to a question. */
  answers(question: string): boolean {
    return this.#next === undefined && this.#shown?.question === question;
  }

  /** Says which rows are looked at; pages around them are fetched, requests for others are aborted. */
  look(first: number, last: number): void {
    this.#range = { first: Math.max(0, first), last: Math.max(0, last) };
    this.#fetch();
  }

  /** The row at a position of what is shown; `undefined` while it is not here. */
  row(index: number): GridRow | undefined {
    return this.#shown?.pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /** The position of a row among those that are here; -1 when it is not. */
  indexOf(n: number): number {
    return this.#shown === undefined ? -1 : indexIn(this.#shown, n);
  }

  #fetch(): void {
    const generation = this.#next ?? this.#shown;
    if (generation === undefined) return;
    // The rows of another question start where that says, wherever the former one was scrolled to.
    const height = this.#range.last - this.#range.first;
    const start = generation === this.#next ? generation.start : undefined;
    const first =
      start === undefined ? this.#range.first : Math.min(start, Math.max(0, (generation.total ?? Infinity) - 1));
    const wanted = new Set<number>();
    const lastRow = Math.min(first + height, (generation.total ?? Infinity) - 1);
    for (
      let page = Math.floor(first / PAGE_SIZE);
      page <= Math.floor(Math.max(first, lastRow) / PAGE_SIZE);
      page += 1
    ) {
      wanted.add(page);
    }
    for (const [page, request] of generation.requests) {
      if (!wanted.has(page)) {
        request.abort();
        generation.requests.delete(page);
      }
    }
    for (const page of wanted) {
      if (!generation.pages.has(page) && !generation.requests.has(page)) void this.#load(generation, page);
      else this.#touch(generation, page);
    }
    this.#swapWhenReady(wanted);
  }

  async #load(generation: Generation, page: number): Promise<void> {
    const request = new AbortController();
    generation.requests.set(page, request);
    try {
      const { total, rows } = await generation.load(page * PAGE_SIZE, PAGE_SIZE, request.signal);
      if (request.signal.aborted || !this.#lives(generation)) return;
      generation.requests.delete(page);
      // Rows on screen and their number belong together; how many there are by now is told when the rows are renewed.
      if (generation !== this.#shown) generation.total = total;
      generation.pages.set(page, rows);
      this.#evict(generation);
      this.#error = undefined;
      this.#fetch();
    } catch (error) {
      if (request.signal.aborted || !this.#lives(generation)) return;
      generation.requests.delete(page);
      this.#error = error;
    }
    this.#publish();
  }

  #swapWhenReady(wanted: ReadonlySet<number>): void {
    const next = this.#next;
    if (next?.total === undefined) return;
    for (const page of wanted) if (!next.pages.has(page)) return;
    this.#next = undefined;
    if (next.onReady?.((n) => indexIn(next, n)) === false) return;
    this.#abort(this.#shown);
    this.#shown = next;
    if (next.start !== undefined) this.#question += 1;
    this.#publish();
  }

  #lives(generation: Generation): boolean {
    return generation === this.#shown || generation === this.#next;
  }

  #touch(generation: Generation, page: number): void {
    const rows = generation.pages.get(page);
    if (rows === undefined) return;
    generation.pages.delete(page);
    generation.pages.set(page, rows);
  }

  #evict(generation: Generation): void {
    for (const page of generation.pages.keys()) {
      if (generation.pages.size <= MAX_PAGES) return;
      generation.pages.delete(page);
    }
  }

  #abort(generation: Generation | undefined): void {
    for (const request of generation?.requests.values() ?? []) request.abort();
    generation?.requests.clear();
  }

  #publish(): void {
    this.#state = {
      total: this.#shown?.total,
      stale: this.#next?.start !== undefined,
      error: this.#error,
      question: this.#question,
      start: this.#shown?.start ?? 0,
    };
    for (const listener of this.#listeners) listener();
  }
}

function indexIn(generation: Generation, n: number): number {
  for (const [page, rows] of generation.pages) {
    const at = rows.findIndex((row) => row.n === n);
    if (at !== -1) return page * PAGE_SIZE + at;
  }
  return -1;
}
