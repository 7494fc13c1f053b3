/** What the records of a capture were, by the order in which they were read: kept in a file until they are removed. */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { jsonBatchOf } from '../repositories/cell-batch.ts';
import type { RecordBatch, StoredRecord } from '../repositories/repository.ts';

const HEADER_BYTES = 9;
const KINDS = { json: 1, row: 2, none: 0 } as const;
const FLUSH_BYTES = 1024 * 1024;

const rowSchema = z.array(z.string().nullable());

export class RecordLog {
  readonly #path: string;
  readonly #file: number;
  #starts = new Float64Array(1 << 12);
  #size = 0;
  #pieces: Buffer[] = [];
  #pending = 0;
  #written = 0;

  /** @param path a file that is not there yet; it is made, and removed by {@link close} */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  /** How many records there are, those that can't be found again among them. */
  get size(): number {
    return this.#size;
  }

  add(batch: RecordBatch): void {
    switch (batch.kind) {
      case 'json':
        for (const [index, value] of batch.values.entries()) {
          this.#append(KINDS.json, batch.keys[index] ?? new Uint8Array(), value);
        }
        break;
      case 'rows':
        for (const [index, row] of batch.rows.entries()) {
          this.#append(KINDS.row, Buffer.from(batch.keys[index] ?? ''), Buffer.from(JSON.stringify(row)));
        }
        break;
      case 'cells':
        this.add(jsonBatchOf(batch));
        break;
      case 'broken':
        // The reader could not hand these over as they are stored, so nobody could say that they are unchanged.
        for (const _ of batch.records) this.#append(KINDS.none, new Uint8Array(), new Uint8Array());
        break;
      default:
        batch satisfies never;
    }
  }

  /** The record that was read at a position, from 0; `undefined` for one that can't be found again. */
  get(position: number): StoredRecord | undefined {
    this.#flush();
    if (position >= this.#size) throw new AppError('internal', `Record ${position} of ${this.#size} was never read.`);
    const header = this.#read(this.#starts[position] ?? 0, HEADER_BYTES);
    const kind = header.readUInt8(0);
    if (kind === KINDS.none) return undefined;
    const keyBytes = header.readUInt32LE(1);
    const body = this.#read((this.#starts[position] ?? 0) + HEADER_BYTES, keyBytes + header.readUInt32LE(5));
    const [key, value] = [body.subarray(0, keyBytes), body.subarray(keyBytes)];
    if (kind === KINDS.json) return { kind: 'json', key, value };
    return { kind: 'row', key: key.toString('utf8'), row: rowSchema.parse(JSON.parse(value.toString('utf8'))) };
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #append(kind: number, key: Uint8Array, value: Uint8Array): void {
    if (this.#size === this.#starts.length) {
      const starts = new Float64Array(this.#starts.length * 2);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    this.#starts[this.#size] = this.#written + this.#pending;
    this.#size += 1;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(kind, 0);
    header.writeUInt32LE(key.length, 1);
    header.writeUInt32LE(value.length, 5);
    // Copied: batches may lie in buffers that their reader fills again.
    const piece = Buffer.concat([header, key, value]);
    this.#pieces.push(piece);
    this.#pending += piece.length;
    if (this.#pending >= FLUSH_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#pending === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    let done = 0;
    while (done < bytes.length) done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written + done);
    this.#written += bytes.length;
    this.#pieces = [];
    this.#pending = 0;
  }

  #read(from: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const got = readSync(this.#file, bytes, done, length - done, from + done);
      if (got === 0) throw new AppError('internal', 'The list of records ended early.');
      done += got;
    }
    return bytes;
  }
}
