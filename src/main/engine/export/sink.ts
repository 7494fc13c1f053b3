/** Where an export's bytes go: counted, hashed, in large writes, never faster than the target takes them. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';

/** Bytes gathered before they are written. */
const WRITE_BYTES = 256 * 1024;

export interface Sink {
  /** Takes bytes, or text as UTF-8. Await it: that is the backpressure. The sink keeps the bytes; don't change them. */
  readonly write: (chunk: Uint8Array | string) => Promise<void>;
  /** Resolves when the target has taken every byte. */
  readonly flush: () => Promise<void>;
  readonly bytes: () => number;
  /** SHA-256 of everything written, hex. Ends the sink. */
  readonly sha256: () => string;
}

/** Writes all of the bytes, in as many calls as the system needs. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}

export function fileSink(file: FileHandle): Sink {
  return gatheringSink((bytes) => writeAll(file, bytes));
}

/** A sink into a stream that belongs to the caller and stays open. */
export function streamSink(stream: Writable, signal?: AbortSignal): Sink {
  return gatheringSink((bytes) => writeToStream(stream, bytes, signal));
}

function gatheringSink(put: (bytes: Uint8Array) => Promise<void>): Sink {
  const hash = createHash('sha256');
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let bytes = 0;
  // One write is under way while the next one is gathered, never more.
  let underway: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    const [first] = held;
    const next = held.length === 1 && first !== undefined ? first : Buffer.concat(held, heldBytes);
    held = [];
    heldBytes = 0;
    await underway;
    underway = put(next);
    // The failure is reported by the next write or flush; until then it is not an unhandled one.
    underway.catch(() => undefined);
  };

  return {
    async write(chunk) {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (data.length === 0) return;
      hash.update(data);
      bytes += data.length;
      held.push(data);
      heldBytes += data.length;
      if (heldBytes >= WRITE_BYTES) await send();
    },
    async flush() {
      if (heldBytes > 0) await send();
      await underway;
    },
    bytes: () => bytes,
    sha256: () => hash.digest('hex'),
  };
}

async function writeToStream(stream: Writable, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const closed = (): void => finish(new AppError('target_unwritable', 'The output was closed by its reader.'));
    const failed = (error: Error): void => finish(error);
    const aborted = (): void => finish(new AppError('cancelled', 'Cancelled.', { retryable: true }));
    const finish = (error?: Error | null): void => {
      stream.off('close', closed);
      stream.off('error', failed);
      signal?.removeEventListener('abort', aborted);
      if (error) {
        // A stream may emit the error after its callback got it; it is reported already.
        stream.once('error', () => undefined);
        reject(error);
      } else resolve();
    };
    if (stream.destroyed || stream.writableEnded) {
      closed();
      return;
    }
    stream.once('close', closed);
    stream.once('error', failed);
    signal?.addEventListener('abort', aborted, { once: true });
    // The callback comes when the bytes are handed on, so a slow reader slows the export down.
    stream.write(bytes, finish);
  });
}
