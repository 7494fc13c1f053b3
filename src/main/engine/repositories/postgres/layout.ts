/** Finds the audit trail’s table in a database, and how each field is asked for. */
import type { Client } from 'pg';
import { z } from 'zod';
import type { Note } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EVENT_FIELDS, type EventField } from '../../../../shared/event.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';
import { columnNotes, matchColumns, otherTablesNote, REQUIRED } from '../columns.ts';
import { mayNotRead } from './errors.ts';
import type { TimeKind } from './tuples.ts';

const DEFAULT_TABLE = 'event_audit_event';

export interface Column {
  readonly name: string;
  /** The type’s own name, of a domain the one of what it is made of: `text`, `timestamptz`, `jsonb`, `other.text`. */
  readonly type: string;
}

export interface Layout {
  /** As SQL, schema included. */
  readonly table: string;
  /** For people: `public.event_audit_event`. */
  readonly title: string;
  /** The relations in which its rows lie: itself, its partitions, the tables that inherit from it. */
  readonly parts: readonly Part[];
  /** How many rows the statistics guess; negative when they do not know. */
  readonly guess: number;
  /** Whether policies decide which rows this user sees and may change. */
  readonly rowSecurity: boolean;
  readonly columns: ReadonlyMap<EventField, Column>;
  readonly time: TimeKind;
  /** Whether both JSON columns are of a JSON type, or not there. */
  readonly json: boolean;
  /** By field, whether its values arrive with a mark in front. */
  readonly marked: readonly boolean[];
  readonly notes: readonly Note[];
}

/** By PostgreSQL’s own letters: a table, one in partitions, a view, a stored view, a table of another server. */
const kindSchema = z.enum(['r', 'p', 'v', 'm', 'f']);

const partSchema = z.object({ oid: z.string(), title: z.string(), kind: kindSchema, guess: z.number() });
type Part = Readonly<z.infer<typeof partSchema>>;

const relationSchema = z.object({
  oid: z.string(),
  schema: z.string(),
  name: z.string(),
  visible: z.boolean(),
  fits: z.boolean(),
});
type Relation = z.infer<typeof relationSchema>;

const columnSchema = z.object({ name: z.string(), type: z.string(), readable: z.boolean() });

const RELATIONS = `
SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name,
       pg_catalog.pg_table_is_visible(c.oid) AS visible,
       (SELECT count(DISTINCT lower(a.attname)) FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND lower(a.attname) = ANY ($1)) = $2
       -- A partition is read with the table that it is a part of.
       AND NOT c.relispartition AS fits
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname !~ '^pg_(toast|temp)'
 ORDER BY visible DESC, n.nspname, c.relname`;

/** The relation itself comes first. */
const PARTS = `
WITH RECURSIVE family (oid, depth) AS (
  SELECT $1::oid, 0 UNION SELECT i.inhrelid, 1 FROM pg_catalog.pg_inherits i JOIN family f ON i.inhparent = f.oid)
SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS title, c.relkind::text AS kind, c.reltuples::float8 AS guess
  FROM family f JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 ORDER BY f.depth, title`;

