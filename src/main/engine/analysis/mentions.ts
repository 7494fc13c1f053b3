/** Where in a request or reply a text is mentioned: the JSON paths whose value it is. */
import { formatPath } from '../../../shared/json-path.ts';

export interface Mention {
  readonly path: string;
  /** The last name on the path; `''` for an element of a list. */
  readonly key: string;
  readonly depth: number;
  readonly text: string;
}

/** Beyond this, nothing is looked at: a request of 50 MB is not searched for every name in it. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 32;

/** The texts (and whole numbers as texts) in a JSON text, outermost first. */
export function* scalarsOf(root: 'result' | 'payload', json: string | null): Generator<Mention> {
  if (json === null || json === '{}') return;
  let level: { readonly value: unknown; readonly steps: readonly string[] }[] = [{ value: parsed(json), steps: [] }];
  let seen = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const next: { readonly value: unknown; readonly steps: readonly string[] }[] = [];
    for (const { value, steps } of level) {
      seen += 1;
      if (seen > MAX_VALUES) return;
      if (typeof value === 'object' && value !== null) {
        for (const [key, member] of Object.entries(value)) {
          if (next.length + seen > MAX_VALUES) break;
          next.push({ value: member, steps: [...steps, key] });
        }
      } else if (typeof value === 'string' || Number.isSafeInteger(value)) {
        const last = steps.at(-1) ?? '';
        yield {
          path: formatPath(root, steps),
          key: /^\d+$/.test(last) ? '' : last,
          depth: steps.length,
          text: String(value),
        };
      }
    }
    level = next;
  }
}

function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    // A snapshot holds only JSON; what a plugin handed over otherwise mentions nothing.
    return undefined;
  }
}
