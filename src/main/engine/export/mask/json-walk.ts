/** Walks through JSON text and replaces single values and keys in it; every other byte stays, however deep the text is. */
import { endOfString } from '../../analysis/json-members.ts';

/** `masked`: the place and all below it. `word`: a text there, which is a word of the program's own rather than of its users. */
export type Mark = 'masked' | 'word';

/** Places in a JSON value: how they are marked, and which members or elements lead to further ones. */
export interface PlaceTree {
  mark: Mark | undefined;
  readonly children: Map<string, PlaceTree>;
}

export function placeTree(): PlaceTree {
  return { mark: undefined, children: new Map() };
}

/** Marks the place that the steps lead to. */
export function mark(tree: PlaceTree, steps: readonly string[], as: Mark = 'masked'): void {
  let at = tree;
  for (const step of steps) {
    const next = at.children.get(step) ?? placeTree();
    at.children.set(step, next);
    at = next;
  }
  at.mark = as;
}

export type LeafKind = 'string' | 'number' | 'boolean' | 'key';

/**
 * What stands in the place of a value or key; `undefined` leaves it as it is.
 * @param value a string or key decoded, a number as it was written
 * @param at how its place is marked; of a key, the place of its object
 */
export type Leaf = (value: string, kind: LeafKind, at: Mark | undefined) => string | undefined;

interface Frame {
  readonly tree: PlaceTree | undefined;
  readonly mark: Mark | undefined;
  readonly isArray: boolean;
  index: number;
  key: string;
}

const BARE = /[^\s,\]}:]+/y;

/** @param tree the places, from the value that the text is */
export function walkJson(text: string, tree: PlaceTree | undefined, leaf: Leaf): string {
  const frames: Frame[] = [];
  let out = '';
  let from = 0;
  let isKeyNext = false;
  let at = 0;

  const placeHere = (): { readonly tree: PlaceTree | undefined; readonly mark: Mark | undefined } => {
    const frame = frames.at(-1);
    if (frame === undefined) return { tree, mark: tree?.mark };
    const below = frame.tree?.children.get(frame.isArray ? String(frame.index) : frame.key);
    return { tree: below, mark: frame.mark ?? below?.mark };
  };
  const put = (end: number, replaced: string | undefined): void => {
    if (replaced !== undefined) {
      out += text.slice(from, at) + JSON.stringify(replaced);
      from = end;
    }
    at = end;
  };

  while (at < text.length) {
    const code = text.charCodeAt(at);
    const frame = frames.at(-1);
    if (code === 0x22) {
      const end = endOfString(text, at);
      const value = decoded(text.slice(at, end));
      if (isKeyNext && frame !== undefined) {
        frame.key = value;
        isKeyNext = false;
        put(end, leaf(value, 'key', frame.mark));
      } else put(end, leaf(value, 'string', placeHere().mark));
    } else if (code === 0x7b || code === 0x5b) {
      const isArray = code === 0x5b;
      const place = placeHere();
      // A word is a text; what stands in its place with something in it is treated like everything else.
      const below = place.mark === 'word' ? undefined : place.mark;
      frames.push({ tree: place.tree, mark: below, isArray, index: 0, key: '' });
      isKeyNext = !isArray;
      at += 1;
    } else if (code === 0x7d || code === 0x5d) {
      frames.pop();
      isKeyNext = false;
      at += 1;
    } else if (code === 0x2c) {
      if (frame?.isArray === true) frame.index += 1;
      else isKeyNext = true;
      at += 1;
    } else if (code === 0x3a || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) at += 1;
    else {
      BARE.lastIndex = at;
      const end = BARE.test(text) ? BARE.lastIndex : at + 1;
      const value = text.slice(at, end);
      const kind = value === 'true' || value === 'false' ? 'boolean' : 'number';
      put(end, value === 'null' ? undefined : leaf(value, kind, placeHere().mark));
    }
  }
  return from === 0 ? text : out + text.slice(from);
}

function decoded(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const value: unknown = JSON.parse(token);
  return typeof value === 'string' ? value : token;
}
