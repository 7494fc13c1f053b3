/** What the engine asks of the thread that keeps search indexes, and what that answers. */
import type { ErrorReply } from '../../../../shared/errors.ts';
import type { CasePairs } from './letter-case.ts';
import type { AtPath, PathQuestion } from './path-search.ts';
import type { RowTexts } from './row-texts.ts';
import type { Found } from './run-file.ts';

export type Task =
  /** Begins an index, of the rows from the first on, in a file that is not there yet. */
  | {
      readonly do: 'begin';
      readonly path: string;
      readonly letters: CasePairs;
      readonly columns: number;
      readonly first: number;
    }
  /** Takes rows in, which follow those before. */
  | { readonly do: 'add'; readonly memory: ArrayBuffer; readonly length: number; readonly rows: number }
  | { readonly do: 'finish' }
  | {
      readonly do: 'search';
      readonly search: string;
      readonly from: number;
      readonly to: number;
      readonly marks: Uint8Array | undefined;
    }
  | ({ readonly do: 'at' } & PathQuestion)
  /** Rows that are to be shown, in ascending order. */
  | { readonly do: 'texts'; readonly rows: Uint32Array }
  | { readonly do: 'close' };

export interface Answer {
  /** Of adding: the memory that came. */
  readonly memory?: ArrayBuffer;
  /** Of a search. */
  readonly found?: Found;
  /** Of a question about a path. */
  readonly at?: AtPath | undefined;
  /** Of rows that are to be shown. */
  readonly texts?: ReadonlyMap<number, RowTexts>;
}

export interface ToThread {
  readonly call: number;
  readonly index: number;
  readonly task: Task;
}

export interface FromThread {
  readonly call: number;
  readonly answer?: Answer;
  readonly error?: ErrorReply;
}
