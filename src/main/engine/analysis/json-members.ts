/** JSON text taken apart without being changed: the members of an object, the value at a path, as they were written. */

const WHITE = /[\u0020\t\n\r]*/y;
const BARE = /[^\s,\]}:]+/y;

/** Where a value begins and ends in its text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Member {
  readonly key: string;
  /** JSON text as written. */
  readonly value: string;
}

/**
 * The members of an object in order, a repeated key as often as it occurs; `undefined` when the text is no object. Texts
 * that are no JSON end it early: what a snapshot holds was checked when it was captured.
 */
export function objectMembers(text: string): readonly Member[] | undefined {
  const at = skipWhite(text, 0);
  if (text[at] !== '{') return undefined;
  const found: Member[] = [];
  for (const { key, span } of eachMember(text, at)) found.push({ key, value: text.slice(span.from, span.to) });
  return found;
}

/** The text of the value that the steps lead to, `undefined` when they lead nowhere. Of a repeated key, the first. */
export function valueAt(text: string, steps: readonly string[]): string | undefined {
  let at = skipWhite(text, 0);
  let span: Span = { from: at, to: endOfValue(text, at) };
  for (const step of steps) {
    at = span.from;
    let next: Span | undefined;
    if (text[at] === '{') {
      for (const { key, span: value } of eachMember(text, at)) {
        if (key !== step) continue;
        next = value;
        break;
      }
    } else if (text[at] === '[' && /^(?:0|[1-9]\d*)$/.test(step)) {
      let index = 0;
      for (const value of eachElement(text, at)) {
        if (index === Number(step)) {
          next = value;
          break;
        }
        index += 1;
      }
    }
    if (next === undefined) return undefined;
    span = next;
  }
  return text.slice(span.from, span.to);
}

/**
 * One spelling for values that are the same: without white space and needless escapes. Numbers of one value are the same
 * unless they are too long to be told apart that way.
 */
export function sameSpelling(value: string): string {
  if (/^(?:"[^"\\]*"|true|false|null|-?\d{1,15})$/.test(value)) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'number' && /^-?\d+$/.test(value)) return value;
    return JSON.stringify(parsed);
  } catch {
    // Too deep to be written again; then it is compared as it stands.
    return value;
  }
}

/** The text of a string value, or the JSON text of any other. */
export function scalarText(value: string): string {
  if (!value.startsWith('"')) return value;
  const parsed: unknown = JSON.parse(value);
  return typeof parsed === 'string' ? parsed : value;
}

/** A JSON text, shortened where it is longer than so many characters, without half a character at the end. */
export function shortened(text: string, length: number): { text: string; cut: boolean } {
  if (text.length <= length) return { text, cut: false };
  const last = text.charCodeAt(length - 1);
  return { text: text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length), cut: true };
}

function* eachMember(text: string, open: number): Generator<{ readonly key: string; readonly span: Span }> {
  let at = skipWhite(text, open + 1);
  while (at < text.length && text[at] === '"') {
    const end = endOfString(text, at);
    const raw = text.slice(at, end);
    at = skipWhite(text, end);
    if (text[at] !== ':') return;
    const from = skipWhite(text, at + 1);
    const to = endOfValue(text, from);
    yield { key: raw.includes('\\') ? scalarText(raw) : raw.slice(1, -1), span: { from, to } };
    at = skipWhite(text, to);
    if (text[at] !== ',') return;
    at = skipWhite(text, at + 1);
  }
}

function* eachElement(text: string, open: number): Generator<Span> {
  let from = skipWhite(text, open + 1);
  while (from < text.length && text[from] !== ']') {
    const to = endOfValue(text, from);
    yield { from, to };
    const at = skipWhite(text, to);
    if (text[at] !== ',') return;
    from = skipWhite(text, at + 1);
  }
}

function skipWhite(text: string, at: number): number {
  WHITE.lastIndex = at;
  WHITE.test(text);
  return WHITE.lastIndex;
}

/** The offset behind the value that begins here, however deep it goes. */
function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first !== '{' && first !== '[') {
    BARE.lastIndex = from;
    return BARE.test(text) ? BARE.lastIndex : from;
  }
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** The offset behind the string that begins here. */
export function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let slashes = quote;
    while (text.charCodeAt(slashes - 1) === 0x5c) slashes -= 1;
    if ((quote - slashes) % 2 === 0) return quote + 1;
    at = quote;
  }
}
