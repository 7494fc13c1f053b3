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
  /** Digests, a character for each byte: the cheapest form they come in. */
  #pending: string[] = [];
  #rows = 0;

  constructor(blocks: Spool) {
    this.#blocks = blocks;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes the next rows. Resolves when more may come. */
  async add(rows: readonly (string | Uint8Array)[]): Promise<void> {
    for (const row of rows) {
      this.#pending.push(hash('sha256', row, 'binary'));
      if (this.#pending.length === BLOCK_ROWS) await this.#close();
    }
    this.#rows += rows.length;
  }

  async finish(): Promise<DigestSummary> {
    if (this.#pending.length > 0) await this.#close();
    return { rows: this.#rows, chain: this.#chain.toString('hex'), sha256: this.#all.digest('hex') };
  }

  async #close(): Promise<void> {
    const full = Buffer.from(this.#pending.join(''), 'latin1');
    const short = Buffer.from(this.#pending.map((digest) => digest.slice(0, DIGEST_BYTES)).join(''), 'latin1');
    this.#pending = [];
    this.#chain = createHash('sha256').update(this.#chain).update(full).digest();
    this.#all.update(short);
    await this.#blocks.write(Buffer.from(`${short.toString('base64')}\n`));
  }
}
