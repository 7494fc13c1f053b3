/**
 * A file encrypted with a passphrase: AES-256-GCM in chunks, the key from scrypt, both of Node's own cryptography. The
 * form is described in docs/snapshots.md, so that the file can be opened without this program.
 *
 * DuckDB's own encryption is not used: without an extension from the network it draws its random numbers from a generator
 * that is not made for secrets, and therefore refuses to write.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';

const MAGIC = 'event-audit-sealed-file 1\n';
const MAX_HEADER = 1_024;
const CHUNK = 1024 * 1024;
const TAG = 16;
/** One of the equal choices of OWASP's cheat sheet on password storage: 32 MiB three times for each guess, not 128 MiB at once. */
const COST = { n: 32_768, r: 8, p: 3 } as const;

const headerSchema = z.strictObject({
  cipher: z.literal('aes-256-gcm'),
  kdf: z.literal('scrypt'),
  // A header that asks for more is no file of ours, and would only exhaust the memory.
  n: z.number().int().min(1_024).max(1_048_576),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
  salt: z.base64(),
  chunk: z
    .number()
    .int()
    .min(1_024)
    .max(16 * CHUNK),
});

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

function keyOf(passphrase: string, { n, r, p, salt }: z.infer<typeof headerSchema>): Promise<Buffer> {
  const maxmem = 128 * n * r + 128 * r * p + 1024 * 1024;
  // The same words typed on another system may be composed otherwise.
  return derive(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, { N: n, r, p, maxmem });
}

/** One for each chunk, never the same twice under one key; the last chunk has one that no other could have. */
function nonce(index: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(index, 7);
  bytes.writeUInt8(last ? 1 : 0, 11);
  return bytes;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Bytes of the source that are done. */
  readonly onProgress?: (bytes: number) => void;
}

/** The bytes of a file in pieces of one size, the last one shorter; each with whether it is the last. */
export async function* pieces(
  file: FileHandle,
  size: number,
  { signal, onProgress }: CopyOptions,
  from = 0,
  piece = CHUNK,
): AsyncGenerator<{ readonly bytes: Buffer; readonly last: boolean }> {
  for (let at = from; at < size;) {
    throwIfAborted(signal);
    const bytes = Buffer.allocUnsafe(Math.min(piece, size - at));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, at + filled);
      if (bytesRead === 0) throw new AppError('source_invalid', 'The file became shorter while it was read.');
      filled += bytesRead;
    }
    at += bytes.length;
    yield { bytes, last: at >= size };
    onProgress?.(at);
  }
}

/** The bytes of a file, encrypted. */
export async function* seal(path: string, passphrase: string, options: CopyOptions): AsyncGenerator<Buffer> {
  const header = {
    cipher: 'aes-256-gcm' as const,
    kdf: 'scrypt' as const,
    ...COST,
    salt: randomBytes(16).toString('base64'),
    chunk: CHUNK,
  };
  const head = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`);
  const key = await keyOf(passphrase, header);
  const about = createHash('sha256').update(head).digest();
  yield head;
  const file = await open(path);
  try {
    let index = 0;
    for await (const { bytes, last } of pieces(file, (await file.stat()).size, options)) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce(index, last)).setAAD(about);
      yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      index += 1;
    }
  } finally {
    await file.close();
  }
}

/** Whether a file begins as an encrypted one does. */
export async function isSealed(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
  return bytesRead === MAGIC.length && buffer.toString('latin1') === MAGIC;
}

/**
 * The bytes that were encrypted. Every chunk is checked before it is handed out.
 * @param shown the file's name, for messages
 * @throws AppError `source_refused` for a wrong passphrase, `source_invalid` for a file that was changed or cut
 */
export async function* unseal(
  file: FileHandle,
  shown: string,
  passphrase: string | undefined,
  options: CopyOptions,
): AsyncGenerator<Buffer> {
  if (passphrase === undefined || passphrase === '') {
    throw new AppError(
      'source_refused',
      `${shown} is encrypted. Give its passphrase (on the command line: EVENT_AUDIT_PASSPHRASE).`,
    );
  }
  const damaged = (): AppError =>
    new AppError('source_invalid', `${shown} is damaged: it was changed or cut after it was saved. Fetch it again.`);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_HEADER), 0, MAX_HEADER, 0);
  const end = buffer.subarray(0, bytesRead).indexOf('\n', MAGIC.length) + 1;
  if (end === 0) throw damaged();
  const header = headerSchema.safeParse(jsonOf(buffer.toString('utf8', MAGIC.length, end))).data;
  if (header === undefined) throw damaged();
  const key = await keyOf(passphrase, header);
  const about = createHash('sha256').update(buffer.subarray(0, end)).digest();
  let index = 0;
  let isWhole = false;
  for await (const { bytes, last } of pieces(file, size, options, end, header.chunk + TAG)) {
    if (bytes.length <= TAG) throw damaged();
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, last))
      .setAAD(about)
      .setAuthTag(bytes.subarray(-TAG));
    const plain = decipher.update(bytes.subarray(0, -TAG));
    try {
      decipher.final();
    } catch (cause) {
      if (index > 0) throw damaged();
      throw new AppError(
        'source_refused',
        `${shown} does not open with this passphrase. Check it; if it is right, the file was changed after it was saved.`,
        { cause },
      );
    }
    index += 1;
    isWhole = last;
    yield plain;
  }
  if (!isWhole) throw damaged();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
