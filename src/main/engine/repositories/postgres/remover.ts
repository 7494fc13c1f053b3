/**
 * Removes rows from the table that are still, byte for byte, what was read: in one transaction, all of them or none, and
 * nothing else. Rows are told by the part of the table in which they lie and their place in it.
 */
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

/** Where a row lies: the relation, and the place in it. */
interface Place {
  readonly part: string;
  readonly at: string;
}

/** A record that was read: the id it has, and everything it held as one text. */
interface Wanted {
  readonly id: string;
  readonly text: string;
}

/**
 * @returns how many rows were removed
 * @throws AppError `unsupported` for what holds no rows itself, `source_refused` when other rows than those would go or change,
 * too; the driver's errors
 */
export async function deleteRecords(
  client: Client,
  layout: Layout,
  records: Iterable<StoredRecord>,
  { signal, removed: told, removing }: RemoveOptions,
): Promise<number> {
  const elsewhere = layout.parts.find(({ kind }) => kind !== 'r' && kind !== 'p');
  if (elsewhere !== undefined) {
    throw new AppError(
      'unsupported',
      `${elsewhere.title} is no table that holds rows itself, so none can be removed by their place. Name the table.`,
    );
  }
  await checkReferences(client, layout);
  let removed = 0;
  await inTransaction(
    client,
    async () => {
      const before = await changesOf(client, layout);
      for (const batch of batches(records)) {
        throwIfAborted(signal);
        removed += await deleteBatch(client, layout, batch);
      }
      // Triggers that wait for the end of the transaction run now, so that what they do is counted.
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      const after = await changesOf(client, layout);
      // A server that keeps no statistics counts nothing.
      if (after.deleted - before.deleted > removed || after.others !== before.others) {
        throw new AppError(
          'source_refused',
          `${layout.title}: removing ${removed} rows would remove, add or change others as well. A trigger or a rule of the table does so.`,
        );
      }
    },
    () => removing?.(removed),
  );
  told?.(removed);
  return removed;
}

const referenceSchema = z.array(z.object({ name: z.string(), from: z.string() }));

/** @throws AppError `source_refused` when rows that nobody has kept would go or change with those that are removed */
async function checkReferences(client: Client, { title, parts }: Layout): Promise<void> {
  const found = await client.query(
    `SELECT conname::text AS name, conrelid::regclass::text AS from FROM pg_catalog.pg_constraint
      WHERE contype = 'f' AND confdeltype IN ('c', 'n', 'd') AND confrelid = ANY ($1::oid[]) ORDER BY conname LIMIT 1`,
    [parts.map(({ oid }) => oid)],
  );
  const [first] = referenceSchema.parse(found.rows);
  if (first === undefined) return;
  throw new AppError(
    'source_refused',
    `${title}: by the foreign key ${first.name}, rows of ${first.from} would be removed or changed as well, which are not kept.`,
  );
}

const changesSchema = z.array(z.object({ deleted: z.coerce.number(), others: z.coerce.number() }));

/** What this session has done to the table's rows so far, whatever made it do so. */
async function changesOf(
  client: Client,
  { parts }: Layout,
): Promise<{ readonly deleted: number; readonly others: number }> {
  const found = await client.query(
    `SELECT sum(pg_catalog.pg_stat_get_xact_tuples_deleted(part)) AS deleted,
            sum(pg_catalog.pg_stat_get_xact_tuples_inserted(part) + pg_catalog.pg_stat_get_xact_tuples_updated(part)) AS others
       FROM unnest($1::oid[]) AS part`,
    [parts.map(({ oid }) => oid)],
  );
  return changesSchema.parse(found.rows)[0] ?? { deleted: 0, others: 0 };
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
  const { rowCount } = await client.query(
    `DELETE FROM ${layout.table} AS t USING unnest($1::oid[], $2::tid[]) AS p (part, at)
      WHERE t.tableoid = p.part AND t.ctid = p.at`,
    [same.map(({ part }) => part), same.map(({ at }) => at)],
  );
  if (rowCount === same.length) return same.length;
  throw new AppError(
    'source_refused',
    `${layout.title}: ${rowCount ?? 0} rows would have been removed instead of ${same.length}. A trigger, a rule or a policy of the table stands in the way.`,
  );
}

const placesSchema = z.array(z.object({ part: z.string(), at: z.string() }));

/**
 * Where the rows with these ids lie. Nobody can change or move them from here on.
 * @throws AppError `source_refused` when policies show some of them that this user may not change
 */
async function lock(client: Client, layout: Layout, ids: readonly string[]): Promise<readonly Place[]> {
  const id = identifier(layout.columns.get('id')?.name ?? 'id');
  const those = `SELECT tableoid::text AS part, ctid::text AS at FROM ${layout.table} WHERE ${id}::text = ANY ($1)`;
  const places = placesSchema.parse((await client.query(`${those} FOR UPDATE`, [ids])).rows);
  if (!layout.rowSecurity) return places;
  const shown = await client.query(those, [ids]);
  if (shown.rows.length <= places.length) return places;
  throw new AppError(
    'source_refused',
    `${layout.title}: row security shows this user ${shown.rows.length} of these rows and lets it change only ${places.length}. Removing needs policies for UPDATE and DELETE.`,
  );
}

/** What the rows at these places hold, in their order, by the way in which they were read the first time. */
async function readAgain(client: Client, layout: Layout, places: readonly Place[]): Promise<readonly string[]> {
  const list = places.map(({ part, at }, nth) => `(${escapeLiteral(part)}::oid, ${escapeLiteral(at)}::tid, ${nth})`);
  const copy = new CopyQuery(
    `COPY (SELECT ${selectList(layout, 't')} FROM ${layout.table} AS t JOIN (VALUES ${list.join(', ')}) AS p (part, at, nth)
       ON t.tableoid = p.part AND t.ctid = p.at ORDER BY p.nth) TO STDOUT (FORMAT binary)`,
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
