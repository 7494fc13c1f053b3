/**
 * Reads one JSON record as bytes: checks that it is JSON (RFC 8259, nothing looser), and says where each field's text
 * lies in it. No value is decoded here, so nothing can be rounded, reordered or lost.
 */
import { EVENT_FIELDS } from '../../../shared/event.ts';

/** What a field's value is. */
export const KIND = { absent: 0, string: 1, number: 2, boolean: 3, null: 4, object: 5, array: 6 } as const;

/** Deeper nesting is set aside: readers of JSON down the line recurse. */
export const MAX_DEPTH = 512;

const FIELD_COUNT = EVENT_FIELDS.length;
const FIELD_NAMES = EVENT_FIELDS.map((name) => Buffer.from(name));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

export class RecordScanner {
  /** Byte offsets of each field's value, in the order of EVENT_FIELDS; strings include their quotes. */
  readonly starts = new Int32Array(FIELD_COUNT);
  readonly ends = new Int32Array(FIELD_COUNT);
  readonly kinds = new Uint8Array(FIELD_COUNT);
  /** Whether the value, when a string, holds a backslash. */
  readonly escaped = new Uint8Array(FIELD_COUNT);
  /** Whether the value holds, at any depth, the escape of a surrogate without its partner. */
  readonly lone = new Uint8Array(FIELD_COUNT);
  /** Fields in order, no other keys, no space between tokens of the outer object. */
  compact = false;
  /** Some white space between tokens is a tab, a line feed or a carriage return. */
  controls = false;
  /** What is wrong, in words, and at which byte; empty when the scan went well. */
  problem = '';
  problemAt = 0;
  /** A stable name of the problem. */
  problemCode = '';

  #buffer: Uint8Array = new Uint8Array();
  #from = 0;
  #end = 0;
  #sawEscape = false;
  #sawLone = false;
  readonly #stack = new Uint8Array(MAX_DEPTH + 1);

