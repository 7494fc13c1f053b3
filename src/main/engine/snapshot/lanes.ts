/** Where records go once it is known what they are, and the count of them: segments, the slow lane, or set aside. */
import { HEAVY_BYTES, MAX_LINE_BYTES } from './schema.ts';
import { Segment } from './segment.ts';
import type { KnownRecords } from './known-records.ts';

const SEGMENT_BYTES = 8 * 1024 * 1024;
const EMPTY = new Uint8Array();

/** What came of the records of one source. */
export interface SourceCounts {
  readonly read: number;
  readonly captured: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly bytes_read: number;
}

export const NOTHING_READ: SourceCounts = { read: 0, captured: 0, rejected: 0, duplicates: 0, bytes_read: 0 };

/** The same over all sources, and of each. */
export interface IngestCounts extends SourceCounts {
  readonly perSource: readonly SourceCounts[];
}

/** A row as values, for what no segment can hold: a decoded line break, half a megabyte. */
export interface SlowRow {
  readonly n: number;
  readonly texts: readonly string[];
  readonly micros: bigint;
  readonly flags: number;
  readonly source: number;
  readonly result: string | null;
  readonly payload: string | null;
  readonly raw: string | null;
}

export interface RejectedRow {
  readonly seq: number;
  readonly code: string;
  readonly reason: string;
  readonly key: Uint8Array;
  readonly raw: Uint8Array;
  readonly source: number;
}

/** When the store says that an event was written. */
export interface WrittenRow {
  readonly n: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

/** What has gathered beside the segment since it was taken last. */
export interface Aside {
  readonly written: readonly WrittenRow[];
  readonly slow: readonly SlowRow[];
  readonly rejects: readonly RejectedRow[];
}

type Counters = { -readonly [K in keyof SourceCounts]: number };

export class Lanes {
  readonly segment = new Segment(SEGMENT_BYTES);
  readonly #perSource: readonly Counters[];
  /** What an earlier reading of the same sources has here already; such records are not taken in again. */
  readonly #known: KnownRecords | undefined;
  #slow: SlowRow[] = [];
  #rejects: RejectedRow[] = [];
  #written: WrittenRow[] = [];
  #writtenAt: number | undefined;
  #asideBytes = 0;
  #heavyBytes = 0;
  #source = 0;
  /** The number of the record being taken in. */
  #n: number;
  #recordBytes = 0;
  #counters: Counters;

  constructor(before: readonly SourceCounts[], known: KnownRecords | undefined) {
    this.#perSource = before.map(({ read, captured, rejected, duplicates, bytes_read }) => ({
      read,
      captured,
      rejected,
      duplicates,
      bytes_read,
    }));
    this.#known = known;
    this.#n = this.#perSource.reduce((sum, { read }) => sum + read, 0) - 1;
    this.#counters = this.#perSource[0] ?? { ...NOTHING_READ };
  }

  /** The number of the record being taken in: how many were read before it. */
  get n(): number {
    return this.#n;
  }

  /** The source whose records are being taken in. */
  get source(): number {
    return this.#source;
  }

  /** Whether records come again of which some are here already. */
  get isResumed(): boolean {
    return this.#known !== undefined;
  }

  /** Bytes of values that wait beside the segment. */
  get asideBytes(): number {
    return this.#asideBytes;
  }

  /** Bytes of records that are long enough to need more memory in bulk. */
  get heavyBytes(): number {
    return this.#heavyBytes;
  }

  counts(): IngestCounts {
    const sum = (name: keyof SourceCounts): number => this.#perSource.reduce((total, each) => total + each[name], 0);
    return {
      read: sum('read'),
      captured: sum('captured'),
      rejected: sum('rejected'),
      duplicates: sum('duplicates'),
      bytes_read: sum('bytes_read'),
      perSource: this.#perSource.map((counts) => ({ ...counts })),
    };
  }

  from(source: number): void {
    this.#source = source;
    this.#counters = this.#perSource[source] ?? this.#counters;
  }

  /** Whether a record of so many bytes may be staged as a line, and there is no room for it. */
  mustMakeRoom(bytes: number): boolean {
    return bytes <= MAX_LINE_BYTES && !this.segment.fits(bytes);
  }

  /**
   * A record was delivered. Whatever becomes of it, one of the others is called next.
   * @param writtenAt when the store says that it was written, milliseconds since 1970 UTC
   */
  begin(bytes: number, writtenAt?: number): void {
    this.#writtenAt = writtenAt;
    this.#n += 1;
    this.#recordBytes = bytes;
    const counters = this.#counters;
    counters.read += 1;
    counters.bytes_read += bytes;
    if (bytes > HEAVY_BYTES) this.#heavyBytes += bytes;
  }

  /** So many records were delivered, and the segment holds all of them as rows. */
  took(records: number, bytes: number): void {
    this.#n += records;
    const counters = this.#counters;
    counters.read += records;
    counters.captured += records;
    counters.bytes_read += bytes;
  }

  duplicate(): void {
    this.#counters.duplicates += 1;
  }

  /** The segment holds the record as a row now, but for its end. */
  endRow(time: number): void {
    this.segment.endRow(time);
    if (this.#known?.hasRow(this.segment.lastRow(), this.#source) === true) {
      this.segment.dropRow();
      this.#forget();
    } else this.#captured();
  }

  slow(row: Omit<SlowRow, 'n' | 'source'>): void {
    const slow = { ...row, n: this.#n, source: this.#source };
    if (this.#known?.hasSlowRow(slow) === true) {
      this.#forget();
      return;
    }
    this.#slow.push(slow);
    this.#asideBytes += 256 + (row.result?.length ?? 0) + (row.payload?.length ?? 0) + (row.raw?.length ?? 0);
    this.#captured();
  }

  reject(code: string, reason: string, raw: Uint8Array, key: Uint8Array = EMPTY): void {
    const reject = { seq: this.#n, code, reason, key, raw, source: this.#source };
    if (this.#known?.hasReject(reject) === true) {
      this.#forget();
      return;
    }
    this.#rejects.push(reject);
    this.#asideBytes += raw.length + key.length + 64;
    this.#counters.rejected += 1;
  }

  /** What has gathered beside the segment, which is empty then. */
  takeAside(): Aside {
    const aside = { slow: this.#slow, rejects: this.#rejects, written: this.#written };
    this.#written = [];
    this.#slow = [];
    this.#rejects = [];
    this.#asideBytes = 0;
    return aside;
  }

  #captured(): void {
    this.#counters.captured += 1;
    if (this.#writtenAt !== undefined) this.#written.push({ n: this.#n, at: this.#writtenAt });
  }

  /** The record is here already: it is as if it had not come. */
  #forget(): void {
    this.#n -= 1;
    this.#counters.read -= 1;
    this.#counters.bytes_read -= this.#recordBytes;
  }
}
