/** Writes events into the table, and removes rows from it that are still what was read. Each call is one transaction. */
import type { Client } from 'pg';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS, type AuditEvent } from '../../../../shared/event.ts';
import { parseTimestamp } from '../../../../shared/timestamp.ts';
import { eventRow } from '../event-json.ts';
import type { StoredRecord } from '../repository.ts';
import { CopyQuery } from './copy-query.ts';
import { identifier, selectList, type Layout } from './layout.ts';
import { TupleReader } from './tuples.ts';

const ROWS_AT_A_TIME = 500;
const ID = 0;
const TIMESTAMP = EVENT_FIELDS.indexOf('timestamp');

/** Runs work in a transaction that may write, though sessions here only read. Rolled back when it fails. */
export async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The connection may be gone, and the transaction with it; the first error says why.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Adds events, all or none. One that is there already with the same content is not added again.
 * @throws AppError `invalid_input` naming the event that the table can't hold, or whose id another event has; the driver's
 */
export async function insertEvents(client: Client, layout: Layout, events: readonly AuditEvent[]): Promise<void> {
  for (const event of events) checkFits(event, layout);
  await inTransaction(client, async () => {
    for (let from = 0; from < events.length; from += ROWS_AT_A_TIME) {
      await insertBatch(client, layout, events.slice(from, from + ROWS_AT_A_TIME));
    }
  });
}

async function insertBatch(client: Client, layout: Layout, events: readonly AuditEvent[]): Promise<void> {
  const fields = EVENT_FIELDS.filter((field) => layout.columns.has(field));
  const rows = events.map((event) => {
    const row = eventRow(event);
    return fields.map((field) => valueOf(field, row[EVENT_FIELDS.indexOf(field)] ?? ''));
  });
  const names = fields.map((field) => identifier(layout.columns.get(field)?.name ?? field)).join(', ');
  const marks = rows.map((row, at) => `(${row.map((_, index) => `$${at * row.length + index + 1}`).join(', ')})`);
  const idName = identifier(layout.columns.get('id')?.name ?? 'id');
  const answer = await client.query(
    `INSERT INTO ${layout.table} (${names}) VALUES ${marks.join(', ')} ON CONFLICT DO NOTHING RETURNING ${idName}::text AS id`,
    rows.flat(),
  );
  const inserted = new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(answer.rows)
      .map(({ id }) => id),
  );
  for (const [index, event] of events.entries()) {
    const row = rows[index];
    if (row === undefined || inserted.has(eventRow(event)[ID] ?? '')) continue;
    if (await isThere(client, layout, fields, row)) continue;
    throw new AppError(
      'invalid_input',
      `The table ${layout.title} holds another event with the id ${String(event.id)}. Give this one an id of its own.`,
      { details: { id: event.id } },
    );
  }
}

/** Whether a row of this content is there, whatever way its JSON is written. */
async function isThere(
  client: Client,
  layout: Layout,
  fields: readonly (typeof EVENT_FIELDS)[number][],
  row: readonly string[],
): Promise<boolean> {
  const same = fields.map((field, index) => {
    const { name, type } = layout.columns.get(field) ?? { name: field, type: 'text' };
    const column = identifier(name);
    if (field === 'result' || field === 'payload') return `${column}::jsonb = $${index + 1}::jsonb`;
    if (field === 'timestamp') return `${column} = $${index + 1}::${type}`;
    return `coalesce(${column}::text, '') = $${index + 1}`;
  });
  const found = await client.query(`SELECT 1 FROM ${layout.table} WHERE ${same.join(' AND ')} LIMIT 1`, [...row]);
  return found.rows.length > 0;
}

/** A timestamp without an offset is UTC here as everywhere, whatever zone the session has. */
function valueOf(field: (typeof EVENT_FIELDS)[number], text: string): string {
  if (field !== 'timestamp') return text;
  return parseTimestamp(text)?.naive === true ? `${text}+00:00` : text;
}

