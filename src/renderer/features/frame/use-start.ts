/** What happens by itself: the first source opens, and the shell's events are answered. */
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { DesktopEvent, DesktopOutput } from '../../../shared/desktop.ts';
import { assertNever } from '../../../shared/errors.ts';
import { parseView } from '../../../shared/view-text.ts';
import { asAppError, callAction, onDesktopEvent } from '../../api.ts';
import { languageFor, switchLanguage } from '../../i18n/index.ts';
import { isViewText } from '../../model/shared-view.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { useEngine } from '../../stores/engine.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { afterRestart, useSources } from '../../stores/sources.ts';
import { activeTab, useTabs } from '../../stores/tabs.ts';
import { open } from '../sources/open.ts';
import { rememberTabs, restoreTabs } from '../tabs/remember-tabs.ts';
import { newTab } from '../tabs/tab-actions.ts';
import { showViewText } from '../views/shown-view.ts';
import { runCommand } from './commands.ts';
import { tellWhenFinished } from './finish-notices.ts';

export function useStart(): void {
  const client = useQueryClient();
  const language = usePreferences((state) => state.values.language);
  const locale = useAppInfo((state) => state.info?.locale ?? navigator.language);
  useEffect(() => {
    void switchLanguage(languageFor(language, locale));
  }, [language, locale]);
  useEffect(() => {
    const end = onDesktopEvent((event) => {
      if (onEvent(event)) void client.invalidateQueries();
    });
    const forget = rememberTabs();
    const quiet = tellWhenFinished();
    return () => {
      end();
      forget();
      quiet();
    };
  }, [client]);
}

/**
 * Opens the tabs of the last time, then what this start was asked for; the sample store when there is neither. Once, before
 * all else.
 * @param tabs those of the last time, as the shell answers
 */
export async function openFirst(tabs: Promise<DesktopOutput<'get_tabs'>>): Promise<void> {
  const requests = useAppInfo.getState().info?.open_requests ?? [];
  const restored = await restoreTabs(tabs).catch((error: unknown) => {
    reportProblem(asAppError(error));
    return false;
  });
  for (const text of requests) openText(text);
  if (requests.length === 0 && !restored) openText('demo:');
}

/** Opens a store by its URL, or a view that was shared as text. */
function openText(text: string): void {
  if (!isViewText(text)) open({ url: text });
  else openView(text).catch((error: unknown) => reportProblem(asAppError(error)));
}

/** A link may come from anybody: stores that nobody has opened here are only opened when the person agrees. */
async function openView(text: string): Promise<void> {
  const { open: urls } = parseView(text);
  const { connections } = await callAction('event_audit_list_sources', {});
  const { sources } = useSources.getState();
  const known = new Set([
    'demo:',
    ...connections.map(({ url }) => url),
    ...sources.flatMap(({ refs }) => refs.map(({ url }) => url)),
  ]);
  if (urls.some((url) => !known.has(url))) {
    openDialog({ name: 'paste-view', text });
    return;
  }
  // What somebody is looking at stays as it is.
  if (urls.length > 0 && activeTab(useTabs.getState()) !== undefined) newTab();
  await showViewText(text);
}

/** Answers one event; true when everything asked before should be asked again. */
function onEvent(event: DesktopEvent): boolean {
  switch (event.type) {
    case 'menu':
      runCommand(event.command);
      return false;
    case 'open':
      openText(event.url);
      return false;
    case 'engine': {
      const before = useEngine.getState();
      const back = event.state === 'running' && before.state !== 'running';
      useEngine.setState({ state: event.state, restarts: before.restarts + (back ? 1 : 0) });
      if (back) void afterRestart(event.reopened, event.lost);
      return back;
    }
    default:
      return assertNever(event);
  }
}
