/** Handlers of the actions on the product's own data. */
import {
  listAnnotations,
  listExportJobs,
  listSavedSnapshots,
  listViews,
  removeRecord,
  saveAnnotation,
  saveView,
} from '../config/model-records.ts';
import type { MODEL_ACTIONS } from '../../../shared/actions/models.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import type { Handlers, Services } from './handlers.ts';

export function modelHandlers({ state }: Pick<Services, 'state'>): Pick<Handlers, keyof typeof MODEL_ACTIONS> {
  return {
    event_audit_list_views: async () => ({ views: await listViews(state) }),
    event_audit_save_view: (input, { actor }) => saveView(state, input, actor),
    event_audit_remove_view: async ({ id }, { actor }) => ({
      removed: await removeRecord(state, 'SavedView', id, actor),
    }),

    event_audit_list_annotations: async (input) => ({ annotations: await listAnnotations(state, input) }),
    event_audit_save_annotation: (input, { actor }) =>
      saveAnnotation(state, { ...input, source: parseSourceUrl(input.source).url.text }, actor),
    event_audit_remove_annotation: async ({ id }, { actor }) => ({
      removed: await removeRecord(state, 'Annotation', id, actor),
    }),

    event_audit_list_export_jobs: (input) => listExportJobs(state, input),
    event_audit_list_saved_snapshots: async () => ({ snapshots: await listSavedSnapshots(state) }),
  };
}
