/**
 * The records that were set aside, as lines of JSON with all their bytes. A record of many megabytes is spread over
 * several lines, so that neither writing nor reading needs memory for more than one part.
 */
import { isUtf8 } from 'node:buffer';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Bytes of a record on one line. */
const PART_BYTES = 16 * 1024 * 1024;
const PAGE_ROWS = 1_000;

interface RejectFacts {
  readonly seq: number;
  readonly code: string;
  readonly reason: string;
  readonly key: Buffer;
  readonly size: number;
}

/** How many records were set aside. */
export function countRejects(snapshot: Snapshot, signal?: AbortSignal): Promise<number> {
  return snapshot.read(signal, async (connection) => {
    const rows = await connection.runAndReadAll('SELECT count(*) FROM reject');
    return Number(rows.getRows()[0]?.[0] ?? 0);
  });
}

/**
 * One text a line, without line end, in the order in which the records were read:
 * `{"seq","code","reason","key","key_base64","size","part","parts","base64","text"}`. `text` is the record as text where
 * all of it is UTF-8 and on this line, else `null`; `key` likewise.
 * @throws AppError `cancelled` when the signal fires
 */
export async function* rejectLines(
  snapshot: Snapshot,
  signal?: AbortSignal,
): AsyncIterable<{ readonly line: string; readonly last: boolean }> {
  for (let after = -1; ;) {
    const page = await snapshot.read(signal, (connection) => factsBehind(connection, after));
    for (const facts of page) {
      const parts = Math.max(1, Math.ceil(facts.size / PART_BYTES));
      for (let part = 1; part <= parts; part += 1) {
        const bytes = await snapshot.read(signal, (connection) => partOf(connection, facts.seq, part));
        yield { line: lineOf(facts, bytes, part, parts), last: part === parts };
      }
      after = facts.seq;
    }
    if (page.length < PAGE_ROWS) return;
  }
}

async function factsBehind(connection: DuckDBConnection, after: number): Promise<readonly RejectFacts[]> {
  const rows = await connection.runAndReadAll(
    `SELECT seq, code, reason, record_key, octet_length(raw) FROM reject WHERE seq > ${after} ORDER BY seq LIMIT ${PAGE_ROWS}`,
  );
  return rows.getRows().map(([seq, code, reason, key, size]) => ({
    seq: Number(seq),
    code: String(code),
    reason: String(reason),
    key: bytesOf(key),
    size: Number(size),
  }));
}

async function partOf(connection: DuckDBConnection, seq: number, part: number): Promise<Buffer> {
  const from = (part - 1) * PART_BYTES;
  const rows = await connection.runAndReadAll(
    `SELECT raw[${from + 1}:${from + PART_BYTES}] FROM reject WHERE seq = ${seq}`,
  );
  return bytesOf(rows.getRows()[0]?.[0]);
}

function lineOf({ seq, code, reason, key, size }: RejectFacts, bytes: Buffer, part: number, parts: number): string {
  return JSON.stringify({
    seq,
    code,
    reason,
    key: isUtf8(key) ? key.toString('utf8') : null,
    key_base64: key.toString('base64'),
    size,
    part,
    parts,
    base64: bytes.toString('base64'),
    text: parts === 1 && isUtf8(bytes) ? bytes.toString('utf8') : null,
  });
}

function bytesOf(value: DuckDBValue | undefined): Buffer {
  if (typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array) {
    return Buffer.from(value.bytes);
  }
  return Buffer.alloc(0);
}
