/**
 * Writes events into the table, in one transaction: all or none.
 *
 * Texts are written as they are, an empty one as `''`: that is what an event holds, and NULL reads as the same. A timestamp
 * becomes the instant that it means, as the column can't hold its spelling; one without an offset is UTC, as everywhere.
 */
import type { Client } from 'pg';
import { z } from 'zod';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import { EVENT_FIELDS, type AuditEvent, type EventField } from '../../../../shared/event.ts';
import { formatInstant, parseTimestamp } from '../../../../shared/timestamp.ts';
import { checkEvent, eventRow, refusal } from '../event-json.ts';
import { identifier, type Column, type Layout } from './layout.ts';

const BATCH_ROWS = 500;
const BATCH_CHARS = 4_000_000;
const TEXT_TYPES = ['text', 'varchar'];
const JSON_TYPES = ['json', 'jsonb', ...TEXT_TYPES];
const TIME_TYPES = ['timestamptz', 'timestamp', ...TEXT_TYPES];

/** What goes into one column. */
interface Cell {
  readonly field: EventField;
  readonly column: Column;
  readonly value: string;
}

interface Row {
  readonly event: AuditEvent;
  readonly id: string;
  readonly cells: readonly Cell[];
  readonly chars: number;
}

/** Runs work in a transaction that may write, though sessions here only read. Rolled back when it fails. */
export async function inTransaction<T>(
  client: Client,
  work: () => Promise<T>,
  committing = (): void => undefined,
): Promise<T> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE');
  try {
    // What is acknowledged must be on disk, whatever the server does for others.
    await client.query('SET LOCAL synchronous_commit = on');
    const result = await work();
    committing();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The connection may be gone, and the transaction with it; the first error says why.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Adds events. One that is there already with the same content is not added again.
 * @param committing is called when from here on nobody can know, until the answer comes, whether they are written
 * @throws AppError `invalid_input` naming the event that the table can't hold, or whose id another event has; the driver's
 */
export async function insertEvents(
  client: Client,
  layout: Layout,
  events: readonly AuditEvent[],
  { signal, committing }: { readonly signal: AbortSignal; readonly committing: () => void },
): Promise<void> {
  const batches = [...inBatches(distinct(events.map((event) => rowOf(event, layout))))];
  await inTransaction(
    client,
    async () => {
      const inserted = new Set<string>();
      for (const batch of batches) {
        throwIfAborted(signal);
        for (const id of await insertRows(client, layout, batch)) inserted.add(id);
      }
      // Triggers that wait for the end of the transaction run now, so that what they do is seen.
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      for (const batch of batches) {
        throwIfAborted(signal);
        await checkStored(client, layout, batch, inserted);
      }
    },
    committing,
  );
}

function* inBatches(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length;) {
    let chars = 0;
    let to = from;
    while (to < rows.length && to - from < BATCH_ROWS && chars < BATCH_CHARS) {
      chars += rows[to]?.chars ?? 0;
      to += 1;
    }
    yield rows.slice(from, to);
    from = to;
  }
}

/** @throws AppError `invalid_input` when something of the event would be lost or changed in this table */
function rowOf(event: AuditEvent, { columns, title, time }: Layout): Row {
  checkEvent(event);
  const texts = eventRow(event, 'PostgreSQL');
  const cells: Cell[] = [];
  let chars = 0;
  for (const [index, field] of EVENT_FIELDS.entries()) {
    const text = texts[index] ?? '';
    const column = columns.get(field);
    if (column === undefined) {
      if (text === '' || text === '{}') continue;
      throw refusal(event, `the table ${title} has no column ${field}`);
    }
    checkType(field, column, title);
    if (text.includes('\0')) throw refusal(event, `its ${field} holds a NUL character, which PostgreSQL can’t keep`);
    // The escape stands for itself behind an even number of backslashes only.
    if (column.type === 'jsonb' && /(?<!\\)(?:\\\\)*\\u0000/i.test(text)) {
      throw refusal(event, `its ${field} holds a NUL character, which PostgreSQL can’t keep in jsonb`);
    }
    const value = field === 'timestamp' && time !== 'text' ? instantOf(event, time) : text;
    cells.push({ field, column, value });
    chars += value.length;
  }
  return { event, id: texts[0] ?? '', cells, chars };
}

function checkType(field: EventField, { name, type }: Column, title: string): void {
  const types =
    field === 'timestamp' ? TIME_TYPES : field === 'result' || field === 'payload' ? JSON_TYPES : TEXT_TYPES;
  if (types.includes(type)) return;
  throw new AppError(
    'source_invalid',
    `The column ${name} of ${title} is of the type ${type}, in which an event would not stay what it is. It must be ${types.join(' or ')}.`,
  );
}

