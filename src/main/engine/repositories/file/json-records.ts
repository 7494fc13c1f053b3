/** The records of JSON and JSON Lines files, as the bytes that stand in them. */
import { AppError } from '../../../../shared/errors.ts';
import { lines } from '../json-lines.ts';
import type { RecordBatch } from '../repository.ts';
import type { Chunks } from './bytes.ts';
import { ElementSplitter, type ElementsIn } from './json-elements.ts';
import { unwrap } from './log-text.ts';

/** A longer line has lost its end: no store holds such an event. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface JsonSource {
  readonly name: string;
  /** Whether each record is the message of a log event. */
  readonly logEvents: boolean;
  /** Says that names of hash fields stood between the records. */
  readonly onFieldName: () => void;
}

/** One record a line. What is no JSON costs one record. @throws AppError `source_invalid` at a last line that breaks off */
export async function* lineRecords(chunks: Chunks, source: JsonSource): AsyncIterable<RecordBatch> {
  let last = 0x0a;
  async function* watched(): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
  }
  const batches = new Batches(source);
  try {
    for await (const batch of lines(watched(), MAX_LINE_BYTES)) yield* batches.of(batch);
  } catch (error) {
    if (error instanceof AppError && error.message.startsWith('A line')) {
      throw new AppError('source_invalid', `${source.name}: ${error.message} What stands before it was read.`);
    }
    throw error;
  }
  // Many writers leave the last line end out; a record that has lost its own end as well was cut off.
  if (last !== 0x0a && last !== 0x0d && batches.last[0] === 0x7b && !isJson(batches.last)) {
    throw new AppError(
      'source_invalid',
      `${source.name} is cut off: it ends in the middle of record ${batches.count}. Fetch it again from where it came.`,
    );
  }
}

/** @throws AppError `source_invalid` where the text between records is damaged, or where it is cut off */
export async function* elementRecords(
  chunks: Chunks,
  where: ElementsIn,
  source: JsonSource,
): AsyncIterable<RecordBatch> {
  const splitter = new ElementSplitter(where, source.name);
  const batches = new Batches(source);
  for await (const chunk of chunks) yield* batches.of(splitter.push(chunk));
  yield* batches.of(splitter.end());
}

/** Unwraps records and numbers them. */
class Batches {
  count = 0;
  last: Uint8Array = new Uint8Array();
  readonly #source: JsonSource;

  constructor(source: JsonSource) {
    this.#source = source;
  }

  *of(records: readonly Uint8Array[]): Iterable<RecordBatch> {
    if (records.length === 0) return;
    const { name, logEvents, onFieldName } = this.#source;
    const first = this.count + 1;
    const values: Uint8Array[] = [];
    const keys: Uint8Array[] = [];
    const places: number[] = [];
    for (const record of records) {
      this.count += 1;
      const found = unwrap(record, logEvents);
      if (found.kind === 'field-name') {
        onFieldName();
        continue;
      }
      values.push(found.bytes);
      places.push(this.count);
      // Where only some records have a key of their own, the others are known by their place.
      if (logEvents) keys.push(found.key ?? Buffer.from(`${name} ${this.count}`));
    }
    if (values.length === 0) return;
    this.last = values.at(-1) ?? this.last;
    const place = (index: number): string => `${name}, record ${places[index] ?? first}`;
    yield { kind: 'json', values, keys, place };
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
