/** A spool keeps bytes that can only be written later: in memory while they are few, then in a temporary file. */
import { randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from './sink.ts';

const MEMORY_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 256 * 1024;

export interface Spool {
  write(chunk: Uint8Array): Promise<void>;
  /** The bytes in order. Only after the last write. */
  read(): AsyncIterable<Uint8Array>;
  size(): number;
}

export type SpoolFactory = () => Spool;

/** All spools of one job, so that none outlives it. */
export class SpoolBox {
  readonly #directory: string;
  readonly #spools: FileSpool[] = [];

  /** Files, where needed, are made in `directory` under hidden, unguessable names. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  readonly make: SpoolFactory = () => {
    const spool = new FileSpool(join(this.#directory, `.event-audit-${randomBytes(8).toString('hex')}.tmp`));
    this.#spools.push(spool);
    return spool;
  };

  /** Closes and removes every file. */
  async dispose(): Promise<void> {
    for (const spool of this.#spools) await spool.dispose();
  }
}

class FileSpool implements Spool {
  readonly #path: string;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #onDisk = 0;
  #file: FileHandle | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  size(): number {
    return this.#onDisk + this.#held;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < MEMORY_BYTES) return;
    this.#file ??= await open(this.#path, 'wx+', 0o600);
    await writeAll(this.#file, Buffer.concat(this.#chunks));
    this.#onDisk += this.#held;
    this.#chunks = [];
    this.#held = 0;
  }

  async *read(): AsyncGenerator<Uint8Array> {
    let at = 0;
    while (this.#file !== null && at < this.#onDisk) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at);
      if (bytesRead === 0) throw new Error(`The temporary file ${this.#path} was cut short`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    yield* this.#chunks;
  }

  async dispose(): Promise<void> {
    this.#chunks = [];
    if (this.#file === null) return;
    await this.#file.close();
    this.#file = null;
    await rm(this.#path, { force: true });
  }
}
