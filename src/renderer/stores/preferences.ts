/** The window's remembered settings: read once at the start, written shortly after each change. */
import { create } from 'zustand';
import { preferencesSchema, type Preferences } from '../../shared/desktop.ts';
import { asAppError, desktop } from '../api.ts';
import { reportProblem } from './problems.ts';

interface PreferencesState {
  readonly loaded: boolean;
  readonly values: Preferences;
}

export const usePreferences = create<PreferencesState>(() => ({
  loaded: false,
  values: preferencesSchema.parse({}),
}));

const WRITE_DELAY_MS = 300;
let pending: Partial<Preferences> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Settings that can't be read are no reason not to start: the built-in ones serve, and the problem is shown. */
export async function loadPreferences(): Promise<void> {
  try {
    usePreferences.setState({ loaded: true, values: await desktop('get_preferences', {}) });
  } catch (error) {
    usePreferences.setState({ loaded: true });
    reportProblem(asAppError(error));
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(({ values }) => ({ values: { ...values, ...change } }));
  pending = { ...pending, ...change };
  clearTimeout(timer);
  timer = setTimeout(() => {
    const batch = pending;
    pending = {};
    desktop('set_preferences', batch).catch((error: unknown) => reportProblem(asAppError(error)));
  }, WRITE_DELAY_MS);
}
