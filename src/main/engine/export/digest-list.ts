/** Truncated row digests as numbers: eight bytes a row, whether they come from a manifest or from a file. */
import { hash } from 'node:crypto';

/** A growing list of digests. */
export class DigestList {
  #values = new BigUint64Array(1024);
  #length = 0;

  /** Adds the digest of a row's text. */
  addRow(row: Uint8Array | string): void {
    this.add(shortDigest(row));
  }

  add(digest: bigint): void {
    if (this.#length === this.#values.length) {
      const wider = new BigUint64Array(this.#length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length] = digest;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  values(): BigUint64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** The first eight bytes of a text's SHA-256, as a number. */
export function shortDigest(row: Uint8Array | string): bigint {
  return hash('sha256', row, 'buffer').readBigUInt64BE(0);
}

/** The digests a manifest lists; `null` when its texts are not the base64 of whole digests. */
export function decodeDigests(
  blocks: readonly string[],
): { readonly bytes: Buffer; readonly values: BigUint64Array } | null {
  const buffers = blocks.map((block) => Buffer.from(block, 'base64'));
  if (buffers.some((buffer, at) => buffer.length % 8 !== 0 || buffer.toString('base64') !== blocks[at])) return null;
  const bytes = Buffer.concat(buffers);
  const values = new BigUint64Array(bytes.length / 8);
  for (let at = 0; at < values.length; at += 1) values[at] = bytes.readBigUInt64BE(at * 8);
  return { bytes, values };
}

/** Answers whether a digest is one of many, in eight bytes each. */
export function digestSet(values: BigUint64Array): (digest: bigint) => boolean {
  const sorted = values.toSorted();
  return (digest) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0n) < digest) low = middle + 1;
      else high = middle;
    }
    return low < sorted.length && sorted[low] === digest;
  };
}