function instantOf(event: AuditEvent, time: 'timestamptz' | 'timestamp'): string {
  const parsed = parseTimestamp(event.timestamp);
  if (parsed === undefined) throw refusal(event, 'its timestamp is no ISO 8601 date and time');
  if (parsed.subMicrosecond) throw refusal(event, 'its timestamp is finer than the microseconds that PostgreSQL keeps');
  return `${formatInstant(parsed.micros).slice(0, -1)}${time === 'timestamptz' ? '+00' : ''}`;
}

/** Events that were given twice count once. @throws AppError `invalid_input` for two different ones with one id */
function distinct(rows: readonly Row[]): readonly Row[] {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    const earlier = byId.get(row.id);
    if (earlier === undefined) byId.set(row.id, row);
    else if (!earlier.cells.every(({ value }, index) => value === row.cells[index]?.value)) {
      throw refusal(row.event, 'another event was given with the same id');
    }
  }
  return [...byId.values()];
}

/** Adds those that are not there yet. @returns the ids that the table took */
async function insertRows(client: Client, layout: Layout, rows: readonly Row[]): Promise<readonly string[]> {
  const before = await presentIds(client, layout, rows);
  const fresh = rows.filter(({ id }) => !before.has(id));
  const [first] = fresh;
  if (first === undefined) return [];
  const names = first.cells.map(({ column }) => identifier(column.name)).join(', ');
  const answer = await client.query(
    `INSERT INTO ${layout.table} (${names}) VALUES ${marks(fresh)} ON CONFLICT DO NOTHING RETURNING ${idColumn(layout)}::text AS id`,
    valuesOf(fresh),
  );
  return idsSchema.parse(answer.rows).map(({ id }) => id);
}

const idsSchema = z.array(z.object({ id: z.string() }));

function idColumn({ columns }: Layout): string {
  return identifier(columns.get('id')?.name ?? 'id');
}

/** The table need not keep ids unique by itself. */
async function presentIds(client: Client, layout: Layout, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const id = idColumn(layout);
  const found = await client.query(`SELECT ${id}::text AS id FROM ${layout.table} WHERE ${id} = ANY ($1)`, [
    rows.map((row) => row.id),
  ]);
  return new Set(idsSchema.parse(found.rows).map((row) => row.id));
}

/** All rows have the same columns, in the same order. */
function marks(rows: readonly Row[], type = ''): string {
  const row = ({ cells }: Row, at: number): string =>
    cells.map((_, index) => `$${at * cells.length + index + 1}${type}`).join(', ');
  return rows.map((each, at) => `(${row(each, at)})`).join(', ');
}

function valuesOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ cells }) => cells.map(({ value }) => value));
}

const storedSchema = z.array(z.object({ id: z.string(), differs: z.string() }));

/**
 * Reads back what the table holds under the ids of events: a trigger, a rule or a column too short can have changed it, or
 * kept it out.
 * @param inserted the ids that the table said it took
 * @throws AppError `invalid_input` naming the first event that is not there as it was asked for, and what of it
 */
async function checkStored(
  client: Client,
  layout: Layout,
  rows: readonly Row[],
  inserted: ReadonlySet<string>,
): Promise<void> {
  const cells = rows[0]?.cells ?? [];
  const differs = cells.map(
    ({ field, column }, index) => `CASE WHEN (${isSame(column, `w.f${index}`)}) IS NOT TRUE THEN '${field}' END`,
  );
  const found = await client.query(
    `SELECT w.f0 AS id, concat_ws(', ', ${differs.join(', ')}) AS differs
       FROM (VALUES ${marks(rows, '::text')}) AS w (${cells.map((_, index) => `f${index}`).join(', ')})
       JOIN ${layout.table} AS t ON t.${idColumn(layout)} = w.f0`,
    valuesOf(rows),
  );
  const stored = Map.groupBy(storedSchema.parse(found.rows), ({ id }) => id);
  for (const { event, id } of rows) {
    const there = (stored.get(id) ?? []).map((row) => row.differs);
    if (there.includes('')) continue;
    throw refusal(event, whyNot(layout.title, inserted.has(id), there));
  }
}

function whyNot(title: string, isOurs: boolean, [differs]: readonly string[]): string {
  if (differs === undefined) {
    return `the table ${title} does not hold it once it was inserted. A trigger or a rule of the table keeps it out, or gives it another id`;
  }
  return isOurs
    ? `the table ${title} would hold another ${differs} than was given. A trigger, or the column’s type, changes it`
    : `the table ${title} holds another event with this id. Give it an id of its own`;
}

/** Whether a column holds what was asked for, as SQL. NULL reads as an empty text. */
function isSame({ name, type }: Column, wanted: string): string {
  const column = `t.${identifier(name)}`;
  if (type === 'json') return `${column}::text = ${wanted}`;
  // Numbers that are equal need not be written alike.
  if (type === 'jsonb') return `${column}::text = ${wanted}::jsonb::text`;
  if (type === 'timestamptz' || type === 'timestamp') return `${column} = ${wanted}::${type}`;
  return `coalesce(${column}, '') COLLATE "C" = ${wanted}`;
}
