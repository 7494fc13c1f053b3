/** Calls code of others that must answer at once, and ends it when it does not. */
import vm from 'node:vm';

const HELD: { run: (() => void) | undefined } = { run: undefined };
const SCRIPT = new vm.Script('held.run()', { filename: 'call-within' });
let context: vm.Context | undefined;

/** What {@link callWithin} throws when the time is up. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/**
 * Calls a function and returns what it returns. The engine's only clock for code that never lets go is Node's own
 * time limit for scripts: it stops whatever runs below the script, wherever that code is from
 * (https://nodejs.org/api/vm.html, `timeout`). Work that the function leaves for later is not covered.
 * @param ms milliseconds; the time the whole process stood still counts, too
 * @throws TookTooLong when the time was up, and what the function throws
 */
export function callWithin<T>(ms: number, run: () => T): T {
  context ??= vm.createContext({ held: HELD });
  const outer = HELD.run;
  let outcome: { readonly value: T } | { readonly thrown: unknown } | undefined;
  HELD.run = () => {
    try {
      outcome = { value: run() };
    } catch (error) {
      outcome = { thrown: error };
    }
  };
  try {
    SCRIPT.runInContext(context, { timeout: ms });
  } catch {
    // Only the end of the time gets here: all else is caught above.
  } finally {
    HELD.run = outer;
  }
  if (outcome === undefined) throw new TookTooLong(`it did not answer within ${String(ms / 1000)} seconds`);
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome.value;
}