/** @throws AppError `invalid_input` when something of the event would be lost or changed in this table */
function checkFits(event: AuditEvent, { columns, title, time }: Layout): void {
  const row = eventRow(event);
  const refuse = (why: string): never => {
    throw new AppError('invalid_input', `The table ${title} can’t hold the event ${String(event.id)}: ${why}.`, {
      details: { id: event.id },
    });
  };
  for (const [index, field] of EVENT_FIELDS.entries()) {
    const text = row[index] ?? '';
    if (!columns.has(field) && text !== '' && text !== '{}') refuse(`it has no column ${field}`);
    if (text.includes('\0')) refuse(`its ${field} holds a NUL character, which PostgreSQL does not store`);
    if (!text.isWellFormed()) refuse(`its ${field} holds half of a surrogate pair, which PostgreSQL does not store`);
    const isJsonb = columns.get(field)?.type === 'jsonb';
    if (isJsonb && /\\u0000|\\u[dD][89a-fA-F]/.test(text)) {
      refuse(`its ${field} holds characters that jsonb does not store`);
    }
  }
  const parsed = parseTimestamp(row[TIMESTAMP] ?? '');
  if (parsed === undefined) refuse('its timestamp is no ISO 8601 date and time');
  else if (parsed.subMicrosecond && time !== 'text') refuse('its timestamp is finer than a microsecond');
}

/**
 * Removes rows whose record is, byte for byte, one of those given. Where several rows share an id, all of them must be.
 * @returns how many rows were removed
 */
export async function deleteRecords(client: Client, layout: Layout, records: readonly StoredRecord[]): Promise<number> {
  const wanted = new Map<string, string[]>();
  for (const record of records) {
    if (record.kind !== 'json') continue;
    const text = Buffer.from(record.value).toString('utf8');
    const id = idOf(text);
    wanted.set(id, [...(wanted.get(id) ?? []), text]);
  }
  const ids = [...wanted.keys()];
  return inTransaction(client, async () => {
    let removed = 0;
    for (let from = 0; from < ids.length; from += ROWS_AT_A_TIME) {
      removed += await deleteBatch(client, layout, ids.slice(from, from + ROWS_AT_A_TIME), wanted);
    }
    return removed;
  });
}

async function deleteBatch(
  client: Client,
  layout: Layout,
  ids: readonly string[],
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<number> {
  const idName = identifier(layout.columns.get('id')?.name ?? 'id');
  // Nobody may change these rows between the comparison and the removal.
  await client.query(`SELECT 1 FROM ${layout.table} WHERE ${idName}::text = ANY ($1) FOR UPDATE`, [ids]);
  const list = ids.map((id) => client.escapeLiteral(id)).join(', ');
  const copy = new CopyQuery(
    `COPY (SELECT ${selectList(layout)} FROM ${layout.table} WHERE ${idName}::text IN (${list})) TO STDOUT (FORMAT binary)`,
  );
  const reader = new TupleReader(layout);
  const there = new Map<string, string[]>();
  client.query(copy);
  for await (const pieces of copy.pieces()) {
    for (const batch of reader.read(pieces)) {
      if (batch.kind !== 'json') continue;
      for (const value of batch.values) {
        const text = Buffer.from(value).toString('utf8');
        const id = idOf(text);
        there.set(id, [...(there.get(id) ?? []), text]);
      }
    }
  }
  const unchanged = ids.filter((id) => {
    const found = there.get(id)?.toSorted() ?? [];
    const read = wanted.get(id)?.toSorted() ?? [];
    return found.length > 0 && found.length === read.length && found.every((text, index) => text === read[index]);
  });
  const answer = await client.query(`DELETE FROM ${layout.table} WHERE ${idName}::text = ANY ($1)`, [unchanged]);
  return answer.rowCount ?? 0;
}

const idSchema = z.object({ id: z.string() });

function idOf(json: string): string {
  try {
    return idSchema.parse(JSON.parse(json)).id;
  } catch {
    // A record whose JSON is broken names no row that could be found again.
    return '';
  }
}
