/**
 * Tells new entries from those that were handed over already, when they come by two ways: live tail, which is quick and
 * knows no ids, and reading, which has all and knows them.
 */
import type { TailedEntry } from './live-tail.ts';

/** An entry as reading delivers it. */
export interface ReadEntry extends TailedEntry {
  readonly id: string;
}

interface Balance {
  readonly timestamp: number;
  /** Above 0: so many more came by live tail than by reading; below 0: the other way round. */
  ahead: number;
}

export class Arrivals {
  /** Ids that were read, with their times. */
  readonly #read = new Map<string, number>();
  /** Entries that came one way and not yet the other. */
  readonly #pending = new Map<string, Balance>();

  /** @returns whether an entry that came by live tail is new */
  tailed(entry: TailedEntry): boolean {
    return this.#balance(entry, 1) > 0;
  }

  /** @returns whether an entry that was read is new */
  read(entry: ReadEntry): boolean {
    if (this.#read.has(entry.id)) return false;
    this.#read.set(entry.id, entry.timestamp);
    return this.#balance(entry, -1) < 0;
  }

  /** Forgets what is older than anything that will be read again. Milliseconds since 1970 UTC. */
  forgetBefore(timestamp: number): void {
    for (const [id, at] of this.#read) if (at < timestamp) this.#read.delete(id);
    for (const [key, { timestamp: at }] of this.#pending) if (at < timestamp) this.#pending.delete(key);
  }

  #balance({ stream, timestamp, message }: TailedEntry, step: 1 | -1): number {
    const key = JSON.stringify([stream, timestamp, message]);
    const balance = this.#pending.get(key) ?? { timestamp, ahead: 0 };
    balance.ahead += step;
    if (balance.ahead === 0) this.#pending.delete(key);
    else this.#pending.set(key, balance);
    return balance.ahead;
  }
}
