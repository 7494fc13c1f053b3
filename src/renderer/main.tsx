/** The window's entry: reads the settings, then shows the application. */
import './csp.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { asAppError, desktop } from './api.ts';
import { languageFor, startI18n } from './i18n/index.ts';
import { useAppInfo } from './stores/app-info.ts';
import { loadPreferences, usePreferences } from './stores/preferences.ts';
import { reportProblem } from './stores/problems.ts';

async function start(root: Element): Promise<void> {
  await loadPreferences();
  try {
    useAppInfo.setState({ info: await desktop('get_app_info', {}) });
  } catch (error) {
    reportProblem(asAppError(error));
  }
  const locale = useAppInfo.getState().info?.locale ?? navigator.language;
  await startI18n(languageFor(usePreferences.getState().values.language, locale));
  createRoot(root).render(<App />);
}

const root = document.querySelector('#root');
if (root !== null) void start(root);
