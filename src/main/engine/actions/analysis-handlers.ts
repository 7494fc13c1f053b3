/** Handlers of the actions that look deeper into a snapshot. */
import type { Handlers, Services } from './handlers.ts';
import { formatView, parseView } from '../../../shared/view-text.ts';

type Names =
  | 'event_audit_get_neighbours'
  | 'event_audit_get_object_history'
  | 'event_audit_infer_actor'
  | 'event_audit_get_findings'
  | 'event_audit_get_event_findings'
  | 'event_audit_get_names'
  | 'event_audit_load_names'
  | 'event_audit_forget_names'
  | 'event_audit_view_text'
  | 'event_audit_explain_empty'
  | 'event_audit_get_path_values'
  | 'event_audit_list_paths';

const MAX_LISTED = 100;

export function analysisHandlers({ snapshots }: Services): Pick<Handlers, Names> {
  return {
    event_audit_get_neighbours: async ({ snapshot_id, ...options }, { signal }) => {
      const { neighbours } = await import('../analysis/neighbours.ts');
      return neighbours(snapshots.get(snapshot_id).snapshot, options, signal);
    },

    event_audit_get_object_history: async ({ snapshot_id, ...input }, { signal }) => {
      const { objectHistory } = await import('../analysis/object-history.ts');
      const { object_type, object_id, at_n, time_zone, ...rest } = input;
      const options = { ...rest, type: object_type, id: object_id, atN: at_n, timeZone: time_zone };
      return objectHistory(snapshots.get(snapshot_id).snapshot, options, signal);
    },

    event_audit_infer_actor: async ({ snapshot_id, n, window_ms }, { signal }) => {
      const { inferActor } = await import('../analysis/infer-actor.ts');
      return inferActor(snapshots.get(snapshot_id).snapshot, n, window_ms, signal);
    },

    event_audit_get_findings: async ({ snapshot_id, time_zone, again }, { signal, onProgress }) => {
      const { findAll } = await import('../analysis/findings/find.ts');
      const { snapshot } = snapshots.ended(snapshot_id, 'look for what is wrong with it');
      return findAll(snapshot, { timeZone: time_zone, again, signal, onProgress });
    },

    event_audit_get_event_findings: async ({ snapshot_id, n }, { signal }) => {
      const { findingsOf } = await import('../analysis/findings/find.ts');
      return findingsOf(snapshots.get(snapshot_id).snapshot, n, signal);
    },

    event_audit_get_names: async ({ snapshot_id, ids, at }, { signal }) => {
      const { namesFor } = await import('../analysis/names/known-names.ts');
      return namesFor(snapshots.get(snapshot_id).snapshot, ids, { at, signal });
    },

    event_audit_load_names: async ({ snapshot_id, from }, { signal }) => {
      const { snapshot } = snapshots.get(snapshot_id);
      const { loadNames } = await import('../analysis/names/loaded-names.ts');
      if ('path' in from) {
        const { readNameFile } = await import('../analysis/names/name-file.ts');
        const { names, ignored } = await readNameFile(from.path, signal);
        const read = async function* read(): AsyncGenerator<typeof names> {
          yield await Promise.resolve(names);
        };
        const { loaded, byKind } = await loadNames(snapshot, 'file', from.path, read, signal);
        return {
          loaded,
          by_kind: byKind,
          ignored: ignored.length,
          ignored_rows: ignored.slice(0, MAX_LISTED),
          closed: [],
        };
      }
      const { ckanNames, nameSource } = await import('../analysis/names/ckan-names.ts');
      const { url, secrets } = nameSource(from.url);
      const source = { url, secrets: { ...from.secrets, ...secrets } };
      const closed = new Set<string>();
      const read = (): ReturnType<typeof ckanNames> => ckanNames(source, signal, (kind) => closed.add(kind));
      const { loaded, byKind } = await loadNames(snapshot, 'ckan', url.text, read, signal);
      return { loaded, by_kind: byKind, ignored: 0, ignored_rows: [], closed: [...closed] };
    },

    event_audit_forget_names: async ({ snapshot_id }) => {
      const { forgetNames } = await import('../analysis/names/loaded-names.ts');
      return { forgotten: await forgetNames(snapshots.get(snapshot_id).snapshot) };
    },

    event_audit_view_text: (input) => {
      const view = 'view' in input ? input.view : parseView(input.text);
      const text = formatView(view);
      return Promise.resolve({ view: parseView(text), text });
    },

    event_audit_explain_empty: async ({ snapshot_id, filter }, { signal }) => {
      const { explainEmpty } = await import('../analysis/explain-empty.ts');
      return explainEmpty(snapshots.get(snapshot_id).snapshot, filter, signal);
    },

    event_audit_get_path_values: async ({ snapshot_id, ns, paths, max_length }, { signal }) => {
      const { pathValues } = await import('../analysis/path-values.ts');
      return pathValues(snapshots.get(snapshot_id).snapshot, ns, paths, max_length, signal);
    },

    event_audit_list_paths: async ({ snapshot_id, filter }, { signal }) => {
      const { listPaths } = await import('../analysis/list-paths.ts');
      return listPaths(snapshots.get(snapshot_id).snapshot, filter, signal);
    },
  };
}
