/** What each action does. The type asks for a handler for every action of the contract. */
import type { Writable } from 'node:stream';
import type { ActionName, ActionOutput, ActionProgress, ActionRequest } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { DEFAULT_SORT } from '../../../shared/filter.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import type { OptionService } from '../config/option-service.ts';
import type { StateDatabase } from '../config/state-database.ts';
import type { AgreedPlugins } from '../plugins/agreed-plugins.ts';
import type { Tracking } from '../tracking/tracking.ts';
import type { OpenSnapshots } from './open-snapshots.ts';
import { analysisHandlers } from './analysis-handlers.ts';
import { estimateHandlers } from './estimate-handlers.ts';
import { exportHandlers } from './export-handlers.ts';
import { journalHandlers } from './journal-handlers.ts';
import { modelHandlers } from './model-handlers.ts';
import { optionHandlers } from './option-handlers.ts';
import { pluginHandlers } from './plugin-handlers.ts';
import { simpleFilter } from './simple-filter.ts';
import { snapshotHandlers } from './snapshot-handlers.ts';
import { trackingHandlers } from './tracking-handlers.ts';
import { writeHandlers } from './write-handlers.ts';

/** What handlers work with. */
export interface Services {
  readonly snapshots: OpenSnapshots;
  readonly state: StateDatabase;
  readonly plugins: AgreedPlugins;
  readonly options: OptionService;
  readonly tracking: Tracking;
  readonly version: string;
  /** The product's data folder. */
  readonly dataDir: string;
  /** Where an export to `-` goes. */
  readonly output: Writable | undefined;
}

export interface CallContext<N extends ActionName> {
  /** Who asked: the signed-in user of this computer, unless the caller says otherwise. */
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ActionProgress<N>) => void;
}

export type Handler<N extends ActionName> = (
  input: ActionRequest<N>,
  context: CallContext<N>,
) => Promise<ActionOutput<N>>;

export type Handlers = { readonly [N in ActionName]: Handler<N> };

export function makeHandlers(services: Services): Handlers {
  const { snapshots, state } = services;
  return {
    ...snapshotHandlers(services),
    ...analysisHandlers(services),
    ...writeHandlers(services),
    ...pluginHandlers(services),
    ...estimateHandlers(services),
    ...exportHandlers(services),
    ...optionHandlers(services),
    ...journalHandlers(services),
    ...modelHandlers(services),
    ...trackingHandlers(services),

    event_audit_get_events: async (input, { signal }) => {
      const filter = simpleFilter(input);
      const status = await snapshots.capture(
        [{ url: input.source, secrets: input.secrets }],
        signal,
        filter,
        () => undefined,
      );
      try {
        const query = snapshots.get(status.snapshot_id);
        const view = { filter, sort: DEFAULT_SORT };
        return { ...(await query.details(view, input.offset, input.limit, signal)), status };
      } finally {
        await snapshots.close(status.snapshot_id);
      }
    },

    event_audit_list_sources: async () => {
      const [{ registeredKinds }, { registerBuiltIns }] = await Promise.all([
        import('../repositories/registry.ts'),
        import('../repositories/built-in.ts'),
      ]);
      registerBuiltIns();
      return { kinds: [...registeredKinds()], connections: await state.connections() };
    },

    event_audit_test_source: async ({ url, secrets }, { signal }) => {
      const { repository } = await snapshots.repository(url, secrets);
      try {
        return await repository.describe(signal);
      } finally {
        await repository.close();
      }
    },

    event_audit_save_connection: ({ url, name }, { actor }) =>
      state.saveConnection(parseSourceUrl(url).url.text, name, actor),

    event_audit_remove_connection: async ({ id }, { actor }) => ({ removed: await state.removeConnection(id, actor) }),

    event_audit_capture_source: ({ url, secrets, narrow, more }, { signal, onProgress }) =>
      snapshots.capture([{ url, secrets }, ...more], signal, narrow, onProgress),

    event_audit_list_snapshots: () => Promise.resolve({ snapshots: [...snapshots.list()] }),

    event_audit_close_snapshot: async ({ snapshot_id }) => ({ closed: await snapshots.close(snapshot_id) }),

    event_audit_count_events: ({ snapshot_id, filter }, { signal }) => snapshots.get(snapshot_id).total(filter, signal),

    event_audit_page_events: async ({ snapshot_id, filter, sort, offset, limit, paths }, { signal }) => {
      const query = snapshots.get(snapshot_id);
      const page = await query.page({ filter, sort }, offset, limit, signal);
      if (paths.length === 0) return { ...page, rows: [...page.rows] };
      const { cellValues } = await import('../analysis/cell-values.ts');
      const numbers = page.rows.map(({ n }) => n);
      const values = await cellValues(query.snapshot, numbers, paths, signal);
      return { ...page, rows: page.rows.map((row) => ({ ...row, values: values.get(row.n) ?? {} })) };
    },

    event_audit_locate_event: async ({ snapshot_id, filter, sort, n }, { signal }) => ({
      position: await snapshots.get(snapshot_id).locate({ filter, sort }, n, signal),
    }),

    event_audit_get_event: async ({ snapshot_id, n, id }, { signal }) => {
      if (n === undefined && id === undefined) {
        throw new AppError('invalid_input', 'Name the event by its position n or by its id.');
      }
      return { events: await snapshots.get(snapshot_id).events(n === undefined ? { id: id ?? '' } : { n }, signal) };
    },

    event_audit_get_facets: async ({ snapshot_id, filter, by_name, ...options }, { signal }) => {
      const { facets } = await import('../snapshot/facets.ts');
      const query = snapshots.get(snapshot_id);
      if (!by_name || options.contains === '') return facets(query, filter, options, signal);
      const { idsNamed } = await import('../analysis/names/ids-named.ts');
      const ids = await idsNamed(query.snapshot, options.contains, signal);
      return facets(query, filter, { ...options, ids }, signal);
    },

    event_audit_get_histogram: async ({ snapshot_id, filter, buckets, by, top }, { signal }) => {
      const { histogram } = await import('../snapshot/histogram.ts');
      return histogram(snapshots.get(snapshot_id), filter, { buckets, by, top }, signal);
    },

    event_audit_list_rejects: ({ snapshot_id, offset, limit }, { signal }) =>
      snapshots.get(snapshot_id).rejects(offset, limit, signal),

    event_audit_verify: async ({ paths }, { signal, onProgress }) => {
      const [{ verifyFile }, { verifySavedSnapshot }] = await Promise.all([
        import('../export/verify.ts'),
        import('../snapshot/saved-manifest.ts'),
      ]);
      const files: ActionOutput<'event_audit_verify'>['files'] = [];
      for (const path of paths) {
        const options = { signal, onProgress };
        files.push((await verifySavedSnapshot(path, options)) ?? (await verifyFile(path, options)));
      }
      return { files };
    },
  };
}
