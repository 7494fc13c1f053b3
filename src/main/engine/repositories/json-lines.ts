/** Splits a byte stream into lines without decoding it. */
import { AppError } from '../../../shared/errors.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The lines of a stream, a batch per chunk, without their ends (LF or CRLF); blank lines are left out. A last line
 * without an end is a line.
 * @throws AppError `source_invalid` for a line longer than `maxBytes`, which would have to be held in memory
 */
export async function* lines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes = Number.POSITIVE_INFINITY,
): AsyncIterable<Uint8Array[]> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of stream) {
    const batch: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, from);
      if (at === -1) break;
      const piece = chunk.subarray(from, at);
      pushLine(batch, rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (batch.length > 0) yield batch;
    if (restBytes > maxBytes) {
      throw new AppError('source_invalid', `A line is longer than ${maxBytes} bytes, so it is no event.`);
    }
  }
  const last: Uint8Array[] = [];
  pushLine(last, Buffer.concat(rest));
  if (last.length > 0) yield last;
}

function pushLine(batch: Uint8Array[], line: Uint8Array): void {
  const end = line.at(-1) === RETURN ? line.length - 1 : line.length;
  for (let at = 0; at < end; at += 1) {
    const c = line[at];
    if (c !== 0x20 && c !== 0x09) {
      batch.push(line.subarray(0, end));
      return;
    }
  }
}
