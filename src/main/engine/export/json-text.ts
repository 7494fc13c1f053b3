/** JSON as text: tokens are copied, never parsed into values, so no number, escape or duplicate key is ever altered. */

const SPACE = /[ \t\n\r]/;

/**
 * The record on one line: whitespace between tokens goes where it holds a line break, and around the record; every
 * other character stays as it is.
 */
export function oneLine(text: string): string {
  const trimmed = text.trim();
  if (!/[\n\r]/.test(trimmed)) return trimmed;
  let out = '';
  let from = 0;
  let at = 0;
  while (at < trimmed.length) {
    if (trimmed[at] === '"') {
      at = endOfString(trimmed, at);
      continue;
    }
    const end = endOfSpace(trimmed, at);
    if (end > at && /[\n\r]/.test(trimmed.slice(at, end))) {
      out += trimmed.slice(from, at);
      from = end;
    }
    at = Math.max(end, at + 1);
  }
  // A line break inside a string is not JSON; should one get here all the same, its escape means the same.
  return (out + trimmed.slice(from)).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`);
}

export interface Member {
  readonly key: string;
  /** The value's original text, on one line. */
  readonly value: string;
}

/** The top-level members of an object's text in their order, duplicates included; `null` when it is not an object. */
export function members(text: string): readonly Member[] | null {
  const found: Member[] = [];
  let at = endOfSpace(text, 0);
  if (text[at] !== '{') return null;
  at = endOfSpace(text, at + 1);
  while (text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const key = readKey(text.slice(at, keyEnd));
    at = endOfSpace(text, keyEnd);
    if (text[at] !== ':') return null;
    const start = endOfSpace(text, at + 1);
    const end = endOfValue(text, start);
    if (end === start) return null;
    found.push({ key, value: oneLine(text.slice(start, end)) });
    at = endOfSpace(text, end);
    if (text[at] === ',') at = endOfSpace(text, at + 1);
  }
  return text[at] === '}' ? found : null;
}

function readKey(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const key: unknown = JSON.parse(token);
  return String(key);
}

function endOfSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
  return at;
}

/** The position after the string that starts at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** The position after the value that starts at `from`, without the whitespace behind it. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === ',' || SPACE.test(character))) return at;
    at += 1;
  }
  return at;
}
