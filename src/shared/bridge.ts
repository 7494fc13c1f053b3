/** What the preload script puts on `window.eventAudit`: the window's only way out of its sandbox. */
import type { ActionName, Reply } from './contract.ts';
import type { DesktopCall, DesktopEvent } from './desktop.ts';

export interface Bridge {
  /** Runs an action in the engine. `call_id` is unique per window and is what {@link Bridge.cancel} names. */
  readonly call: (
    call_id: string,
    action: ActionName,
    input: unknown,
    onProgress?: (progress: unknown) => void,
  ) => Promise<Reply<unknown>>;
  readonly cancel: (call_id: string) => void;
  readonly desktop: (call: DesktopCall, input: unknown) => Promise<Reply<unknown>>;
  /** Returns a function that ends the subscription. */
  readonly onEvent: (listener: (event: DesktopEvent) => void) => () => void;
  /** The path of a file that was dropped on the window; `''` when it has none. */
  readonly pathForFile: (file: File) => string;
}
