/**
 * The values that must not stand in a file, and where they occur in a text: by themselves, never within a longer run of
 * letters and digits. `ann` is found in `/user/ann?x` and in `ann@example.org`, not in `annual`.
 */

/** Letters and digits of scripts that part words by spaces; of the others, every character stands by itself. */
const WORD =
  /[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]/v;

/** For each ASCII character, whether it is a letter or a digit. */
const ASCII = Uint8Array.from({ length: 128 }, (_none, code) => (WORD.test(String.fromCharCode(code)) ? 1 : 0));

export class MaskedValues {
  readonly #values = new Set<string>();
  /** By a value's first token, the lengths of the values that begin with it, longest first. */
  readonly #lengths = new Map<string, number | readonly number[]>();

  /** The empty text is none. */
  add(value: string): void {
    if (value === '' || this.#values.has(value)) return;
    this.#values.add(value);
    const token = value.slice(0, tokenEnd(value, 0));
    const known = this.#lengths.get(token);
    const lengths = known === undefined ? [] : typeof known === 'number' ? [known] : known;
    if (lengths.includes(value.length)) return;
    const all = [...lengths, value.length].toSorted((a, b) => b - a);
    this.#lengths.set(token, all.length === 1 ? value.length : all);
  }

  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** The text with each value in it replaced, the longest at each place; the same text when it holds none. */
  replace(text: string, replacement: (value: string) => string): string {
    if (this.#values.size === 0) return text;
    let out = '';
    let from = 0;
    let at = 0;
    while (at < text.length) {
      const end = tokenEnd(text, at);
      const lengths = this.#lengths.get(text.slice(at, end));
      const found = lengths === undefined ? 0 : this.#longest(text, at, lengths);
      if (found === 0) {
        at = end;
        continue;
      }
      out += text.slice(from, at) + replacement(text.slice(at, at + found));
      at += found;
      from = at;
    }
    return from === 0 ? text : out + text.slice(from);
  }

  #longest(text: string, at: number, lengths: number | readonly number[]): number {
    for (const length of typeof lengths === 'number' ? [lengths] : lengths) {
      const end = at + length;
      if (end <= text.length && isBoundary(text, end) && this.#values.has(text.slice(at, end))) return length;
    }
    return 0;
  }
}

/** Where the run of letters and digits, or the single other character, that begins here ends. */
function tokenEnd(text: string, from: number): number {
  let at = from + widthAt(text, from);
  if (!isWordAt(text, from)) return at;
  while (at < text.length && isWordAt(text, at)) at += widthAt(text, at);
  return at;
}

function isBoundary(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const unit = text.charCodeAt(at - 1);
  const before = unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? at - 2 : at - 1;
  return !(isWordAt(text, before) && isWordAt(text, at));
}

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return ASCII[code] === 1;
  return WORD.test(text.slice(at, at + widthAt(text, at)));
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
