/** The sources that were read last, as the shell remembers them for its menu and for the start page. */
import { create } from 'zustand';
import type { DesktopOutput, Recent } from '../../shared/desktop.ts';
import { asAppError, desktop } from '../api.ts';
import { sourceLabel } from '../model/source-label.ts';
import { reportProblem } from './problems.ts';

export const useRecents = create<{ readonly recents: readonly Recent[] }>(() => ({ recents: [] }));

/** The sample store is always at hand. */
const ALWAYS_THERE = 'demo:';

function take(reply: Promise<DesktopOutput<'get_recents'>>): void {
  reply.then(
    ({ recents }) => useRecents.setState({ recents }),
    (error: unknown) => reportProblem(asAppError(error)),
  );
}

export function loadRecents(): void {
  take(desktop('get_recents', {}));
}

export function addRecent(url: string): void {
  if (url !== ALWAYS_THERE) take(desktop('add_recent', { url, name: sourceLabel(url) }));
}

export function clearRecents(): void {
  take(desktop('clear_recents', {}));
}
