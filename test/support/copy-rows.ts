/** Rows as PostgreSQL sends them for `COPY … TO STDOUT (FORMAT binary)`: CopyData messages with their headers. */

/** A value's bytes; NULL. */
export type CopyCell = Buffer | null;

const START = Buffer.concat([Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);

/** The bytes of one row. */
export function copyRow(cells: readonly CopyCell[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(cells.length);
  const values = cells.flatMap((cell) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(cell === null ? -1 : cell.length);
    return cell === null ? [length] : [length, cell];
  });
  return Buffer.concat([count, ...values]);
}

/** One CopyData message. */
export function copyMessage(payload: Buffer): Buffer {
  const header = Buffer.from([0x64, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length + 4, 1);
  return Buffer.concat([header, payload]);
}

/** A message a row, as the server does it: the first begins with the form's signature, the last is its end mark. */
export function copyMessages(rows: readonly (readonly CopyCell[])[]): readonly Buffer[] {
  const [first, ...others] = rows.map(copyRow);
  const begun = first === undefined ? START : Buffer.concat([START, first]);
  return [begun, ...others, END].map(copyMessage);
}

/** The same bytes in messages that end anywhere. */
export function cutMessages(rows: readonly (readonly CopyCell[])[], sizes: () => number): readonly Buffer[] {
  const bytes = Buffer.concat([START, ...rows.map(copyRow), END]);
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = Math.min(bytes.length, at + Math.max(1, sizes()));
    messages.push(copyMessage(bytes.subarray(at, next)));
    at = next;
  }
  return messages;
}

/** Microseconds since 1970 as a `timestamptz` or a `timestamp` is sent. */
export function copyTime(micros: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(micros - 946_684_800_000_000n);
  return bytes;
}
