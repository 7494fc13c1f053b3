/** The time range of a log group in slices that are read side by side; a slice that turns out long gives part of its rest away. */

/** Write times from `start` up to, not including, `end`; milliseconds since 1970 UTC. */
export interface Slice {
  readonly start: number;
  /** `undefined` is open to the future. Lowered when a part is given away. */
  end: number | undefined;
  /** The write time up to which it has been read. */
  reached: number;
  /** The write time of its first entry; `undefined` until one came. */
  first: number | undefined;
  /** Pages read so far. */
  pages: number;
}

export interface SlicePlan {
  /** `undefined` reads from the beginning of time. */
  readonly from: number | undefined;
  /** Exclusive; `undefined` reads to the end. */
  readonly to: number | undefined;
  /** From where on there are likely to be events, to cut there. */
  readonly likelyFrom: number;
  /** The present. */
  readonly now: number;
  /** Bytes the group holds, as far as is known. */
  readonly bytes: number;
}

const SLICE_BYTES = 4 * 1_048_576;
const MOST_SLICES = 16;
/** A slice is not cut finer than that. */
const LEAST_SPAN = 60_000;
/** A slice that took so many pages and has more is worth cutting. */
const LONG_PAGES = 2;

/** Cuts a range so that slices hold a few pages each, were the events evenly spread. Together they cover all of it. */
export function planSlices({ from, to, likelyFrom, now, bytes }: SlicePlan): Slice[] {
  const start = from ?? 0;
  const first = Math.max(start, likelyFrom);
  const last = Math.min(to ?? now, now);
  const wanted = Math.max(1, Math.min(MOST_SLICES, Math.ceil(bytes / SLICE_BYTES)));
  const parts = Math.max(1, Math.min(wanted, Math.floor((last - first) / LEAST_SPAN)));
  const cuts = Array.from(
    { length: parts - 1 },
    (_, index) => first + Math.floor(((last - first) * (index + 1)) / parts),
  );
  // What lies before the likely beginning is asked for too: nobody promises that there is nothing.
  const starts = first > start ? [start, first, ...cuts] : [start, ...cuts];
  return starts.map((each, index) => slice(each, starts[index + 1] ?? to));
}

function slice(start: number, end: number | undefined): Slice {
  return { start, end, reached: start, first: undefined, pages: 0 };
}

/** Hands slices to readers until all are read. */
export class SliceQueue {
  readonly #waiting: Slice[];
  readonly #active = new Set<Slice>();
  readonly #now: number;
  #wake: (() => void)[] = [];
  #closed = false;

  constructor(slices: readonly Slice[], now: number) {
    this.#waiting = [...slices];
    this.#now = now;
  }

  /** The next slice, waiting for one to be cut when none is left; `undefined` when all are read. */
  async take(): Promise<Slice | undefined> {
    for (;;) {
      const next = this.#closed ? undefined : (this.#waiting.shift() ?? this.#cut());
      if (next !== undefined) {
        this.#active.add(next);
        return next;
      }
      if (this.#active.size === 0 || this.#closed) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** A page was read, so that a slice may be worth cutting now. */
  progressed(): void {
    this.#notify();
  }

  done(read: Slice): void {
    this.#active.delete(read);
    this.#notify();
  }

  /** Nobody gets a slice any more: reading has failed. */
  close(): void {
    this.#closed = true;
    this.#notify();
  }

  /**
   * Gives away what the longest slice has still to read, but for twice the time that its pages covered so far: so cuts
   * come close where the entries are close. A slice without entries yet is halved.
   */
  #cut(): Slice | undefined {
    let longest: Slice | undefined;
    for (const each of this.#active) {
      if (each.pages < LONG_PAGES || this.#rest(each) < 2 * LEAST_SPAN) continue;
      if (longest === undefined || this.#rest(each) > this.#rest(longest)) longest = each;
    }
    if (longest === undefined) return undefined;
    const half = Math.ceil(this.#rest(longest) / 2);
    const covered = longest.first === undefined ? half : longest.reached - longest.first;
    const middle = longest.reached + Math.min(half, Math.max(LEAST_SPAN, 2 * covered));
    const cut = slice(middle, longest.end);
    longest.end = middle;
    longest.pages = 0;
    return cut;
  }

  #rest({ end, reached }: Slice): number {
    return (end ?? this.#now) - reached;
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}