  /**
   * Scans a whole record. False when it is not one JSON object; the `problem` fields then say why.
   * @param from where in the buffer it begins, and `to` where it ends; all offsets are those of the buffer
   */
  scan(buffer: Uint8Array, from = 0, to = buffer.length): boolean {
    this.#begin(buffer, from, to);
    this.kinds.fill(KIND.absent);
    this.escaped.fill(0);
    this.lone.fill(0);
    this.compact = true;
    let at = this.#space(from);
    if (at > from) this.compact = false;
    if (at >= this.#end) return this.#fail(at, 'empty', 'the record is empty');
    if (buffer[at] !== 0x7b) {
      // Told apart so that the reason helps: valid JSON of another kind, or no JSON at all.
      const after = this.#within(this.#value(at));
      if (after === -1) return false;
      return this.#space(after) < this.#end
        ? this.#fail(after, 'not_json', 'more text follows after a JSON value')
        : this.#fail(at, 'not_an_object', 'the record is JSON, but not an object');
    }
    at = this.#within(this.#members(at + 1));
    if (at === -1) return false;
    const tail = this.#space(at);
    if (tail < this.#end) return this.#fail(tail, 'not_json', 'more text follows after the object');
    if (tail !== at) this.compact = false;
    return true;
  }

  /** Scans a text, the whole buffer or a part of it, that must be exactly one JSON value, and puts it where field `index` would be. */
  scanValue(buffer: Uint8Array, index: number, from = 0, to = buffer.length): boolean {
    this.#begin(buffer, from, to);
    const at = this.#space(from);
    if (at >= this.#end) return this.#fail(at, 'not_json', 'the JSON text is empty');
    this.kinds[index] = this.#kindAt(at);
    this.#sawLone = false;
    const after = this.#value(at);
    if (after === -1) return false;
    // What lies behind a part of a buffer is not its own.
    if (after > to) return this.#fail(to, 'not_json', 'it ends inside a value');
    this.lone[index] = this.#sawLone ? 1 : 0;
    const tail = this.#space(after);
    return tail < this.#end ? this.#fail(tail, 'not_json', 'more text follows after a JSON value') : true;
  }

  /** A record ends where it ends, whatever follows it in the buffer. */
  #within(at: number): number {
    return at > this.#end ? this.#failAt(this.#end, 'not_json', 'it ends before its value does') : at;
  }

  #begin(buffer: Uint8Array, from: number, to: number): void {
    this.#buffer = buffer;
    this.#from = from;
    this.#end = to;
    this.controls = false;
    this.problem = '';
    this.problemCode = '';
  }

  /** The members of the outer object, from behind its brace; returns the offset behind its closing brace. */
  #members(from: number): number {
    const buffer = this.#buffer;
    let at = this.#tight(from);
    let next = 0;
    if (buffer[at] === 0x7d) {
      this.compact = false;
      return at + 1;
    }
    for (;;) {
      if (buffer[at] !== QUOTE) return this.#expected(at, 'a key in double quotes');
      this.#sawEscape = false;
      const keyEnd = this.#string(at);
      if (keyEnd === -1) return -1;
      let index = -1;
      if (next < FIELD_COUNT && this.#isKey(at + 1, keyEnd - 1, next)) {
        index = next;
      } else {
        index = this.#sawEscape ? this.#decodedKey(at, keyEnd) : this.#findKey(at + 1, keyEnd - 1);
        // Only `result` and `payload` may be missing from a compact record: CloudWatch drops them when too large.
        if (this.#sawEscape || next !== 9 || index !== 10) this.compact = false;
      }
      at = this.#tight(keyEnd);
      if (buffer[at] !== COLON) return this.#expected(at, 'a colon');
      at = this.#tight(at + 1);
      const valueStart = at;
      const kind = this.#kindAt(at);
      this.#sawEscape = false;
      this.#sawLone = false;
      at = this.#value(at);
      if (at === -1) return -1;
      if (index >= 0) {
        if (this.kinds[index] !== KIND.absent) this.compact = false;
        this.starts[index] = valueStart;
        this.ends[index] = at;
        this.kinds[index] = kind;
        this.escaped[index] = this.#sawEscape ? 1 : 0;
        this.lone[index] = this.#sawLone ? 1 : 0;
        next = index + 1;
      }
      at = this.#tight(at);
      const c = buffer[at];
      if (c === 0x7d) break;
      if (c !== COMMA) return this.#expected(at, 'a comma or a closing brace');
      at = this.#tight(at + 1);
    }
    if (next < 9) this.compact = false;
    return at + 1;
  }

  #isKey(from: number, to: number, index: number): boolean {
    const name = FIELD_NAMES[index];
    if (name === undefined || name.length !== to - from) return false;
    for (let i = 0; i < name.length; i += 1) if (this.#buffer[from + i] !== name[i]) return false;
    return true;
  }

  #findKey(from: number, to: number): number {
    for (let index = 0; index < FIELD_COUNT; index += 1) if (this.#isKey(from, to, index)) return index;
    return -1;
  }

  #decodedKey(from: number, to: number): number {
    const key: unknown = JSON.parse(Buffer.from(this.#buffer.subarray(from, to)).toString('utf8'));
    return EVENT_FIELDS.findIndex((name) => name === key);
  }

  #kindAt(at: number): number {
    switch (this.#buffer[at]) {
      case QUOTE:
        return KIND.string;
      case 0x7b:
        return KIND.object;
      case 0x5b:
        return KIND.array;
      case 0x74:
      case 0x66:
        return KIND.boolean;
      case 0x6e:
        return KIND.null;
      default:
        return KIND.number;
    }
  }

  /** Skips white space between tokens of the outer object, which a compact record does not have. */
  #tight(at: number): number {
    const c = this.#buffer[at];
    if (c === undefined || c > 0x20) return at;
    const after = this.#space(at);
    if (after !== at) this.compact = false;
    return after;
  }

