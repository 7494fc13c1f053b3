/**
 * Looks into JSON without turning it into values: parts are positions in the original text, so numbers keep every digit,
 * keys such as `__proto__` are only text, doubled keys stay doubled, and nothing is read before it is unfolded.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** A value: where it stands in the text (`end` exclusive). */
export interface JsonNode {
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  /** The member's name, or the element's position as text. */
  readonly key: string;
  readonly node: JsonNode;
}

/** Whether the text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is an answer here, not a failure: the caller shows plain text instead.
    return false;
  }
}

/** The value of a text for which {@link isJson} holds. */
export function rootNode(text: string): JsonNode {
  return nodeAt(text, skipSpace(text, 0));
}

/** Members of an object or elements of an array, in their order, from one position and at most `limit` of them. */
export function members(text: string, node: JsonNode, from = 0, limit = Infinity): JsonMember[] {
  const found: JsonMember[] = [];
  if (node.kind !== 'object' && node.kind !== 'array') return found;
  let at = skipSpace(text, node.start + 1);
  for (let position = 0; at < node.end - 1 && position < from + limit; position += 1) {
    let key = String(position);
    if (node.kind === 'object') {
      const keyEnd = endOfString(text, at);
      if (position >= from) key = decodeString(text, at, keyEnd);
      at = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    const child = nodeAt(text, at);
    if (position >= from) found.push({ key, node: child });
    at = skipSpace(text, child.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** How many members or elements a value has; counting stops at `limit`. */
export function memberCount(text: string, node: JsonNode, limit: number): number {
  return members(text, node, 0, limit).length;
}

/** The first member with that name, if there is one. */
export function member(text: string, node: JsonNode, key: string): JsonNode | undefined {
  return members(text, node).find((one) => one.key === key)?.node;
}

/** The value exactly as it stands in the text. */
export function nodeText(text: string, node: JsonNode): string {
  return text.slice(node.start, node.end);
}

/** A string's content; any other value as it is written. */
export function scalarText(text: string, node: JsonNode): string {
  return node.kind === 'string' ? decodeString(text, node.start, node.end) : nodeText(text, node);
}

/** The text with line breaks and indentation, every value exactly as written. Runs once over the text. */
export function prettyLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const flush = (): void => {
    lines.push(line);
    line = '  '.repeat(Math.min(depth, 40));
  };
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const character = text.charAt(at);
    let end = at + 1;
    if (character === '{' || character === '[') {
      line += character;
      const next = skipSpace(text, end);
      const close = text.charAt(next);
      if (close === '}' || close === ']') {
        line += close;
        end = next + 1;
      } else {
        depth += 1;
        flush();
      }
    } else if (character === '}' || character === ']') {
      depth -= 1;
      flush();
      line += character;
    } else if (character === ',') {
      line += character;
      flush();
    } else if (character === ':') {
      line += ': ';
    } else {
      end = nodeAt(text, at).end;
      line += text.slice(at, end);
    }
    at = skipSpace(text, end);
  }
  lines.push(line);
  return lines;
}

function nodeAt(text: string, start: number): JsonNode {
  switch (text.charAt(start)) {
    case '{':
      return { kind: 'object', start, end: endOfContainer(text, start) };
    case '[':
      return { kind: 'array', start, end: endOfContainer(text, start) };
    case '"':
      return { kind: 'string', start, end: endOfString(text, start) };
    case 't':
      return { kind: 'boolean', start, end: start + 4 };
    case 'f':
      return { kind: 'boolean', start, end: start + 5 };
    case 'n':
      return { kind: 'null', start, end: start + 4 };
    default:
      return { kind: 'number', start, end: endOfNumber(text, start) };
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && /[-+.0-9eE]/.test(text.charAt(at))) at += 1;
  return at;
}

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

/** Where the long objects and lists of the texts looked into last end: their texts are gone through once, not at every glance. */
const known: { readonly text: string; readonly ends: Map<number, number> }[] = [];
const KNOWN_TEXTS = 6;
const LONG_TEXT = 100_000;
const LONG_CONTAINER = 10_000;

function endOfContainer(text: string, start: number): number {
  if (text.length < LONG_TEXT) return scanContainer(text, start);
  let entry = known.find((each) => each.text === text);
  if (entry === undefined) {
    entry = { text, ends: new Map() };
    known.unshift(entry);
    known.length = Math.min(known.length, KNOWN_TEXTS);
  }
  const before = entry.ends.get(start);
  if (before !== undefined) return before;
  const end = scanContainer(text, start);
  if (end - start > LONG_CONTAINER) entry.ends.set(start, end);
  return end;
}

function scanContainer(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth += 1;
    if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return text.length;
}

function decodeString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  if (!raw.includes('\\')) return raw;
  const value: unknown = JSON.parse(`"${raw}"`);
  return typeof value === 'string' ? value : raw;
}
