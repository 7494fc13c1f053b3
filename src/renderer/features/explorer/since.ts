/** When a snapshot was finished, as a reader of today needs it: the time, with the date unless that is today's. */
import { useState } from 'react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { formatMinute } from '../../model/time-format.ts';
import { usePreferences } from '../../stores/preferences.ts';

export function useSince(status: Pick<SnapshotStatus, 'started_at' | 'finished_at'> | undefined): string {
  const zone = usePreferences((state) => state.values.time_zone);
  const [now] = useState(() => new Date().toISOString());
  if (status === undefined) return '';
  const text = formatMinute(status.finished_at ?? status.started_at, zone);
  const today = formatMinute(now, zone).slice(0, 10);
  return text.startsWith(`${today} `) ? text.slice(11) : text;
}
