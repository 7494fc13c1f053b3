/** Everything the window can be told to do, once: menu, palette and keys all run what stands here. */
import { SHELL_DEEDS, type MenuCommand, type ShellDeed } from '../../../shared/desktop.ts';
import { asAppError, desktop } from '../../api.ts';
import { i18n } from '../../i18n/index.ts';
import { follow, recapture, refresh, resume } from '../../stores/captures.ts';
import { openDialog, type DialogState } from '../../stores/dialogs.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { clearRecents, useRecents } from '../../stores/recents.ts';
import { activeSource, closeSource, stopWork, useSources, type OpenSource } from '../../stores/sources.ts';
import { useTabs } from '../../stores/tabs.ts';
import { fitTime, stepInTime, zoomOutInTime } from '../../stores/time-axis.ts';
import { clearFilter, editLook, openDetail, redoLook, selectRows, undoLook, useView } from '../../stores/view.ts';
import { eventPages } from '../explorer/event-pages.ts';
import { resetColumns } from '../explorer/use-columns.ts';
import { focusSearch } from '../explorer/focus-search.ts';
import { closeOtherTabs, closeTab, duplicateTab, newTab, reopenTab, shiftTab, stepTab } from '../tabs/tab-actions.ts';
import { toggleFindings } from '../findings/toggle-findings.ts';
import { toggleNames } from '../names/toggle-names.ts';
import { copyLink } from '../views/copy-link.ts';
import { togglePanel } from './panels.ts';
import { openPalette } from './palette-store.ts';
import { hasPart, openPart, PART, tabPart } from './window-parts.ts';

/** What only the palette and the keys can order, beside what is in the menu. */
const FURTHER = [
  'rename_tab',
  'close_other_tabs',
  'move_tab_left',
  'move_tab_right',
  'read_anew',
  'resume',
  'follow',
  'differences',
  'stop',
  'close_source',
  'clear_filter',
  'newest',
  'oldest',
  'time_earlier',
  'time_later',
  'time_out',
  'time_fit',
  'reset_columns',
  'save_view',
  'copy_link',
  'paste_view',
  'unpick',
  'notes',
  'rejects',
  'names_or_ids',
  'row_height',
  'licences',
  'language',
  'time_zone',
  'time_range',
  'condition',
  'event_fields',
  'event_changes',
  'event_json',
  'event_around',
  'event_history',
  'exports',
  'clear_recents',
  ...SHELL_DEEDS,
] as const;

export type Command = MenuCommand | (typeof FURTHER)[number];

export interface CommandEntry {
  readonly run: () => void;
  readonly group: 'do' | 'tabs' | 'view' | 'settings';
  /** As it is told: `Ctrl ⇧ T`. What stands here is what works. */
  readonly key?: string;
  /** Whether it means anything at the moment; always unless said. */
  readonly when?: () => boolean;
}

function shown(): OpenSource | undefined {
  return activeSource(useSources.getState());
}

function hasSnapshot(): boolean {
  return shown()?.status !== undefined;
}

function hasTimeRange(): boolean {
  const { time_from, time_to } = useView.getState().filter;
  return time_from !== '' || time_to !== '';
}

function hasTab(): boolean {
  return useTabs.getState().active !== '';
}

function severalTabs(): boolean {
  return useTabs.getState().tabs.length > 1;
}

function dialog(state: DialogState): () => void {
  return () => openDialog(state);
}

function withSource(run: (source: OpenSource) => unknown): () => void {
  return () => {
    const source = shown();
    if (source !== undefined) void run(source);
  };
}

/** Opens a part of the window; means nothing while it is not there. */
function part(name: string): Pick<CommandEntry, 'run' | 'when'> {
  return { run: () => openPart(name), when: () => hasPart(name) };
}

function inShell(deed: ShellDeed): () => void {
  return () => void desktop('do_in_shell', { deed }).catch((error: unknown) => reportProblem(asAppError(error)));
}

function typing(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
}

/** On a Mac the menu takes the keys of undo from a text field; there it means the typing. */
function undoOr(run: () => void, edit: 'undo' | 'redo'): () => void {
  return () => {
    if (typing()) document.execCommand(edit);
    else run();
  };
}

