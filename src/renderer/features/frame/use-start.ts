/** What happens by itself: the first source opens, and the shell's events are answered. */
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { DesktopEvent } from '../../../shared/desktop.ts';
import { assertNever } from '../../../shared/errors.ts';
import { asAppError, onDesktopEvent } from '../../api.ts';
import { languageFor, switchLanguage } from '../../i18n/index.ts';
import { isViewText } from '../../model/shared-view.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { useEngine } from '../../stores/engine.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { afterRestart } from '../../stores/sources.ts';
import { open } from '../sources/open.ts';
import { showViewText } from '../views/shown-view.ts';
import { runCommand } from './commands.ts';

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
    return end;
  }, [client]);
}

/** Opens what was asked for before the window was there, the sample store when that is nothing. Once, before all else. */
export function openFirst(): void {
  const requests = useAppInfo.getState().info?.open_requests ?? [];
  for (const text of requests.length > 0 ? requests : ['demo:']) openText(text);
}

/** Opens a store by its URL, or a view that was shared as text. */
function openText(text: string): void {
  if (!isViewText(text)) open({ url: text });
  else showViewText(text).catch((error: unknown) => reportProblem(asAppError(error)));
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
