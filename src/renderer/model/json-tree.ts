/** The unfolded part of one or more JSON texts as a flat list of lines, which is what a virtual list shows. */
import { members, rootNode, type JsonNode } from './json-text.ts';

/** How many members are listed before "show more" is asked for. */
export const MEMBER_STEP = 200;

/** A text to look into and the name it stands under, such as `result`. */
export interface JsonRoot {
  readonly name: string;
  /** Must be JSON. */
  readonly text: string;
}

export interface JsonLine {
  readonly id: string;
  readonly depth: number;
  readonly key: string;
  readonly source: string;
  readonly node: JsonNode;
  /** Names from the root to here. */
  readonly path: readonly string[];
  readonly expanded: boolean;
  /** This line stands for members that are not listed yet. */
  readonly more: boolean;
}

/** How many members of which line are shown; a line that is missing is folded. */
export type Unfolded = ReadonlyMap<string, number>;

export function jsonLines(roots: readonly JsonRoot[], unfolded: Unfolded): JsonLine[] {
  const lines: JsonLine[] = [];
  // An explicit stack: JSON of a hostile depth must not overflow ours.
  const stack: Omit<JsonLine, 'expanded'>[] = roots
    .map(({ name, text }) => ({
      id: name,
      depth: 0,
      key: name,
      source: text,
      node: rootNode(text),
      path: [name],
      more: false,
    }))
    .toReversed();
  for (let line = stack.pop(); line !== undefined; line = stack.pop()) {
    const limit = line.more ? undefined : unfolded.get(line.id);
    lines.push({ ...line, expanded: limit !== undefined });
    if (limit === undefined) continue;
    const { id, depth, source, path } = line;
    const found = members(source, line.node, 0, limit + 1);
    const children = found.slice(0, limit).map(({ key, node }, position) => ({
      id: `${id}/${String(position)}`,
      depth: depth + 1,
      key,
      source,
      node,
      path: [...path, key],
      more: false,
    }));
    if (found.length > limit) stack.push({ ...line, depth: depth + 1, more: true });
    for (const child of children.toReversed()) stack.push(child);
  }
  return lines;
}

/** Unfolds a line, or shows more of its members. */
export function unfold(unfolded: Unfolded, id: string): Unfolded {
  return new Map([...unfolded, [id, (unfolded.get(id) ?? 0) + MEMBER_STEP]]);
}

export function fold(unfolded: Unfolded, id: string): Unfolded {
  return new Map([...unfolded].filter(([one]) => one !== id));
}

/** What is open at first: the roots, and down while there is room for a glance. */
export function initiallyUnfolded(roots: readonly JsonRoot[], room = 60): Unfolded {
  let unfolded: Unfolded = new Map(roots.map(({ name }) => [name, MEMBER_STEP]));
  for (let depth = 1; depth <= 4; depth += 1) {
    const lines = jsonLines(roots, unfolded);
    const openable = lines.filter((line) => line.depth === depth && isContainer(line.node) && !line.more);
    let next = unfolded;
    for (const line of openable) next = unfold(next, line.id);
    if (next === unfolded || jsonLines(roots, next).length > room) return unfolded;
    unfolded = next;
  }
  return unfolded;
}

export function isContainer(node: JsonNode): boolean {
  return node.kind === 'object' || node.kind === 'array';
}
