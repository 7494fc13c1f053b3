/** A changed value as two sides, or as a list of what came and went, with the parts that differ told apart; bounded in length. */
import type { Change } from './changes.ts';
import { isJson, members, nodeText, prettyLines, rootNode, scalarText } from './json-text.ts';
import { sequenceDifference } from './sequence-difference.ts';
import { commonEnds } from './text-difference.ts';

export interface Stretch {
  readonly text: string;
  readonly differs: boolean;
}

export interface Side {
  readonly stretches: readonly Stretch[];
  /** What stands before and behind is the same on both sides, or too long. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

export interface ListPart {
  readonly kind: 'same' | 'removed' | 'added';
  /** JSON as written, or a text without its quotes. */
  readonly text: string;
}

export interface Sides {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  /** Of lists: their elements in order. Then nobody needs the sides. */
  readonly list: readonly ListPart[] | undefined;
}

/** So much of a value is shown; of a longer one, what lies around the difference. */
const SHOWN = 4_000;
const CONTEXT = 200;
/** Longer values are compared as they are written, without being taken apart. */
const TAKEN_APART = 1_000_000;
const MOST_STEPS = 400;
const MOST_ELEMENTS = 2_000;
const BRIDGE = /^(?:\s+|[^\p{L}\p{N}_\s])$/u;
const WORDS = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

export function sidesOf({ kind, before, after }: Change): Sides {
  if (kind !== 'changed' || before === undefined || after === undefined) {
    return {
      before: before === undefined ? undefined : whole(before),
      after: after === undefined ? undefined : whole(after),
      list: undefined,
    };
  }
  const list = listParts(before, after);
  if (list !== undefined) return { before: undefined, after: undefined, list };
  const [old, now] = [readable(before), readable(after)];
  const ends = commonEnds(old, now);
  const isLong = Math.max(old.length, now.length) > SHOWN;
  const cut = (text: string): Excerpt => (isLong ? excerpt(text, ends) : { text, cutBefore: false, cutAfter: false });
  const [shownOld, shownNow] = [cut(old), cut(now)];
  const [a, b] = stretchesOf(shownOld.text, shownNow.text);
  return { before: { ...shownOld, stretches: a }, after: { ...shownNow, stretches: b }, list: undefined };
}

interface Excerpt {
  readonly text: string;
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

function whole(json: string): Side {
  const text = readable(json);
  const cutAfter = text.length > SHOWN;
  const shown = cutAfter ? text.slice(0, SHOWN) : text;
  return { stretches: [{ text: shown, differs: false }], cutBefore: false, cutAfter };
}

/** What lies around the part that differs. */
function excerpt(text: string, { start, end }: { readonly start: number; readonly end: number }): Excerpt {
  const from = Math.max(0, start - CONTEXT);
  const to = Math.min(text.length, Math.max(start, text.length - end) + CONTEXT, from + SHOWN);
  return { text: text.slice(from, to), cutBefore: from > 0, cutAfter: to < text.length };
}

/** Two texts word by word; where they have little in common, by what they share at both ends. */
function stretchesOf(before: string, after: string): readonly [readonly Stretch[], readonly Stretch[]] {
  const [a, b] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  const steps = sequenceDifference(a, b, MOST_STEPS);
  if (steps === undefined) {
    const { start, end } = commonEnds(before, after);
    const split = (text: string): readonly Stretch[] => {
      const stop = Math.max(start, text.length - end);
      return joined([
        { text: text.slice(0, start), differs: false },
        { text: text.slice(start, stop), differs: true },
        { text: text.slice(stop), differs: false },
      ]);
    };
    return [split(before), split(after)];
  }
  const [old, now]: [Stretch[], Stretch[]] = [[], []];
  for (const { kind, at } of steps) {
    if (kind === 'added') now.push({ text: b[at] ?? '', differs: true });
    else {
      const stretch = { text: a[at] ?? '', differs: kind === 'removed' };
      old.push(stretch);
      if (kind === 'same') now.push(stretch);
    }
  }
  return [joined(old), joined(now)];
}

/** Neighbours of one kind as one; a space or a sign between two words that differ belongs to them. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [index, stretch] of stretches.entries()) {
    if (stretch.text === '') continue;
    const isBridge =
      BRIDGE.test(stretch.text) && found.at(-1)?.differs === true && stretches[index + 1]?.differs === true;
    const differs = stretch.differs || isBridge;
    const last = found.at(-1);
    if (last?.differs === differs) found[found.length - 1] = { text: last.text + stretch.text, differs };
    else found.push({ text: stretch.text, differs });
  }
  return found;
}

/** Two lists element by element; `undefined` where that would say little or take long. */
function listParts(before: string, after: string): readonly ListPart[] | undefined {
  if (Math.max(before.length, after.length) > TAKEN_APART) return undefined;
  const [old, now] = [elementsOf(before), elementsOf(after)];
  if (old === undefined || now === undefined) return undefined;
  const steps = sequenceDifference(old, now, MOST_STEPS);
  return steps?.map(({ kind, at }) => ({ kind, text: readable((kind === 'added' ? now[at] : old[at]) ?? '', true) }));
}

function elementsOf(json: string): readonly string[] | undefined {
  if (!isJson(json)) return undefined;
  const root = rootNode(json);
  if (root.kind !== 'array') return undefined;
  const elements = members(json, root, 0, MOST_ELEMENTS + 1);
  return elements.length > MOST_ELEMENTS ? undefined : elements.map(({ node }) => nodeText(json, node));
}

/** Texts without quotes, lists and objects indented, numbers as written. */
function readable(json: string, inLine = false): string {
  if (json.length > TAKEN_APART || !isJson(json)) return json;
  const root = rootNode(json);
  if (root.kind !== 'object' && root.kind !== 'array') return scalarText(json, root);
  return inLine ? json : prettyLines(json).join('\n');
}
