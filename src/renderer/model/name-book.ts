/**
 * Names of the ids that are on screen, asked for together: what scrolls past before the question is asked is not asked
 * about, and one question is under way at a time, so that nobody waits behind names.
 */
import type { NamedId } from '../../shared/analysis-schemas.ts';

/** Asks for names; ids without one are left out of the answer. */
export type AskNames = (ids: readonly string[], signal: AbortSignal) => Promise<readonly NamedId[]>;

/** Answers come together within this time. */
const GATHER_MS = 40;
const MOST_ASKED = 1_000;
/** Beyond so many remembered ids, those that are not on screen are let go. */
const MOST_KEPT = 20_000;

export class NameBook {
  #key = '';
  #ask: AskNames | undefined;
  /** `null`: asked, and there is none. */
  #known = new Map<string, NamedId | null>();
  /** What was known before, until it is known anew. */
  #former: ReadonlyMap<string, NamedId | null> = new Map();
  readonly #listeners = new Map<string, Set<() => void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get(id: string): NamedId | undefined {
    return (this.#known.has(id) ? this.#known.get(id) : this.#former.get(id)) ?? undefined;
  }

  /** Has the name of an id asked for as long as somebody listens. Returns what ends it. */
  subscribe(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    if (!this.#known.has(id)) this.#gather();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  /**
   * From now on another answers; what was known stays on screen until that one has answered. `undefined`: nobody does.
   * @param key what tells the one that answers from the one before
   */
  turnTo(key: string, ask: AskNames | undefined): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#asking?.abort();
    this.#asking = undefined;
    this.#ask = ask;
    if (this.#known.size > 0) this.#former = this.#known;
    this.#known = new Map();
    this.#gather();
  }

  #gather(): void {
    if (this.#ask === undefined || this.#asking !== undefined) return;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#request();
    }, GATHER_MS);
  }

  async #request(): Promise<void> {
    const ask = this.#ask;
    const ids = [...this.#listeners.keys()].filter((id) => !this.#known.has(id)).slice(0, MOST_ASKED);
    if (ask === undefined || this.#asking !== undefined || ids.length === 0) return;
    const controller = new AbortController();
    this.#asking = controller;
    let named: readonly NamedId[] = [];
    try {
      named = await ask(ids, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#onError(error);
    }
    if (this.#asking !== controller) return;
    this.#asking = undefined;
    this.#makeRoom();
    for (const id of ids) this.#known.set(id, null);
    for (const each of named) this.#known.set(each.id, each);
    for (const id of ids) this.#tell(id);
    this.#gather();
  }

  #makeRoom(): void {
    if (this.#known.size < MOST_KEPT) return;
    for (const id of this.#known.keys()) if (!this.#listeners.has(id)) this.#known.delete(id);
  }

  #tell(id: string): void {
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }
}
