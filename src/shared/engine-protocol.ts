/** The messages between the desktop shell and the engine process. */
import type { ActionName, Reply } from './contract.ts';

/** The first message to a new engine process. */
export interface EngineStart {
  readonly type: 'start';
  /** The app's data folder: embedded store, state, captures. */
  readonly data_dir: string;
  /** Read-only folder with the bundled store. */
  readonly resources_dir: string;
  /** Folder of this app session's captures; an engine that replaces a dead one gets the same. */
  readonly session_dir: string;
}

export type ToEngine =
  | EngineStart
  | { readonly type: 'call'; readonly id: string; readonly action: ActionName; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: string }
  /** Withdraws what is under way, closes everything, removes the session folder and ends the process. */
  | { readonly type: 'stop' };

export type FromEngine =
  | {
      readonly type: 'ready';
      /** Snapshots of the session folder that a previous engine left and this one opened again, or could not. */
      readonly reopened: readonly string[];
      readonly lost: readonly string[];
    }
  | { readonly type: 'progress'; readonly id: string; readonly progress: unknown }
  | { readonly type: 'reply'; readonly id: string; readonly reply: Reply<unknown> };
