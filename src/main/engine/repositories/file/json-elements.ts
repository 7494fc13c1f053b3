/**
 * Splits JSON that is one large array, many values in a row, or a list inside an object, into the raw bytes of its
 * elements. Only the structure between elements is understood; each element is checked when it is taken in.
 */
import { AppError } from '../../../../shared/errors.ts';

/** Where the elements are: in the array that is all there is, one after another, or in a list under a key of an object. */
export type ElementsIn = 'array' | 'sequence' | { readonly key: string };

/** An element that is longer has lost its end: no store holds such an event. */
const MAX_BYTES = 64 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What may come next. */
type Expect = 'start' | 'element' | 'more' | 'key' | 'colon' | 'member' | 'end';

export class ElementSplitter {
  readonly #where: ElementsIn;
  readonly #name: string;
  #expect: Expect;
  /** Inside a value: how deep, in a text or not, and whether it is wanted. */
  #inside = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #wanted = false;
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** Whether the list's own array is open, and whether it has elements yet. */
  #inList = false;
  #empty = true;
  #key = '';
  #found = 0;
  #offset = 0;
  #failure: unknown;

  /** @param name the file, for messages */
  constructor(where: ElementsIn, name: string) {
    this.#where = where;
    this.#name = name;
    this.#expect = where === 'sequence' ? 'element' : 'start';
  }

  /** Takes the next piece of the text and returns the elements that end in it. @throws AppError `source_invalid` */
  push(chunk: Buffer): Buffer[] {
    if (this.#failure !== undefined) throw this.#failure;
    const found: Buffer[] = [];
    let at = 0;
    try {
      while (at < chunk.length) {
        if (!this.#inside) at = this.#between(chunk, at);
        if (this.#inside && at < chunk.length) at = this.#value(chunk, at, found);
      }
    } catch (error) {
      // What stands before the damage is handed over first.
      if (found.length === 0) throw error;
      this.#failure = error;
    }
    this.#offset += chunk.length;
    return found;
  }

  /** The end of the text. Returns a last number or word, which only the end can end. @throws AppError `source_invalid` */
  end(): Buffer[] {
    if (this.#failure !== undefined) throw this.#failure;
    const last: Buffer[] = [];
    if (this.#inside && this.#depth === 0 && !this.#inString) this.#finish(Buffer.alloc(0), 0, 0, last);
    const whole = this.#where === 'array' ? this.#expect === 'end' : !this.#inList && !isOpen(this.#expect);
    if (this.#inside || !whole) {
      throw new AppError(
        'source_invalid',
        `${this.#name} is cut off: it ends in the middle, after ${this.#found} records. Fetch it again from where it came.`,
      );
    }
    return last;
  }

  /** Reads what stands between values, up to the first byte of one. */
  #between(chunk: Buffer, from: number): number {
    let at = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      const next = this.#structure(byte, at);
      if (next !== undefined) {
        this.#expect = next;
        continue;
      }
      this.#begin();
      return at;
    }
    return at;
  }

  /** The state after a byte of structure; `undefined` when a value begins with it. */
  #structure(byte: number, at: number): Expect | undefined {
    switch (this.#expect) {
      case 'start':
        if (this.#where === 'array' && byte === OPEN_ARRAY) return this.#openList();
        if (this.#where !== 'array' && byte === OPEN_OBJECT) return 'key';
        throw this.#damage(at, this.#where === 'array' ? 'an opening bracket' : 'an opening brace');
      case 'element':
        if (!this.#inList) return undefined;
        if (byte === CLOSE_ARRAY && this.#empty) return this.#closeList();
        if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) throw this.#damage(at, 'a record');
        return undefined;
      case 'more':
        if (byte === COMMA) return 'element';
        if (byte === CLOSE_ARRAY) return this.#closeList();
        throw this.#damage(at, 'a comma or the end of the list');
      case 'key':
        if (byte === CLOSE_OBJECT) return 'start';
        if (byte === COMMA) return 'key';
        if (byte === QUOTE) return undefined;
        throw this.#damage(at, 'a key in double quotes');
      case 'colon':
        if (byte === 0x3a) return 'member';
        throw this.#damage(at, 'a colon');
      case 'member':
        if (byte === OPEN_ARRAY && typeof this.#where === 'object' && this.#key === this.#where.key)
          return this.#openList();
        return undefined;
      default:
        throw this.#damage(at, 'nothing more');
    }
  }

  #openList(): Expect {
    this.#inList = true;
    this.#empty = true;
    return 'element';
  }

  #closeList(): Expect {
    this.#inList = false;
    return this.#where === 'array' ? 'end' : 'key';
  }

  #begin(): void {
    this.#inside = true;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#wanted = this.#expect === 'element' || this.#expect === 'key';
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** Reads on in a value; returns the offset behind what was read of it. */
  #value(chunk: Buffer, from: number, found: Buffer[]): number {
    const first = this.#partBytes === 0;
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let at = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return this.#finish(chunk, from, at + 1, found);
        }
        continue;
      }
      if (depth === 0 && !(first && at === from)) {
        // A number or a word, or what should be one, goes on to the next byte of structure.
        if (byte > 0x20 && byte !== COMMA && byte !== QUOTE && !isBracket(byte)) continue;
        return this.#finish(chunk, from, at, found);
      }
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth -= 1;
        // Below zero, it is a bracket that closes nothing: an element of its own, which is no JSON.
        if (depth <= 0) return this.#finish(chunk, from, at + 1, found);
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    this.#keep(chunk.subarray(from, at));
    return at;
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#partBytes > MAX_BYTES) {
      throw new AppError(
        'source_invalid',
        `${this.#name} is damaged: what begins after ${this.#found} records has no end within ${MAX_BYTES} bytes.`,
      );
    }
    if (this.#wanted) this.#parts.push(part);
  }

  #finish(chunk: Buffer, from: number, to: number, found: Buffer[]): number {
    this.#inside = false;
    this.#keep(chunk.subarray(from, to));
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    switch (this.#expect) {
      case 'key':
        this.#key = keyText(bytes);
        this.#expect = 'colon';
        break;
      case 'element':
        this.#found += 1;
        this.#empty = false;
        found.push(bytes);
        this.#expect = this.#inList ? 'more' : 'element';
        break;
      default:
        this.#expect = 'key';
    }
    this.#parts = [];
    return to;
  }

  #damage(at: number, expected: string): AppError {
    return new AppError(
      'source_invalid',
      `${this.#name} is damaged: at byte ${this.#offset + at}, after ${this.#found} records, ${expected} is expected. What stands before was read.`,
    );
  }
}

/** Whether the text may not end here. */
function isOpen(expect: Expect): boolean {
  return expect === 'key' || expect === 'colon' || expect === 'member' || expect === 'more';
}

function isBracket(byte: number): boolean {
  return byte === OPEN_ARRAY || byte === CLOSE_ARRAY || byte === OPEN_OBJECT || byte === CLOSE_OBJECT;
}

function keyText(bytes: Buffer): string {
  try {
    return String(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}
