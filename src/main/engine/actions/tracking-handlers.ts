/** Handlers of the actions on tracking. */
import type { TRACKING_ACTIONS } from '../../../shared/actions/tracking.ts';
import { upgradeDatabases } from '../config/upgrade.ts';
import { journalPath } from '../repositories/sqlite/journal-path.ts';
import type { Handlers, Services } from './handlers.ts';

export function trackingHandlers({
  tracking,
  state,
  dataDir,
}: Pick<Services, 'tracking' | 'state' | 'dataDir'>): Pick<Handlers, keyof typeof TRACKING_ACTIONS> {
  return {
    event_audit_upgrade_databases: async () => ({ databases: await upgradeDatabases(state, dataDir) }),
    event_audit_get_tracking: () => tracking.status(),
    event_audit_get_journal: async (_input, { signal }) => {
      await tracking.settle('basic');
      const { journalSummary } = await import('../repositories/sqlite/journal-summary.ts');
      return journalSummary(journalPath(dataDir), signal);
    },
    event_audit_flush_tracking: async () => {
      await tracking.writeNow();
      return tracking.status();
    },
  };
}
