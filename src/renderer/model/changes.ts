/** What a model event says it changed: `result.old` and `result.new` compared by their written values. */
import { isJson, member, members, nodeText, rootNode, type JsonNode } from './json-text.ts';

export interface Change {
  /** Names from the state down to the value. */
  readonly path: readonly string[];
  readonly kind: 'changed' | 'added' | 'removed' | 'unknown';
  /** JSON as written; `undefined` where the state does not hold the name. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface ChangeList {
  /** What differs, as far as both sides are known. */
  readonly changes: readonly Change[];
  /** Names whose former value was not recorded, so that nobody can say whether they changed. */
  readonly unknown: readonly Change[];
  /** Names that are the same on both sides. */
  readonly unchanged: number;
  /** Whether a former state was recorded at all; without one everything is only the state after. */
  readonly hasOld: boolean;
}

const MAX_DEPTH = 6;

/**
 * The changes a `result` text tells, `undefined` when it holds no state. `null` in `old` means that the attribute had
 * not been loaded, so its former value is unknown. Objects are compared name by name, arrays as a whole.
 */
export function readChanges(result: string | null): ChangeList | undefined {
  if (result === null || !isJson(result)) return undefined;
  const root = rootNode(result);
  if (root.kind !== 'object') return undefined;
  const before = member(result, root, 'old');
  const after = member(result, root, 'new');
  if (before?.kind !== 'object' && after?.kind !== 'object') return undefined;
  const hasOld = before?.kind === 'object' && members(result, before, 0, 1).length > 0;
  const changes: Change[] = [];
  const unchanged = compare(result, [], before, after, changes);
  return {
    changes: changes.filter((change) => change.kind !== 'unknown'),
    unknown: changes.filter((change) => change.kind === 'unknown'),
    unchanged,
    hasOld,
  };
}

function compare(
  text: string,
  path: readonly string[],
  before: JsonNode | undefined,
  after: JsonNode | undefined,
  changes: Change[],
): number {
  const bothObjects = before?.kind === 'object' && after?.kind === 'object';
  const isState = path.length === 0;
  if (isState || (bothObjects && path.length < MAX_DEPTH)) {
    const old = namesOf(text, before);
    const now = namesOf(text, after);
    let unchanged = 0;
    for (const name of new Set([...now.keys(), ...old.keys()])) {
      unchanged += compare(text, [...path, name], old.get(name), now.get(name), changes);
    }
    return unchanged;
  }
  const oldText = before && nodeText(text, before);
  const newText = after && nodeText(text, after);
  if (oldText === newText) return 1;
  changes.push({ path, kind: kindOf(before, after), before: oldText, after: newText });
  return 0;
}

function namesOf(text: string, node: JsonNode | undefined): Map<string, JsonNode> {
  return new Map(node === undefined ? [] : members(text, node).map((one) => [one.key, one.node]));
}

function kindOf(before: JsonNode | undefined, after: JsonNode | undefined): Change['kind'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return before.kind === 'null' ? 'unknown' : 'changed';
}