export const COMMANDS: Readonly<Record<Command, CommandEntry>> = {
  find: { group: 'do', key: 'Ctrl F', run: focusSearch, when: hasSnapshot },
  open: { group: 'do', key: 'Ctrl O', run: dialog({ name: 'connect', url: '' }) },
  export: { group: 'do', key: 'Ctrl E', run: dialog({ name: 'export' }), when: hasSnapshot },
  save_snapshot: { group: 'do', key: 'Ctrl S', run: dialog({ name: 'save' }), when: hasSnapshot },
  verify: { group: 'do', run: dialog({ name: 'verify' }) },
  reload_source: {
    group: 'do',
    key: 'F5',
    run: withSource(({ key }) => refresh(key)),
    when: () => shown() !== undefined,
  },
  read_anew: { group: 'do', run: withSource(({ key }) => recapture(key)), when: () => shown()?.live === false },
  resume: {
    group: 'do',
    run: withSource(({ key }) => resume(key)),
    when: () => shown()?.status?.state === 'partial' && shown()?.live === false,
  },
  follow: { group: 'do', run: withSource(follow), when: () => shown()?.live === false && hasSnapshot() },
  differences: {
    group: 'do',
    run: withSource(({ refreshed }) => {
      if (refreshed === undefined) return;
      const { before, after } = refreshed.comparison;
      openDialog({ name: 'differences', before, after });
    }),
    when: () => (shown()?.refreshed?.comparison.changed.count ?? 0) > 0,
  },
  stop: { group: 'do', run: withSource(({ key }) => stopWork(key)), when: () => shown()?.work !== undefined },
  close_source: { group: 'do', run: withSource(({ key }) => closeSource(key)), when: () => shown() !== undefined },
  notes: { group: 'do', run: dialog({ name: 'notes' }) },
  rejects: { group: 'do', run: dialog({ name: 'rejects' }), when: hasSnapshot },
  unpick: { group: 'do', run: () => selectRows(new Set()), when: () => useView.getState().selected.size > 0 },

  exports: { group: 'do', ...part(PART.exports) },

  time_range: { group: 'view', ...part(PART.timeRange) },
  condition: { group: 'view', ...part(PART.condition) },
  time_zone: { group: 'view', ...part(PART.timeZone) },
  event_fields: { group: 'view', ...part(tabPart('fields')) },
  event_changes: { group: 'view', ...part(tabPart('changes')) },
  event_json: { group: 'view', ...part(tabPart('json')) },
  event_around: { group: 'view', ...part(tabPart('around')) },
  event_history: { group: 'view', ...part(tabPart('history')) },
  clear_filter: { group: 'view', run: clearFilter, when: hasSnapshot },
  undo: { group: 'view', key: 'Ctrl Z', run: undoOr(undoLook, 'undo'), when: () => useView.getState().past.length > 0 },
  redo: {
    group: 'view',
    key: 'Ctrl ⇧ Z',
    run: undoOr(redoLook, 'redo'),
    when: () => useView.getState().future.length > 0,
  },
  newest: {
    group: 'view',
    run: () => editLook(() => ({ sort: { field: 'timestamp', direction: 'desc' } })),
    when: hasSnapshot,
  },
  oldest: {
    group: 'view',
    run: () => editLook(() => ({ sort: { field: 'timestamp', direction: 'asc' } })),
    when: hasSnapshot,
  },
  time_earlier: { group: 'view', key: 'Alt ←', run: () => stepInTime(-1), when: hasTimeRange },
  time_later: { group: 'view', key: 'Alt →', run: () => stepInTime(1), when: hasTimeRange },
  time_out: { group: 'view', key: 'Alt -', run: zoomOutInTime, when: hasTimeRange },
  time_fit: { group: 'view', key: 'Alt 0', run: fitTime, when: hasTimeRange },
  reset_columns: { group: 'view', run: resetColumns, when: hasSnapshot },
  save_view: { group: 'view', run: dialog({ name: 'save-view', of: undefined }), when: hasSnapshot },
  copy_link: { group: 'view', run: () => void copyLink(), when: () => shown() !== undefined },
  paste_view: { group: 'view', run: dialog({ name: 'paste-view' }) },

  new_tab: { group: 'tabs', key: 'Ctrl T', run: newTab },
  duplicate_tab: { group: 'tabs', key: 'Ctrl ⇧ D', run: () => duplicateTab(), when: hasTab },
  rename_tab: {
    group: 'tabs',
    run: () => openDialog({ name: 'rename-tab', id: useTabs.getState().active }),
    when: hasTab,
  },
  close_tab: { group: 'tabs', key: 'Ctrl W', run: () => closeTab(), when: hasTab },
  close_other_tabs: { group: 'tabs', run: () => closeOtherTabs(useTabs.getState().active), when: severalTabs },
  reopen_tab: {
    group: 'tabs',
    key: 'Ctrl ⇧ T',
    run: reopenTab,
    when: () => useTabs.getState().closed.length > 0,
  },
  next_tab: { group: 'tabs', key: 'Ctrl Tab', run: () => stepTab(1), when: severalTabs },
  previous_tab: { group: 'tabs', key: 'Ctrl ⇧ Tab', run: () => stepTab(-1), when: severalTabs },
  move_tab_left: { group: 'tabs', key: 'Ctrl ⇧ PgUp', run: () => shiftTab(-1), when: severalTabs },
  move_tab_right: { group: 'tabs', key: 'Ctrl ⇧ PgDn', run: () => shiftTab(1), when: severalTabs },

  palette: { group: 'settings', key: 'Ctrl K', run: openPalette },
  toggle_sources: { group: 'settings', key: 'Ctrl B', run: () => togglePanel('left_open', 1) },
  toggle_detail: { group: 'settings', key: 'Ctrl I', run: toggleDetail, when: hasSnapshot },
  findings: { group: 'do', run: toggleFindings, when: hasSnapshot },
  names: { group: 'do', run: dialog({ name: 'names' }), when: hasSnapshot },
  names_or_ids: { group: 'settings', run: toggleNames },
  toggle_theme: { group: 'settings', run: toggleTheme },
  language: { group: 'settings', run: () => setPreferences({ language: i18n.language === 'de' ? 'en' : 'de' }) },
  row_height: { group: 'settings', run: toggleRowHeight },
  zoom_in: { group: 'settings', run: inShell('zoom_in') },
  zoom_out: { group: 'settings', run: inShell('zoom_out') },
  zoom_reset: { group: 'settings', run: inShell('zoom_reset') },
  full_screen: { group: 'settings', run: inShell('full_screen') },
  clear_recents: { group: 'settings', run: clearRecents, when: () => useRecents.getState().recents.length > 0 },
  quit: { group: 'settings', run: inShell('quit') },
  plugins: { group: 'settings', run: dialog({ name: 'plugins' }) },
  keys: { group: 'settings', key: 'F1', run: dialog({ name: 'keys' }) },
  licences: { group: 'settings', run: dialog({ name: 'licences' }) },
  about: { group: 'settings', run: dialog({ name: 'about' }) },
};

/** Names in the order of the table. */
export const COMMAND_NAMES: readonly Command[] = Object.keys(COMMANDS).filter((name) => isCommand(name));

function isCommand(name: string): name is Command {
  return Object.hasOwn(COMMANDS, name);
}

/** Does what a command means; nothing when it means nothing at the moment. */
export function runCommand(command: Command): void {
  const { run, when } = COMMANDS[command];
  if (when?.() !== false) run();
}

function toggleDetail(): void {
  const { detail, focus } = useView.getState();
  if (detail === undefined) openDetail(eventPages.row(focus?.row ?? 0)?.n);
  else openDetail(undefined);
}

function toggleTheme(): void {
  const { theme } = usePreferences.getState().values;
  const systemDark = globalThis.matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  setPreferences({ theme: dark ? 'light' : 'dark' });
}

function toggleRowHeight(): void {
  const { row_height } = usePreferences.getState().values;
  setPreferences({ row_height: row_height === 'compact' ? 'comfortable' : 'compact' });
}
