/** Handler of the action that hands over what was set aside. */
import { AppError } from '../../../shared/errors.ts';
import type { Handlers, Services } from './handlers.ts';
import { journalNow } from './journal-now.ts';

type Names = 'event_audit_export_rejects';

export function rejectHandlers({ snapshots, version, dataDir }: Services): Pick<Handlers, Names> {
  return {
    event_audit_export_rejects: async ({ snapshot_id, output, manifest }, { signal, onProgress }) => {
      const { snapshot } = snapshots.get(snapshot_id);
      const { state } = snapshot.status();
      if (state === 'capturing' || state === 'sorting') {
        throw new AppError(
          'invalid_input',
          'The source is still being read. Wait until it is done, or cancel reading, then export what was set aside.',
          { retryable: true },
        );
      }
      const { exportRejects } = await import('../export/rejects.ts');
      const { journal, notes } = await journalNow(dataDir);
      const done = await exportRejects(snapshot, { output, manifest, version, journal, signal, onProgress });
      return { ...done, notes: [...done.notes, ...notes] };
    },
  };
}