  #space(from: number): number {
    let at = from;
    for (; at < this.#end; at += 1) {
      const c = this.#buffer[at];
      if (c === 0x20) continue;
      if (c === 0x0a || c === 0x0d || c === 0x09) this.controls = true;
      else break;
    }
    return at;
  }

  /** Any value; returns the offset behind it, or -1. Iterative, so that no depth can exhaust the stack. */
  #value(from: number): number {
    const buffer = this.#buffer;
    const stack = this.#stack;
    let depth = 0;
    let at = from;
    for (;;) {
      const c = buffer[at];
      if (c === QUOTE) {
        at = this.#string(at);
      } else if (c === 0x7b || c === 0x5b) {
        if (depth >= MAX_DEPTH) return this.#failAt(at, 'too_deep', `it is nested deeper than ${MAX_DEPTH} levels`);
        depth += 1;
        stack[depth] = c;
        at = this.#space(at + 1);
        if (buffer[at] === c + 2) {
          depth -= 1;
          at += 1;
        } else if (c === 0x5b) {
          continue;
        } else {
          at = this.#key(at);
          if (at === -1) return -1;
          continue;
        }
      } else {
        at = this.#scalar(at);
      }
      if (at === -1) return -1;
      // Behind a value: close what ends here, or go on to the next member.
      for (;;) {
        if (depth === 0) return at;
        at = this.#space(at);
        const open = stack[depth];
        const d = buffer[at];
        if (d === COMMA) {
          at = this.#space(at + 1);
          if (open === 0x7b) {
            at = this.#key(at);
            if (at === -1) return -1;
          }
          break;
        }
        if (open === undefined || d !== open + 2) {
          return this.#expected(at, open === 0x7b ? 'a comma or a closing brace' : 'a comma or a closing bracket');
        }
        depth -= 1;
        at += 1;
      }
    }
  }

  #key(from: number): number {
    if (this.#buffer[from] !== QUOTE) return this.#expected(from, 'a key in double quotes');
    let at = this.#string(from);
    if (at === -1) return -1;
    at = this.#space(at);
    if (this.#buffer[at] !== COLON) return this.#expected(at, 'a colon');
    return this.#space(at + 1);
  }

  #string(from: number): number {
    const buffer = this.#buffer;
    const end = this.#end;
    let at = from + 1;
    let high = false;
    for (;;) {
      if (!high) at = plain(buffer, at, end);
      if (at >= end) break;
      const c = buffer[at] ?? 0;
      if (c === QUOTE) {
        if (high) this.#sawLone = true;
        return at + 1;
      }
      if (c === BACKSLASH) {
        this.#sawEscape = true;
        const e = buffer[at + 1];
        if (e === 0x75) {
          const unit = this.#hex4(at + 2);
          if (unit === -1) return this.#failAt(at, 'not_json', 'a \\u escape lacks its four hexadecimal digits');
          const isLow = unit >= 0xdc00 && unit <= 0xdfff;
          if (high !== isLow) this.#sawLone = true;
          high = unit >= 0xd800 && unit <= 0xdbff;
          at += 6;
          continue;
        }
        if (high) this.#sawLone = true;
        high = false;
        if (!(
          e === QUOTE ||
          e === BACKSLASH ||
          e === 0x2f ||
          e === 0x62 ||
          e === 0x66 ||
          e === 0x6e ||
          e === 0x72 ||
          e === 0x74
        )) {
          return this.#failAt(at, 'not_json', 'a backslash is followed by a character that JSON does not escape');
        }
        at += 2;
        continue;
      }
      if (c < 0x20) return this.#failAt(at, 'not_json', 'a control character stands unescaped in a string');
      if (high) {
        this.#sawLone = true;
        high = false;
      }
      at += 1;
    }
    return this.#failAt(end, 'not_json', 'it ends inside a string');
  }

  #hex4(from: number): number {
    if (from + 4 > this.#end) return -1;
    let unit = 0;
    for (let i = from; i < from + 4; i += 1) {
      const c = this.#buffer[i] ?? 0;
      const digit =
        c >= 0x30 && c <= 0x39 ? c - 0x30 : (c | 0x20) >= 0x61 && (c | 0x20) <= 0x66 ? (c | 0x20) - 0x57 : -1;
      if (digit === -1) return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  #scalar(from: number): number {
    const c = this.#buffer[from];
    if (c === 0x74) return this.#literal(from, 'true');
    if (c === 0x66) return this.#literal(from, 'false');
    if (c === 0x6e) return this.#literal(from, 'null');
    return this.#number(from);
  }

  #literal(from: number, word: string): number {
    for (let i = 0; i < word.length; i += 1) {
      if (this.#buffer[from + i] !== word.charCodeAt(i)) return this.#expected(from, 'a value');
    }
    return from + word.length;
  }

  #number(from: number): number {
    const buffer = this.#buffer;
    let at = from;
    if (buffer[at] === 0x2d) at += 1;
    const first = at;
    at = this.#digits(at);
    if (at === first) return this.#expected(from, 'a value');
    if (buffer[first] === 0x30 && at > first + 1) {
      return this.#failAt(first, 'not_json', 'a number begins with a needless zero');
    }
    if (buffer[at] === 0x2e) {
      const fraction = at + 1;
      at = this.#digits(fraction);
      if (at === fraction) return this.#expected(at, 'a digit after the decimal point');
    }
    if (buffer[at] === 0x65 || buffer[at] === 0x45) {
      at += buffer[at + 1] === 0x2b || buffer[at + 1] === 0x2d ? 2 : 1;
      const exponent = at;
      at = this.#digits(exponent);
      if (at === exponent) return this.#expected(at, 'a digit in the exponent');
    }
    return at;
  }

  #digits(from: number): number {
    let at = from;
    while (at < this.#end) {
      const c = this.#buffer[at] ?? 0;
      if (c < 0x30 || c > 0x39) break;
      at += 1;
    }
    return at;
  }

  #expected(at: number, what: string): -1 {
    return at >= this.#end
      ? this.#failAt(at, 'not_json', `it ends where ${what} is expected`)
      : this.#failAt(at, 'not_json', `${what} is expected`);
  }

  #failAt(at: number, code: string, problem: string): -1 {
    this.problem = problem;
    this.problemAt = at - this.#from;
    this.problemCode = code;
    return -1;
  }

  #fail(at: number, code: string, problem: string): false {
    this.#failAt(at, code, problem);
    return false;
  }
}

/** Goes on to the first byte that means something inside a string: a quote, a backslash, a control character. */
function plain(buffer: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end; at += 1) {
    const c = buffer[at] ?? 0;
    if (c > QUOTE ? c === BACKSLASH : c === QUOTE || c < 0x20) break;
  }
  return at;
}
