/** What the engine and the thread that reads a SQLite file say to each other. */
import type { Note } from '../../../../shared/contract.ts';
import type { ErrorReply } from '../../../../shared/errors.ts';
import type { Rows } from './reader.ts';
import type { WalCopy } from './wal-check.ts';

export interface ReaderTask {
  readonly work: 'describe' | 'read';
  /** The file to open. */
  readonly file: string;
  /** Whether it is a private copy. */
  readonly writable: boolean;
  /** How its write-ahead log was copied. */
  readonly wal?: WalCopy | undefined;
  /** The file as the reader named it, for messages. */
  readonly shown: string;
  readonly table: string | undefined;
  /** Two shared numbers: batches under way, and whether to stop. */
  readonly control: Int32Array<SharedArrayBuffer>;
}

export const UNDER_WAY = 0;
export const STOP = 1;
/** So many batches may wait to be taken in before the thread pauses. */
export const MAX_UNDER_WAY = 8;
/** A pause lasts until no more than so many wait: waking a thread for every batch would cost more than the batch. */
export const FEW_UNDER_WAY = 3;

export type FromReader =
  | { readonly type: 'layout'; readonly notes: readonly Note[] }
  /** How many rows there are to be read: at first, or when it is known. */
  | { readonly type: 'count'; readonly records: number }
  | { readonly type: 'rows'; readonly rows: Rows }
  | {
      readonly type: 'description';
      readonly table: string;
      readonly notes: readonly Note[];
      readonly records: number;
      readonly estimated: boolean;
      readonly bytes: number;
    }
  | { readonly type: 'note'; readonly note: Note }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly error: ErrorReply };
