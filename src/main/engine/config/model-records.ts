/** Saved views, notes, exports and saved snapshots in the state database: listed, kept and removed. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import {
  annotationSchema,
  exportJobSchema,
  savedSnapshotSchema,
  savedViewSchema,
  type Annotation,
  type ExportJob,
  type SavedSnapshot,
  type SavedView,
} from '../../../shared/actions/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { MODELS, type ModelName } from './models.ts';
import type { StateDatabase } from './state-database.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** How a kind of record is read: JSON columns become values. */
const json = z.string().transform((text): unknown => JSON.parse(text));
const viewRow = z.object({ ...savedViewSchema.shape, view: json.pipe(savedViewSchema.shape.view) });
const annotationRow = z.object({ ...annotationSchema.shape, tags: json.pipe(annotationSchema.shape.tags) });
const snapshotRow = z.object({
  ...savedSnapshotSchema.shape,
  sources: json.pipe(savedSnapshotSchema.shape.sources),
  encrypted: z.number().transform((value) => value !== 0),
});

export async function listViews(state: StateDatabase): Promise<SavedView[]> {
  const rows = await state.read((database) => select(database, 'SavedView', 'ORDER BY name COLLATE NOCASE, id'));
  return (rows ?? []).map((row) => viewRow.parse(row));
}

/** @throws AppError `not_found` when there is no saved view with that id */
export function saveView(
  state: StateDatabase,
  { id, name, view }: { readonly id?: string | undefined; readonly name: string; readonly view: SavedView['view'] },
  actor: string,
): Promise<SavedView> {
  return state.change(actor, (database) => {
    const text = JSON.stringify(view);
    const row = keep(database, 'SavedView', id, { name, view: text });
    return viewRow.parse(row);
  });
}

export async function listAnnotations(
  state: StateDatabase,
  { source, event_id: eventId }: { readonly source?: string | undefined; readonly event_id?: string | undefined },
): Promise<Annotation[]> {
  const rows = await state.read((database) =>
    select(
      database,
      'Annotation',
      'WHERE (@source IS NULL OR source = @source) AND (@eventId IS NULL OR event_id = @eventId) ORDER BY created_at, id',
      { source: source ?? null, eventId: eventId ?? null },
    ),
  );
  return (rows ?? []).map((row) => annotationRow.parse(row));
}

/** @throws AppError `not_found` when there is no note with that id */
export function saveAnnotation(
  state: StateDatabase,
  {
    id,
    tags,
    ...values
  }: Pick<Annotation, 'source' | 'event_id' | 'event_hash' | 'tags' | 'note'> & {
    readonly id?: string | undefined;
  },
  actor: string,
): Promise<Annotation> {
  return state.change(actor, (database) => {
    const row = keep(database, 'Annotation', id, { ...values, tags: JSON.stringify(tags) }, { author: actor });
    return annotationRow.parse(row);
  });
}

export async function listExportJobs(
  state: StateDatabase,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ total: number; jobs: ExportJob[] }> {
  const found = await state.read((database) => ({
    total: Number(database.prepare('SELECT count(*) FROM export_job').pluck().get()),
    rows: select(database, 'ExportJob', 'ORDER BY started_at DESC, id LIMIT @limit OFFSET @offset', { limit, offset }),
  }));
  return { total: found?.total ?? 0, jobs: (found?.rows ?? []).map((row) => exportJobSchema.parse(row)) };
}

/** Remembers that an export began. @returns its id */
export async function beginExportJob(
  state: StateDatabase,
  { path, format, source }: Pick<ExportJob, 'path' | 'format' | 'source'>,
  actor: string,
): Promise<string> {
  const id = randomUUID();
  const started = new Date().toISOString();
  await state.change(actor, (database) =>
    insert(database, 'ExportJob', { id, path, format, source, started_at: started, outcome: 'running' }),
  );
  return id;
}

/** Remembers what became of an export. */
export async function endExportJob(
  state: StateDatabase,
  id: string,
  end: Partial<Pick<ExportJob, 'rows' | 'bytes' | 'sha256' | 'manifest_path' | 'problem'>> & Pick<ExportJob, 'outcome'>,
  actor: string,
): Promise<void> {
  await state.change(actor, (database) =>
    update(database, 'ExportJob', id, { ...end, finished_at: new Date().toISOString() }),
  );
}

export async function listSavedSnapshots(state: StateDatabase): Promise<SavedSnapshot[]> {
  const rows = await state.read((database) => select(database, 'Snapshot', 'ORDER BY saved_at DESC, id'));
  return (rows ?? []).map((row) => snapshotRow.parse(row));
}

/** Remembers that a snapshot was saved to a file. One that was saved there before is replaced, as its file was. */
export async function keepSavedSnapshot(
  state: StateDatabase,
  { sources, encrypted, path, ...values }: Omit<SavedSnapshot, 'id' | 'saved_at'>,
  actor: string,
): Promise<void> {
  await state.change(actor, (database) => {
    const row = {
      ...values,
      sources: JSON.stringify(sources),
      encrypted: encrypted ? 1 : 0,
      saved_at: new Date().toISOString(),
    };
    const known = select(database, 'Snapshot', 'WHERE path = @path ORDER BY saved_at DESC LIMIT 1', { path })[0];
    if (known === undefined) insert(database, 'Snapshot', { id: randomUUID(), path, ...row });
    else update(database, 'Snapshot', String(known['id']), row);
  });
}

export function removeRecord(state: StateDatabase, model: ModelName, id: string, actor: string): Promise<boolean> {
  const { table, key } = MODELS[model];
  return state.change(
    actor,
    (database) => database.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(id).changes > 0,
  );
}

/** Adds a record, or changes the one with that id; one that stays as it is keeps its times, too. */
function keep(
  database: Database,
  model: 'SavedView' | 'Annotation',
  id: string | undefined,
  values: Row,
  more: Row = {},
): Row | undefined {
  const now = new Date().toISOString();
  if (id === undefined) {
    const made = randomUUID();
    insert(database, model, { id: made, ...values, ...more, created_at: now, updated_at: now });
    return select(database, model, 'WHERE id = @id', { id: made })[0];
  }
  const [before] = select(database, model, 'WHERE id = @id', { id });
  if (before === undefined) {
    throw new AppError('not_found', `There is no ${model} with the id ${id} any more. It may have been removed.`);
  }
  if (Object.entries(values).some(([column, value]) => before[column] !== value)) {
    update(database, model, id, { ...values, ...more, updated_at: now });
  }
  return select(database, model, 'WHERE id = @id', { id })[0];
}

function select(database: Database, model: ModelName, rest: string, values: Row = {}): readonly Row[] {
  const { table, columns } = MODELS[model];
  return database.prepare<[Row], Row>(`SELECT ${columns.join(', ')} FROM ${table} ${rest}`).all(values);
}

function insert(database: Database, model: ModelName, values: Row): void {
  const names = Object.keys(values);
  database
    .prepare(
      `INSERT INTO ${MODELS[model].table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`,
    )
    .run(values);
}

function update(database: Database, model: ModelName, id: string, values: Row): void {
  const { table, key } = MODELS[model];
  const assignments = Object.keys(values).map((name) => `${name} = @${name}`);
  database.prepare(`UPDATE ${table} SET ${assignments.join(', ')} WHERE ${key} = @key_`).run({ ...values, key_: id });
}
