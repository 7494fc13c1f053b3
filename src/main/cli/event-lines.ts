/** Reads events from JSON Lines as their writer gives them, whose objects stay the texts that they are. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { newEventSchema } from '../../shared/actions/write.ts';
import { AppError } from '../../shared/errors.ts';
import { EVENT_FIELDS } from '../../shared/event.ts';
import { members } from '../engine/export/json-text.ts';

export interface EventLine {
  /** Counted from 1. */
  readonly number: number;
  readonly event: z.input<typeof newEventSchema>;
  readonly bytes: number;
}

/** A longer line is no event that any reader takes. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

/** @throws AppError `invalid_input` naming the line that is no event, and why; lines before it were handed over */
export async function* eventLines(stream: AsyncIterable<unknown>): AsyncIterable<EventLine> {
  let number = 0;
  let rest = Buffer.alloc(0);
  for await (const data of stream) {
    const chunk = Buffer.from(data instanceof Uint8Array ? data : String(data));
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      number += 1;
      const event = lineOf(bytes.subarray(from, at), number);
      if (event !== undefined) yield event;
      from = at + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > MAX_LINE_BYTES) throw noEvent(number + 1, `it is longer than ${MAX_LINE_BYTES} bytes`);
  }
  const last = lineOf(rest, number + 1);
  if (last !== undefined) yield last;
}

function lineOf(bytes: Buffer, number: number): EventLine | undefined {
  if (!isUtf8(bytes)) throw noEvent(number, 'it holds bytes that are not UTF-8');
  // Some programs begin a text with a mark that says it is Unicode.
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return undefined;
  const event = newEventSchema.safeParse(partsOf(text, number));
  if (!event.success) {
    const [issue] = event.error.issues;
    const field = issue?.path.join('.') ?? '';
    throw noEvent(number, `${field === '' ? '' : `its ${field}: `}${issue?.message ?? ''}`);
  }
  return { number, event: event.data, bytes: bytes.length };
}

/** The fields as the line has them: values, but `result` and `payload` as text. */
function partsOf(text: string, number: number): Readonly<Record<string, unknown>> {
  try {
    JSON.parse(text);
  } catch {
    throw noEvent(number, 'it is not JSON');
  }
  const found = members(text);
  if (found === null) throw noEvent(number, 'it is JSON, but no object');
  const parts: Record<string, unknown> = {};
  for (const { key, value } of found) {
    if (!EVENT_FIELDS.some((field) => field === key)) {
      throw noEvent(number, `it has a field “${key}”; an event has ${EVENT_FIELDS.join(', ')}`);
    }
    if (key in parts) throw noEvent(number, `it has ${key} twice`);
    parts[key] = key === 'result' || key === 'payload' ? value : scalarOf(key, value, number);
  }
  return parts;
}

function scalarOf(key: string, text: string, number: number): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'number' && String(value) !== text) {
    throw noEvent(number, `its ${key} is the number ${text}, which can’t be kept exactly. Give it as a text`);
  }
  return value;
}

function noEvent(number: number, why: string): AppError {
  return new AppError('invalid_input', `Line ${number} of standard input is no event: ${why.replace(/\.$/, '')}.`);
}
