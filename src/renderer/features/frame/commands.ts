/** What the menu, the palette and the keys can order; one place, so that all three mean the same. */
import type { DesktopEvent } from '../../../shared/desktop.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { refresh } from '../../stores/captures.ts';
import { useSources } from '../../stores/sources.ts';
import { SEARCH_ID } from '../explorer/search-box.tsx';
import { toggleFindings } from '../findings/toggle-findings.ts';
import { openPalette } from './palette-store.ts';

export type Command = Extract<DesktopEvent, { type: 'menu' }>['command'];

const COMMANDS: Readonly<Record<Command, () => void>> = {
  open: () => openDialog({ name: 'connect', url: '' }),
  export: () => {
    if (useSources.getState().active !== '') openDialog({ name: 'export' });
  },
  verify: () => openDialog({ name: 'verify' }),
  about: () => openDialog({ name: 'about' }),
  find: focusSearch,
  palette: openPalette,
  toggle_theme: toggleTheme,
  reload_source: () => void refresh(useSources.getState().active),
  save_snapshot: () => {
    if (useSources.getState().active !== '') openDialog({ name: 'save' });
  },
  findings: () => {
    if (useSources.getState().active !== '') toggleFindings();
  },
  names: () => {
    if (useSources.getState().active !== '') openDialog({ name: 'names' });
  },
  plugins: () => openDialog({ name: 'plugins' }),
};

export function runCommand(command: Command): void {
  COMMANDS[command]();
}

function focusSearch(): void {
  const box = document.querySelector<HTMLInputElement>(`#${SEARCH_ID}`);
  box?.focus();
  box?.select();
}

function toggleTheme(): void {
  const { theme } = usePreferences.getState().values;
  const systemDark = globalThis.matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  setPreferences({ theme: dark ? 'light' : 'dark' });
}
