/** The tabs from one start to the next: each one's view and sources as text, without secrets and without any event. */
import { parseView, type SharedView } from '../../../shared/view-text.ts';
import type { DesktopOutput } from '../../../shared/desktop.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { textOfView } from '../../model/shared-view.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { sourceOf, useSources } from '../../stores/sources.ts';
import { addTab, showTab, useTabs, type Tab } from '../../stores/tabs.ts';
import { giveView, useView, viewOf } from '../../stores/view.ts';
import { lookOf } from '../views/shown-view.ts';
import { isLocal, wakeShownTab } from './tab-actions.ts';

const WRITE_DELAY_MS = 500;
const MOST_TABS = 100;

let written = '';

/** A tab as text; `undefined` for one that nothing would be left of. */
function textOf({ id, source, asleep, name }: Tab): string | undefined {
  const open = sourceOf(source);
  const refs = open?.refs ?? asleep;
  // What is followed is only what came since; there is nothing to open again.
  if (refs.length === 0 || open?.live === true) return undefined;
  const { filter, sort, columns, group } = viewOf(id);
  const zone = usePreferences.getState().values.time_zone;
  return textOfView({ filter, sort, columns, group, zone, open: refs.map(({ url }) => url), title: name });
}

function write(): void {
  const { tabs, active } = useTabs.getState();
  const texts = tabs.flatMap((tab) => {
    const text = textOf(tab);
    return text === undefined ? [] : [{ id: tab.id, text }];
  });
  const kept = texts.slice(0, MOST_TABS);
  const views = {
    views: kept.map(({ text }) => text),
    active: Math.max(
      0,
      kept.findIndex(({ id }) => id === active),
    ),
  };
  const next = JSON.stringify(views);
  if (next === written) return;
  written = next;
  desktop('set_tabs', views).catch((error: unknown) => reportProblem(asAppError(error)));
}

/** Writes the tabs down shortly after each change, and when the window closes. Returns a function that ends it. */
export function rememberTabs(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  };
  const ends = [useTabs.subscribe(later), useView.subscribe(later), useSources.subscribe(later)];
  window.addEventListener('pagehide', write);
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
    window.removeEventListener('pagehide', write);
  };
}

/** Brings the tabs of the last start back, asleep. Returns whether there were any. @param remembered what the shell answers */
export async function restoreTabs(remembered: Promise<DesktopOutput<'get_tabs'>>): Promise<boolean> {
  const { views, active } = await remembered;
  if (views.length === 0) return false;
  const { connections } = await callAction('event_audit_list_sources', {});
  const ids = views.flatMap((text) => {
    const view = readView(text);
    if (view === undefined) return [];
    const asleep = view.open.map((url) => ({ url, connection_id: connections.find((one) => one.url === url)?.id }));
    const id = addTab({ asleep, name: view.title }, useTabs.getState().tabs.length);
    giveView(id, lookOf(view, viewOf(id).columns).look);
    return [{ id, asleep }];
  });
  const shown = ids[active] ?? ids[0];
  if (shown === undefined) return false;
  showTab(shown.id);
  // A store elsewhere is read when somebody asks for it, not because the program was started.
  if (isLocal(shown.asleep)) wakeShownTab();
  return true;
}

/** One tab that can't be read is told, and keeps none of the others away. */
function readView(text: string): SharedView | undefined {
  try {
    return parseView(text);
  } catch (error) {
    reportProblem(asAppError(error));
    return undefined;
  }
}
