/** Which pairs and triples of bytes occur in a block of texts: a block that lacks one of a searched text's is not read. */

const HALF_BITS = 8_192;
/** Half of them for pairs, half for triples. */
export const SIGNATURE_BYTES = (2 * HALF_BITS) / 8;

export function addToSignature(signature: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  let [before, last] = [0, bytes[from] ?? 0];
  for (let at = from + 1; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    const pair = pairBit(last, byte);
    signature[pair >> 3] = (signature[pair >> 3] ?? 0) | (1 << (pair & 7));
    if (at > from + 1) {
      const triple = tripleBit(before, last, byte);
      signature[triple >> 3] = (signature[triple >> 3] ?? 0) | (1 << (triple & 7));
    }
    before = last;
    last = byte;
  }
}

/** The bits that a block's signature has if the block holds a text; each of them once. */
export function bitsOf(text: Uint8Array): Uint16Array {
  const bits = new Set<number>();
  for (let at = 1; at < text.length; at += 1) {
    const [before = 0, last = 0, byte = 0] = [text[at - 2], text[at - 1], text[at]];
    // Of a text that has triples, its pairs tell nothing more.
    bits.add(at > 1 ? tripleBit(before, last, byte) : pairBit(last, byte));
  }
  return Uint16Array.from(bits);
}

export function mayHold(signatures: Uint8Array, block: number, bits: Uint16Array): boolean {
  const start = block * SIGNATURE_BYTES;
  for (const bit of bits) if (((signatures[start + (bit >> 3)] ?? 0) & (1 << (bit & 7))) === 0) return false;
  return true;
}

function pairBit(first: number, second: number): number {
  return Math.imul((first << 8) | second, 0x9e37_79b1) >>> 19;
}

function tripleBit(first: number, second: number, third: number): number {
  return HALF_BITS + (Math.imul((first << 16) | (second << 8) | third, 0x9e37_79b1) >>> 19);
}
