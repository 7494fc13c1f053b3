/** Row digests and the chain over them: what lets a changed file be traced to its rows. Documented in docs/manifest.md. */
import { createHash, hash } from 'node:crypto';
import type { Spool } from './spool.ts';

/** Rows per link of the chain, and per line of digests in the manifest. */
export const BLOCK_ROWS = 4096;
/** Bytes of each row's SHA-256 that the manifest keeps. */
export const DIGEST_BYTES = 8;

export interface DigestSummary {
  readonly rows: number;
  /** Head of the chain, hex. */
  readonly chain: string;
  /** SHA-256 over all truncated digests, hex. */
  readonly sha256: string;
}

/**
 * Collects the digests of rows in order. The truncated digests go to a spool as lines of base64, one a block, so that
 * memory does not grow with the rows.
 */
export class RowDigests {
  readonly #blocks: Spool;
  readonly #all = createHash('sha256');
  #chain: Buffer = Buffer.alloc(32);
  #pending: string[] = [];
  #rows = 0;

  constructor(blocks: Spool) {
    this.#blocks = blocks;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes the next rows. Resolves when more may come. */
  async add(rows: readonly string[]): Promise<void> {
    for (const row of rows) {
      this.#pending.push(hash('sha256', row));
      if (this.#pending.length === BLOCK_ROWS) await this.#close();
    }
    this.#rows += rows.length;
  }

  async finish(): Promise<DigestSummary> {
    if (this.#pending.length > 0) await this.#close();
    return { rows: this.#rows, chain: this.#chain.toString('hex'), sha256: this.#all.digest('hex') };
  }

  async #close(): Promise<void> {
    const full = Buffer.from(this.#pending.join(''), 'hex');
    this.#pending = [];
    this.#chain = createHash('sha256').update(this.#chain).update(full).digest();
    const short = truncate(full);
    this.#all.update(short);
    await this.#blocks.write(Buffer.from(`${short.toString('base64')}\n`));
  }
}

/** The first eight bytes of each 32-byte digest. */
function truncate(full: Buffer): Buffer {
  const short = Buffer.alloc((full.length / 32) * DIGEST_BYTES);
  for (let at = 0; at < full.length / 32; at += 1) {
    full.copy(short, at * DIGEST_BYTES, at * 32, at * 32 + DIGEST_BYTES);
  }
  return short;
}
