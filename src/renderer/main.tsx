/** The window's entry: reads the settings, then shows the application. */
import './csp.ts';
import './features/frame/held-keys.ts';
import './features/frame/escape-key.ts';
import './features/frame/kept-focus.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { asAppError, desktop } from './api.ts';
import { openFirst } from './features/frame/use-start.ts';
import { languageFor, startI18n } from './i18n/index.ts';
import { useAppInfo } from './stores/app-info.ts';
import { loadPreferences, usePreferences } from './stores/preferences.ts';
import { reportProblem } from './stores/problems.ts';

async function start(root: Element): Promise<void> {
  const tabs = desktop('get_tabs', {});
  await Promise.allSettled([loadPreferences(), loadAppInfo(), tabs]);
  // The engine reads while the window is being drawn.
  void openFirst(tabs);
  const locale = useAppInfo.getState().info?.locale ?? navigator.language;
  await startI18n(languageFor(usePreferences.getState().values.language, locale));
  createRoot(root).render(<App />);
}

async function loadAppInfo(): Promise<void> {
  try {
    useAppInfo.setState({ info: await desktop('get_app_info', {}) });
  } catch (error) {
    reportProblem(asAppError(error));
  }
}

const root = document.querySelector('#root');
if (root !== null) void start(root);
