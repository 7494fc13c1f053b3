/** A file of rows in order that is written again and again, which saves making it anew. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const WRITE_BYTES = 1 << 20;

export class MergedFile {
  readonly path: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);
  #at = 0;
  #written = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'wx', 0o600);
  }

  append(source: Buffer, from: number, to: number): void {
    if (this.#at + to - from > WRITE_BYTES) this.#flush();
    if (to - from > WRITE_BYTES) this.#write(source.subarray(from, to));
    else {
      source.copy(this.#buffer, this.#at, from, to);
      this.#at += to - from;
    }
  }

  /** Ends what was written before; what is appended next begins the file again. */
  end(): void {
    this.#flush();
    ftruncateSync(this.#file, this.#written);
    this.#written = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
  }

  #write(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written + done);
    this.#written += bytes.length;
  }
}
