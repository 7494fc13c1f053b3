/** Removes rows from the table that are still, byte for byte, what was read: in one transaction, all of them or none. */
import { escapeLiteral, type Client } from 'pg';
import { z } from 'zod';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { jsonBatchOf } from '../cell-batch.ts';
import type { RecordBatch, RemoveOptions, StoredRecord } from '../repository.ts';
import { CopyQuery } from './copy-query.ts';
import { identifier, selectList, type Layout } from './layout.ts';
import { TupleReader } from './tuples.ts';
import { inTransaction } from './writer.ts';

const BATCH_ROWS = 500;
const BATCH_CHARS = 4_000_000;

/** A record that was read: the id it has, and everything it held as one text. */
interface Wanted {
  readonly id: string;
  readonly text: string;
}

/** @returns how many rows were removed @throws AppError `unsupported` for what is no plain table; the driver's errors */
export async function deleteRecords(
  client: Client,
  layout: Layout,
  records: Iterable<StoredRecord>,
  { signal, removed: told, removing }: RemoveOptions,
): Promise<number> {
  if (!layout.stored) {
    throw new AppError(
      'unsupported',
      `${layout.title} is no table that holds rows itself, so none can be removed by their place. Name the table.`,
    );
  }
  let removed = 0;
  await inTransaction(
    client,
    async () => {
      for (const batch of batches(records)) {
        throwIfAborted(signal);
        removed += await deleteBatch(client, layout, batch);
      }
    },
    () => removing?.(removed),
  );
  told?.(removed);
  return removed;
}

function* batches(records: Iterable<StoredRecord>): Generator<readonly Wanted[]> {
  let batch: Wanted[] = [];
  let chars = 0;
  for (const record of records) {
    const wanted =
      record.kind === 'json'
        ? jsonWanted(Buffer.from(record.value).toString('utf8'))
        : { id: record.row[0] ?? '', text: JSON.stringify(record.row) };
    batch.push(wanted);
    chars += wanted.text.length;
    if (batch.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
    yield batch;
    batch = [];
    chars = 0;
  }
  if (batch.length > 0) yield batch;
}

const idSchema = z.object({ id: z.string() });

/** The record is JSON that the reader made of the row itself. */
function jsonWanted(text: string): Wanted {
  return { id: idSchema.parse(JSON.parse(text)).id, text };
}

async function deleteBatch(client: Client, layout: Layout, batch: readonly Wanted[]): Promise<number> {
  const wanted = new Map<string, number>();
  for (const { text } of batch) wanted.set(text, (wanted.get(text) ?? 0) + 1);
  const places = await lock(client, layout, [...new Set(batch.map(({ id }) => id))]);
  if (places.length === 0) return 0;
  const texts = await readAgain(client, layout, places);
  if (texts.length !== places.length) {
    throw new AppError('internal', `${places.length} rows were to be compared, ${texts.length} came.`);
  }
  const same = places.filter((_, index) => {
    const text = texts[index] ?? '';
    const left = wanted.get(text) ?? 0;
    if (left > 0) wanted.set(text, left - 1);
    return left > 0;
  });
  if (same.length === 0) return 0;
  const { rowCount } = await client.query(`DELETE FROM ${layout.table} WHERE ctid = ANY ($1::tid[])`, [same]);
  if (rowCount === same.length) return same.length;
  throw new AppError(
    'source_refused',
    `${layout.title}: ${rowCount ?? 0} rows would have been removed instead of ${same.length}. A trigger or a rule of the table stands in the way.`,
  );
}

/** Where the rows with these ids lie. Nobody can change or move them from here on. */
async function lock(client: Client, { table, columns }: Layout, ids: readonly string[]): Promise<readonly string[]> {
  const id = identifier(columns.get('id')?.name ?? 'id');
  const found = await client.query(`SELECT ctid::text AS place FROM ${table} WHERE ${id}::text = ANY ($1) FOR UPDATE`, [
    ids,
  ]);
  return z
    .array(z.object({ place: z.string() }))
    .parse(found.rows)
    .map(({ place }) => place);
}

/** What the rows at these places hold, in their order, by the way in which they were read the first time. */
async function readAgain(client: Client, layout: Layout, places: readonly string[]): Promise<readonly string[]> {
  const list = places.map((place, index) => `(${escapeLiteral(place)}::tid, ${index})`).join(', ');
  const copy = new CopyQuery(
    `COPY (SELECT ${selectList(layout)} FROM ${layout.table} AS t JOIN (VALUES ${list}) AS p (at, nth) ON t.ctid = p.at ORDER BY p.nth) TO STDOUT (FORMAT binary)`,
  );
  const reader = new TupleReader(layout);
  const texts: string[] = [];
  client.query(copy);
  for await (const messages of copy.pieces()) {
    for (const batch of reader.read(messages)) texts.push(...textsOf(batch));
  }
  return texts;
}

function textsOf(batch: RecordBatch): readonly string[] {
  switch (batch.kind) {
    case 'cells':
      return textsOf(jsonBatchOf(batch));
    case 'json':
      return batch.values.map((value) => Buffer.from(value).toString('utf8'));
    case 'rows':
      return batch.rows.map((row) => JSON.stringify(row));
    case 'broken':
      // These come apart from the others, so that nobody could say which row is which.
      throw new AppError('source_invalid', 'Rows that are not UTF-8 share an id with some that are to be removed.');
    default:
      return batch satisfies never;
  }
}
