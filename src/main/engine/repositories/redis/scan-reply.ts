/**
 * Reads HSCAN's reply (RESP) as it arrives, piece by piece, into one buffer, and notes where in it the fields and values
 * lie. Nothing is made of them: a driver's buffer for each would cost more than all that is done with it afterwards.
 */
import { PackedBatch, PLACES } from '../packed-batch.ts';

const FIRST_BYTES = 1 << 20;
/** A buffer that one giant record needed is not kept for those behind it. */
const MOST_KEPT = 8 << 20;
const FIRST_PLACES = 1 << 12;
const CR = 0x0d;
const LF = 0x0a;
const ARRAY = 0x2a;
const BULK = 0x24;
const ERROR = 0x2d;
const BULK_ERROR = 0x21;
/** A header is a type, a number and a line end. */
const MOST_HEADER = 32;

/** What the server said instead of a reply; its message is the server's own. */
export class ServerRefusal extends Error {
  override name = 'ServerRefusal';
}

/** Two in turns: while the records of one are worked on, the next reply arrives in the other. */
export class ScanReply {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #places = new Uint32Array(FIRST_PLACES);
  /** How far the reply is understood. */
  #at = 0;
  /** Elements of the page that are still to come, once their number is known. */
  #left = 0;
  #elements = 0;
  #step: 'outer' | 'cursor' | 'page' | 'elements' | 'error' | 'done' = 'outer';
  /** Where the text begins that a header announced, and its length, while it is waited for. */
  #textLength = -1;
  cursor = '';

  /** Begins with the next reply; what the last one held is gone. */
  begin(): void {
    if (this.#bytes.length > MOST_KEPT) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#length = 0;
    this.#at = 0;
    this.#left = 0;
    this.#elements = 0;
    this.#step = 'outer';
    this.#textLength = -1;
    this.cursor = '';
  }

  /**
   * Takes the next piece in. True when the reply is whole.
   * @throws ServerRefusal when the server answers with an error, Error when this is no reply of HSCAN
   */
  take(piece: Uint8Array): boolean {
    this.#append(piece);
    while (this.#step !== 'done') if (!this.#advance()) return false;
    if (this.#at !== this.#length) throw new Error('The server sent more than was asked for.');
    return true;
  }

  /** The page, good until {@link begin}. */
  batch(): PackedBatch {
    return new PackedBatch(this.#bytes.subarray(0, this.#length), this.#places, this.#elements / 2);
  }

  /** How many bytes it took. */
  get size(): number {
    return this.#length;
  }

  #append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  #grow(length: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }

  /** One step further. False when more has to come. */
  #advance(): boolean {
    switch (this.#step) {
      case 'outer': {
        const type = this.#bytes[this.#at];
        if (this.#length === this.#at) return false;
        if (type === ERROR || type === BULK_ERROR) this.#step = 'error';
        else {
          const count = this.#header(ARRAY);
          if (count === undefined) return false;
          if (count !== 2) throw unexpected();
          this.#step = 'cursor';
        }
        return true;
      }
      case 'cursor': {
        if (!this.#text()) return false;
        const end = this.#at - 2;
        this.cursor = this.#bytes.toString('latin1', end - this.#textLength, end);
        this.#textLength = -1;
        this.#step = 'page';
        return true;
      }
      case 'page': {
        const count = this.#header(ARRAY);
        if (count === undefined) return false;
        if (count % 2 !== 0) throw unexpected();
        this.#elements = count;
        this.#left = count;
        const places = (count / 2) * PLACES;
        if (places > this.#places.length) this.#places = new Uint32Array(places * 2);
        this.#step = 'elements';
        return true;
      }
      case 'elements':
        return this.#page();
      case 'error':
        return this.#refusal();
      case 'done':
        return true;
      default:
        throw unexpected();
    }
  }

  /** All elements that are here. */
  #page(): boolean {
    let to = (this.#elements - this.#left) * 2;
    while (this.#left > 0) {
      if (!this.#text()) return false;
      const end = this.#at - 2;
      this.#places[to] = end - this.#textLength;
      this.#places[to + 1] = end;
      to += 2;
      this.#textLength = -1;
      this.#left -= 1;
    }
    this.#step = 'done';
    return true;
  }

  /** A text with its header; `at` is behind it then. False when more has to come. */
  #text(): boolean {
    if (this.#textLength === -1) {
      const length = this.#header(BULK);
      if (length === undefined) return false;
      this.#textLength = length;
    }
    const end = this.#at + this.#textLength;
    if (end + 2 > this.#length) {
      // Room for all of it at once, so that a large text is not copied again and again.
      if (end + 2 > this.#bytes.length) this.#grow(end + 2);
      return false;
    }
    if (this.#bytes[end] !== CR || this.#bytes[end + 1] !== LF) throw unexpected();
    this.#at = end + 2;
    return true;
  }

  /** The number in a header of a type, which is behind then. `undefined` when more has to come. */
  #header(type: number): number | undefined {
    const bytes = this.#bytes;
    const length = this.#length;
    let at = this.#at;
    if (at >= length) return undefined;
    if (bytes[at] !== type) throw unexpected();
    let value = 0;
    for (at += 1; at < length; at += 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      if (at - this.#at > MOST_HEADER) throw unexpected();
    }
    if (at + 2 > length) return undefined;
    // A number there is, and no more than fits into a buffer.
    if (bytes[at] !== CR || bytes[at + 1] !== LF || at === this.#at + 1 || value > 2 ** 31) throw unexpected();
    this.#at = at + 2;
    return value;
  }

  #refusal(): boolean {
    const end = this.#bytes.subarray(0, this.#length).indexOf('\r\n', this.#at);
    if (end === -1) return false;
    if (this.#bytes[this.#at] === ERROR) throw new ServerRefusal(this.#bytes.toString('utf8', this.#at + 1, end));
    const length = Number(this.#bytes.toString('latin1', this.#at + 1, end));
    if (!Number.isSafeInteger(length)) throw unexpected();
    if (end + 2 + length + 2 > this.#length) return false;
    throw new ServerRefusal(this.#bytes.toString('utf8', end + 2, end + 2 + length));
  }
}

function unexpected(): Error {
  return new Error('The server sent something else than a reply of HSCAN.');
}