const COLUMNS = `
SELECT a.attname::text AS name, pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable, CASE WHEN coalesce(b.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace THEN ''
       ELSE coalesce(b.typnamespace, t.typnamespace)::regnamespace::text || '.' END || coalesce(b.typname, t.typname) AS type
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

/** @throws AppError `source_invalid` when no table is meant, naming those that could be; the driver’s errors. */
export async function findLayout(client: Client, url: SourceUrl): Promise<Layout> {
  const found = await client.query(RELATIONS, [REQUIRED, REQUIRED.length]);
  const relations = z.array(relationSchema).parse(found.rows);
  const relation = choose(relations, url);
  const others = relations.filter((each) => each.fits && each !== relation);
  const title = `${relation.schema}.${relation.name}`;
  const answer = await client.query(COLUMNS, [relation.oid]);
  const columns = z.array(columnSchema).parse(answer.rows);
  const names = columns.map(({ name }) => name);
  const matched = matchColumns(names);
  const missing = REQUIRED.filter((field) => !matched.has(field));
  if (missing.length > 0) {
    throw new AppError(
      'source_invalid',
      `The table ${title} holds no audit trail: it lacks ${missing.join(', ')}. It has ${listed(names)}.${others.length === 0 ? '' : ` These could be it: ${listed(others.map(nameToAsk))}. Add ?table=NAME to the source.`}`,
    );
  }
  const byName = new Map(columns.map((column) => [column.name, column]));
  const byField = new Map<EventField, Column>();
  const closed: string[] = [];
  for (const [field, name] of matched) {
    const column = byName.get(name);
    if (column === undefined) continue;
    if (column.readable) byField.set(field, column);
    else closed.push(name);
  }
  if (REQUIRED.some((field) => !byField.has(field))) {
    const what = byField.size === 0 ? `permission denied for table ${relation.name}` : `${title}: ${listed(closed)}`;
    throw mayNotRead(url.text, what);
  }
  const timeType = byField.get('timestamp')?.type;
  const parts = z.array(partSchema).parse((await client.query(PARTS, [relation.oid])).rows);
  const rowSecurity = await hasPolicies(client, relation.oid);
  return {
    table: `${identifier(relation.schema)}.${identifier(relation.name)}`,
    title,
    parts,
    guess: guessOf(parts),
    rowSecurity,
    columns: byField,
    time: timeType === 'timestamptz' || timeType === 'timestamp' ? timeType : 'text',
    json: (['result', 'payload'] as const).every((field) => {
      const type = byField.get(field)?.type;
      return type === undefined || type === 'json' || type === 'jsonb';
    }),
    marked: EVENT_FIELDS.map((field) => byField.get(field)?.type === 'jsonb'),
    notes: [
      ...columnNotes(`The table ${title}`, names, matched),
      ...closedNote(title, closed),
      ...(rowSecurity ? [ROW_SECURITY] : []),
      ...(url.parameters['table'] === undefined ? otherTablesNote(title, others.map(nameToAsk)) : []),
    ],
  };
}

/** Types whose binary form is their text: making a text of them first would only cost the server time. */
const TEXTUAL = new Set(['text', 'varchar', 'json', 'jsonb']);

/** One expression per event field, in their order. @param from a name of the table in the query, where others are in it, too */
export function selectList({ columns, time }: Layout, from?: string): string {
  return EVENT_FIELDS.map((field) => {
    const column = columns.get(field);
    if (column === undefined) return 'NULL::text';
    const name = `${from === undefined ? '' : `${from}.`}${identifier(column.name)}`;
    return TEXTUAL.has(column.type) || (field === 'timestamp' && time !== 'text') ? name : `${name}::text`;
  }).join(', ');
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function folded(text: string): string {
  return text.toLowerCase();
}

function choose(relations: readonly Relation[], url: SourceUrl): Relation {
  const wanted = url.parameters['table'];
  const name = wanted ?? DEFAULT_TABLE;
  const named = (same: (text: string) => string): Relation | undefined =>
    relations.find((each) => each.visible && same(each.name) === same(name)) ??
    relations.find((each) => same(`${each.schema}.${each.name}`) === same(name));
  const fitting = relations.filter(({ fits }) => fits);
  const table = named((text) => text) ?? named(folded);
  const [only] = fitting;
  if (table !== undefined) return table;
  if (wanted === undefined && fitting.length === 1 && only !== undefined) return only;
  const titles = fitting.map(nameToAsk);
  const offer =
    titles.length > 0
      ? `These could be it: ${listed(titles)}. Add ?table=NAME to the source.`
      : relations.length === 0
        ? 'This user sees no tables in it at all.'
        : `None of its ${relations.length} tables has the columns ${REQUIRED.join(', ')}.`;
  throw new AppError('source_invalid', `${url.text}: there is no table ${name}. ${offer}`, {
    details: { fitting: titles },
  });
}

/** What a source's `table` says for it. */
function nameToAsk({ visible, schema, name }: Relation): string {
  return visible ? name : `${schema}.${name}`;
}

/** What a reader should know when some of the columns are not for this user. */
function closedNote(title: string, closed: readonly string[]): readonly Note[] {
  if (closed.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'columns_refused',
      message: `This user may not read these columns of ${title}: ${closed.join(', ')}. They are empty in every event here, whatever they hold.`,
    },
  ];
}

/** Statistics of a table in partitions are of all of it; otherwise each part has its own. */
function guessOf(parts: readonly Part[]): number {
  const [whole, ...others] = parts;
  if (whole === undefined || whole.kind === 'v' || (whole.kind === 'p' && whole.guess >= 0)) return whole?.guess ?? -1;
  const rows = (whole.kind === 'p' ? others : parts).filter(({ kind }) => kind !== 'p').map(({ guess }) => guess);
  return rows.some((guess) => guess < 0) ? -1 : rows.reduce((sum, guess) => sum + guess, 0);
}

async function hasPolicies(client: Client, oid: string): Promise<boolean> {
  const answer = await client.query('SELECT pg_catalog.row_security_active($1::oid) AS active', [oid]);
  const [row] = z.array(z.object({ active: z.boolean() })).parse(answer.rows);
  return row?.active === true;
}

/** Row security hides rows without a word, so the word is said here. */
const ROW_SECURITY: Note = {
  severity: 'warning',
  code: 'row_security',
  message: 'The table has row security: only rows that its policies show to this user are read.',
};

function listed(names: readonly string[]): string {
  return `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;
}
