/** Handlers of the actions that hand over: views of events, what was set aside, notes, and what a file will look like. */
import type { ExportInput } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { isNameColumn } from '../../../shared/export-columns.ts';
import { listAnnotations } from '../config/model-records.ts';
import type { Beside } from '../export/beside.ts';
import type { Masker, MaskWish } from '../export/mask/masker.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import { rememberExport } from './export-jobs.ts';
import type { Handlers, Services } from './handlers.ts';
import { journalNow } from './journal-now.ts';

type Names =
  'event_audit_export' | 'event_audit_preview_export' | 'event_audit_export_rejects' | 'event_audit_export_notes';

/** What was found out for the last mask of a snapshot, which previews and exports of the same wish share. */
interface KeptMask {
  readonly key: string;
  readonly made: Promise<Masker>;
}

export function exportHandlers(services: Services): Pick<Handlers, Names> {
  const { snapshots, state, version, dataDir, output } = services;
  const masks = new WeakMap<SnapshotQuery, KeptMask>();

  /** Names of the snapshot’s ids, and notes where they are asked for. */
  const besideOf = async (
    query: SnapshotQuery,
    { fields }: Pick<ExportInput, 'fields'>,
    signal: AbortSignal,
  ): Promise<Beside> => {
    const { NameBook, NoteBook } = await import('../export/beside.ts');
    const wanted = new Set(fields);
    // The table of what the events show is made before rows stream, while the database has its usual memory.
    if (fields?.some(isNameColumn) === true) await namesIn(query, ['-'], signal);
    const notes = wanted.has('note') || wanted.has('tags') ? await listAnnotations(state, {}) : [];
    return { names: new NameBook((ids, during) => namesIn(query, ids, during)), notes: new NoteBook(notes) };
  };

  const maskOf = async (query: SnapshotQuery, wish: MaskWish, signal: AbortSignal | undefined): Promise<Masker> => {
    const key = JSON.stringify([query.status().revision, wish.fields, wish.secret]);
    const kept = masks.get(query);
    if (kept?.key === key) {
      try {
        return await kept.made;
      } catch {
        // Whoever began was cancelled; it is begun anew below.
      }
    }
    const { Masker: Made } = await import('../export/mask/masker.ts');
    const made = Made.collect(query, wish, (ids, during) => namesOfPeople(query, ids, during), signal);
    masks.set(query, { key, made });
    return made;
  };

  const readable = (id: string, what: string): SnapshotQuery => {
    const query = snapshots.get(id);
    const { state: phase } = query.status();
    if (phase !== 'capturing' && phase !== 'sorting') return query;
    throw new AppError(
      'invalid_input',
      `The source is still being read. Wait until it is done, or cancel reading, then ${what}.`,
      { retryable: true },
    );
  };

  return {
    event_audit_export: async (input, { actor, signal, onProgress }) => {
      const query = readable(input.snapshot_id, 'export');
      const { exportView } = await import('../export/job.ts');
      const job = { path: input.output, format: input.format, source: query.status().source.url };
      const { journal, notes } = await journalNow(dataDir);
      const beside = await besideOf(query, input, signal);
      const done = await rememberExport(state, job, actor, () =>
        exportView(query, input, {
          signal,
          onProgress,
          version,
          journal,
          beside,
          masker: (wish, during) => maskOf(query, wish, during),
          ...(output === undefined ? {} : { stream: output }),
        }),
      );
      return { ...done, notes: [...done.notes, ...notes] };
    },

    event_audit_preview_export: async ({ rows, ...wish }, { signal }) => {
      const query = snapshots.get(wish.snapshot_id);
      const [{ previewExport }, { maskerFor }] = await Promise.all([
        import('../export/preview.ts'),
        import('../export/job.ts'),
      ]);
      const input = { ...wish, output: '-', manifest: false };
      const beside = await besideOf(query, input, signal);
      const masker = await maskerFor(query, input, {
        signal,
        masker: (mask, during) => maskOf(query, mask, during),
      });
      return previewExport(query, input, { rows, version, beside, masker, signal });
    },

    event_audit_export_rejects: async ({ snapshot_id, ...file }, { signal, onProgress }) => {
      const { snapshot } = readable(snapshot_id, 'export what was set aside');
      const { exportRejects } = await import('../export/rejects.ts');
      const { refuseSources } = await import('../export/refuse-sources.ts');
      await refuseSources(
        [file.output],
        snapshot.status().sources.map(({ url }) => url),
      );
      const { journal, notes } = await journalNow(dataDir);
      const done = await exportRejects(snapshot, { ...file, version, journal, signal, onProgress });
      return { ...done, notes: [...done.notes, ...notes] };
    },

    event_audit_export_notes: async ({ snapshot_id, format, ...file }, { signal, onProgress }) => {
      const status = snapshots.get(snapshot_id).status();
      const { exportNotes } = await import('../export/note-file.ts');
      const { refuseSources } = await import('../export/refuse-sources.ts');
      await refuseSources(
        [file.output],
        status.sources.map(({ url }) => url),
      );
      const { journal, notes } = await journalNow(dataDir);
      const annotations = await listAnnotations(state, {});
      const done = await exportNotes(annotations, status, format, { ...file, version, journal, signal, onProgress });
      return { ...done, notes: [...done.notes, ...notes] };
    },
  };
}

type Named = Awaited<ReturnType<typeof import('../analysis/names/known-names.ts').namesFor>>['names'];

async function namesIn(query: SnapshotQuery, ids: readonly string[], signal: AbortSignal | undefined): Promise<Named> {
  const { namesFor } = await import('../analysis/names/known-names.ts');
  return (await namesFor(query.snapshot, ids, { signal })).names;
}

/** Everything that people with these ids are known to be called. */
async function namesOfPeople(
  query: SnapshotQuery,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const named = await namesIn(query, ids, signal);
  return named.flatMap(({ best, others }) => [best, ...others].flatMap(({ name, title }) => [name, title]));
}
