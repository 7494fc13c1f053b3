/** Pseudonyms: the same key gives the same value the same one, and without the key nobody can tell which value it stands for. */
import { createHmac } from 'node:crypto';

/** How pseudonyms are made, as manifests say it. */
export const MASK_METHOD = 'HMAC-SHA256, first 80 bits, base32';

const PREFIX = 'p-';
const BITS_BYTES = 10;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const MAX_KEPT = 200_000;

export class Pseudonyms {
  /** Names the key without giving anything of it away. */
  readonly keyId: string;
  readonly #key: Buffer;
  readonly #kept = new Map<string, string>();

  /** @param secret 64 hexadecimal digits */
  constructor(secret: string) {
    this.#key = Buffer.from(secret, 'hex');
    this.keyId = createHmac('sha256', this.#key).update('event-audit-viewer/mask-key-id').digest('hex').slice(0, 16);
  }

  of(value: string): string {
    const known = this.#kept.get(value);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', this.#key).update(value).digest();
    const made = PREFIX + base32(digest.subarray(0, BITS_BYTES));
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(value, made);
    return made;
  }
}

/** RFC 4648 in small letters; the bytes are a multiple of five. */
function base32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let at = (bytes.length * 8) / 5 - 1; at >= 0; at -= 1) {
    text += LETTERS.charAt(Number((bits >> BigInt(at * 5)) & 31n));
  }
  return text;
}
