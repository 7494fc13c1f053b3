/** The bytes of a file as UTF-8, whatever it was wrapped in: gzip, a byte order mark, another encoding. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AppError, isAbort } from '../../../../shared/errors.ts';

const READ_BYTES = 128 * 1024;
/** So much of a file is looked at to recognise it. */
const HEAD_BYTES = 256 * 1024;

export type Chunks = AsyncIterable<Buffer>;

/** What a file begins with, and all of it. */
export interface Opened {
  readonly gzip: boolean;
  readonly head: Buffer;
  /** Whether `head` is the whole content. */
  readonly whole: boolean;
  /** From its first byte. Read it once, or {@link Opened.close} it. */
  readonly chunks: Chunks;
  readonly close: () => Promise<void>;
}

/** @throws AppError `source_*` when the file can't be read */
export async function openBytes(path: string, signal: AbortSignal): Promise<Opened> {
  const raw = await peek(fileBytes(path, signal), 2);
  const gzip = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  const { head, whole, chunks, close } = await peek(gzip ? unzipped(raw.chunks, path) : raw.chunks, HEAD_BYTES);
  return { gzip, head, whole, chunks, close };
}

async function* fileBytes(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { signal, highWaterMark: READ_BYTES })) {
      const bytes: unknown = chunk;
      if (Buffer.isBuffer(bytes)) yield bytes;
    }
  } catch (error) {
    throw isAbort(error) ? error : fileProblem(error, path);
  }
}

/** A stream with its beginning seen in advance. */
async function peek(
  source: AsyncGenerator<Buffer>,
  bytes: number,
): Promise<{ head: Buffer; whole: boolean; chunks: AsyncGenerator<Buffer>; close: () => Promise<void> }> {
  const first: Buffer[] = [];
  let size = 0;
  let failure: unknown;
  let whole = false;
  try {
    while (size < bytes) {
      const next = await source.next();
      if (next.done === true) {
        whole = true;
        break;
      }
      first.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    // What came before the damage is still read; the damage is told when it is reached.
    if (size === 0) throw error;
    failure = error;
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* first;
    if (failure !== undefined) throw failure;
    if (!whole) yield* source;
  }
  const close = async (): Promise<void> => {
    await source.return(undefined);
  };
  return { head: Buffer.concat(first), whole, chunks: all(), close };
}

/** Unpacks gzip, several members included. What could be unpacked before a damage is handed over before it is told. */
async function* unzipped(packed: Chunks, path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  let out: Buffer[] = [];
  let failure: unknown;
  const over = new Promise<void>((resolve) => {
    gunzip.once('end', resolve).once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  gunzip.on('data', (piece: Buffer) => out.push(piece));
  const take = (): Buffer[] => {
    const taken = out;
    out = [];
    return taken;
  };
  try {
    for await (const bytes of packed) {
      for (let at = 0; at < bytes.length; at += 16_384) {
        if (failure !== undefined) break;
        const piece = bytes.subarray(at, at + 16_384);
        await Promise.race([over, new Promise<void>((resolve) => gunzip.write(piece, () => resolve()))]);
        yield* take();
      }
      if (failure !== undefined) break;
    }
    if (failure === undefined) gunzip.end();
    await over;
    yield* take();
    if (failure !== undefined) {
      throw new AppError(
        'source_invalid',
        `${path} is damaged or cut off: its gzip data can’t be unpacked to the end. Fetch it again from where it came.`,
        { cause: failure },
      );
    }
  } finally {
    gunzip.destroy();
  }
}

/** The encoding that a text begins to show; `undefined` for none that can be read. */
export function encodingOf(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 4);
  if (start.startsWith('\u00ff\u00fe\0\0') || start.startsWith('\0\0\u00fe\u00ff')) return undefined;
  if (start.startsWith('\u00ff\u00fe')) return 'utf-16le';
  if (start.startsWith('\u00fe\u00ff')) return 'utf-16be';
  // Without a mark, text of mostly ASCII in UTF-16 shows by zeros in every other byte.
  const sample = head.subarray(0, 512);
  let even = 0;
  let odd = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > sample.length / 4 && even < sample.length / 50) return 'utf-16le';
  if (even > sample.length / 4 && odd < sample.length / 50) return 'utf-16be';
  return 'utf-8';
}

/** The stream in UTF-8, without byte order mark. @throws AppError `source_invalid` at what the encoding does not allow */
export async function* toUtf8(chunks: Chunks, encoding: string, path: string): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    // Bytes that are not UTF-8 are found record by record, so that they cost one record and not all.
    let first = true;
    for await (const chunk of chunks) {
      const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
      first = false;
      yield marked ? chunk.subarray(3) : chunk;
    }
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield Buffer.from(text);
    }
    decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError(
      'source_invalid',
      `${path} holds bytes that are not ${encoding.toUpperCase()}, or it is cut off. What stands before them was read.`,
      { cause: error },
    );
  }
}

export function fileProblem(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('source_unreachable', `There is no file ${path}. Check the path.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError('source_refused', `${path} may not be read by this user. Ask its owner for read access.`, {
      cause: error,
    });
  }
  return new AppError('source_unreachable', `${path} can’t be read (${code}).`, { cause: error });
}
