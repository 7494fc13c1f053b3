/**
 * The product's own models: which table of the state database holds each, and what of a row is its state. The triggers that
 * track changes are made from this table. A change here needs a migration of the state database beside it.
 */
import { z } from 'zod';

export interface Model {
  readonly table: string;
  /** The column that identifies a row. */
  readonly key: string;
  /** All columns, the key among them, in the order in which a state shows them. */
  readonly columns: readonly string[];
  /** Columns that hold JSON, which a state shows as values, not as text. The table checks that they do. */
  readonly json?: readonly string[];
  /** Another column that no two rows share; writing over it displaces the row that had its value. */
  readonly unique?: string;
}

export const MODELS = {
  Connection: { table: 'connection', key: 'id', columns: ['id', 'name', 'url', 'last_opened_at'], unique: 'url' },
  Setting: { table: 'setting', key: 'name', columns: ['name', 'value'] },
  Plugin: { table: 'plugin', key: 'id', columns: ['id', 'path', 'sha256', 'added_at'], unique: 'path' },
  SavedView: {
    table: 'saved_view',
    key: 'id',
    columns: ['id', 'name', 'view', 'created_at', 'updated_at'],
    json: ['view'],
  },
  Annotation: {
    table: 'annotation',
    key: 'id',
    columns: ['id', 'source', 'event_id', 'event_hash', 'tags', 'note', 'author', 'created_at', 'updated_at'],
    json: ['tags'],
  },
  ExportJob: {
    table: 'export_job',
    key: 'id',
    columns: [
      'id',
      'path',
      'format',
      'source',
      'rows',
      'bytes',
      'sha256',
      'manifest_path',
      'started_at',
      'finished_at',
      'outcome',
      'problem',
    ],
  },
  Snapshot: {
    table: 'snapshot',
    key: 'id',
    columns: ['id', 'path', 'sources', 'events', 'bytes', 'sha256', 'encrypted', 'saved_at'],
    json: ['sources'],
  },
} as const satisfies Record<string, Model>;

export type ModelName = keyof typeof MODELS;

/** One change of a row, as a trigger wrote it down. */
export const modelChangeSchema = z.object({
  seq: z.number().int(),
  model: z.string(),
  key: z.string(),
  /** Any program can write to the file; what it wrote must not stop the others. */
  action: z.enum(['created', 'changed', 'deleted']).catch('changed'),
  /** The row's state as JSON text; `null` where there was none. */
  old: z.string().nullable(),
  new: z.string().nullable(),
  /** ISO 8601, UTC, to the millisecond. */
  at: z.string(),
});
export type ModelChange = Readonly<z.infer<typeof modelChangeSchema>>;
