/** Reads a zip archive by its directory, and checks what it reads: for verification, so it shares no code with the writer. */
import type { FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';

const READ_BYTES = 256 * 1024;
const MAX_DIRECTORY = 256 * 1024 * 1024;
const END = 0x06054b50;
const MAX_32 = 0xffff_ffff;

/** The archive is damaged; the message says how, in the words of a finding. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly at: number;
}

/** The archive's entries by name. @throws ArchiveError when there is no readable directory. */
export async function readDirectory(file: FileHandle, fileSize: number): Promise<ReadonlyMap<string, ZipEntry>> {
  const tailSize = Math.min(fileSize, 22 + 0xffff + 20);
  const tail = await readExactly(file, fileSize - tailSize, tailSize);
  const endAt = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (endAt === -1 || endAt + 22 > tail.length || tail.readUInt32LE(endAt) !== END) {
    throw new ArchiveError('its directory is missing');
  }
  let count = tail.readUInt16LE(endAt + 10);
  let size = tail.readUInt32LE(endAt + 12);
  let start = tail.readUInt32LE(endAt + 16);
  const locator = endAt - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50) {
    const record = await readExactly(file, toNumber(tail.readBigUInt64LE(locator + 8)), 56);
    count = toNumber(record.readBigUInt64LE(32));
    size = toNumber(record.readBigUInt64LE(40));
    start = toNumber(record.readBigUInt64LE(48));
  }
  if (size > MAX_DIRECTORY || start + size > fileSize) throw new ArchiveError('its directory is damaged');
  return parseDirectory(await readExactly(file, start, size), count);
}

function parseDirectory(bytes: Buffer, count: number): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw new ArchiveError('its directory is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw new ArchiveError('its directory is damaged');
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const wide = wideFields(extra);
    // The extra field holds only those of the three numbers that did not fit, in this order.
    const number = (from: number): number => {
      const value = bytes.readUInt32LE(from);
      return value === MAX_32 ? (wide.shift() ?? value) : value;
    };
    const size = number(at + 24);
    const compressed = number(at + 20);
    const start = number(at + 42);
    const method = bytes.readUInt16LE(at + 10);
    entries.set(name, { name, method, crc: bytes.readUInt32LE(at + 16), compressed, size, at: start });
    at = next;
  }
  return entries;
}

function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(at + 4 + extra.readUInt16LE(at + 2), extra.length);
    const found: number[] = [];
    for (let from = at + 4; from + 8 <= end; from += 8) found.push(toNumber(extra.readBigUInt64LE(from)));
    return found;
  }
  return [];
}

/**
 * The entry's bytes, in pieces.
 * @throws ArchiveError when they can't be unpacked, or, after the last piece, when the checksum does not match.
 */
export async function* readEntry(file: FileHandle, entry: ZipEntry): AsyncGenerator<Buffer> {
  const header = await readExactly(file, entry.at, 30);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new ArchiveError(`the part ${entry.name} is not where it should be`);
  const start = entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  let crc = 0;
  let size = 0;
  for await (const piece of unpack(file, start, entry)) {
    crc = crc32(piece, crc);
    size += piece.length;
    yield piece;
  }
  if (crc !== entry.crc || size !== entry.size)
    throw new ArchiveError(`the checksum of its part ${entry.name} does not match`);
}

async function* unpack(file: FileHandle, start: number, entry: ZipEntry): AsyncGenerator<Buffer> {
  const packed = rawBytes(file, start, entry.compressed);
  if (entry.method === 0) {
    yield* packed;
    return;
  }
  if (entry.method !== 8) throw new ArchiveError(`its part ${entry.name} is packed in an unknown way`);
  const inflate = createInflateRaw();
  let out: Buffer[] = [];
  let failed = false;
  inflate.on('data', (piece: Buffer) => out.push(piece));
  const ended = new Promise<void>((resolve) => {
    inflate.once('end', resolve).once('error', () => {
      failed = true;
      resolve();
    });
  });
  try {
    for await (const bytes of packed) {
      await Promise.race([ended, new Promise<void>((resolve) => inflate.write(bytes, () => resolve()))]);
      if (failed) break;
      yield* out;
      out = [];
    }
    if (!failed) inflate.end();
    await ended;
    yield* out;
    if (failed) throw new ArchiveError(`its part ${entry.name} can’t be unpacked`);
  } finally {
    inflate.destroy();
  }
}

async function* rawBytes(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += READ_BYTES) {
    yield await readExactly(file, start + at, Math.min(READ_BYTES, length - at));
  }
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(at) || at < 0) throw new ArchiveError('its directory is damaged');
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) throw new ArchiveError('it ends too early');
    read += bytesRead;
  }
  return bytes;
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ArchiveError('its directory is damaged');
  return Number(value);
}
