/** The window's own memory between starts: a small file in the app's folder. */
import { preferencesSchema, type DesktopInput, type Preferences } from '../../shared/desktop.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

export interface PreferenceStore {
  readonly get: () => Preferences;
  /** Changes what is named and keeps the rest. */
  readonly set: (change: DesktopInput<'set_preferences'>) => Preferences;
}

/** Opens the preferences in this file; `onChange` hears of every other language or theme after it was written. */
export function openPreferences(path: string, onChange: () => void): PreferenceStore {
  let current: Preferences = readJsonFile(path, preferencesSchema);
  return {
    get: () => current,
    set: (change) => {
      const next = preferencesSchema.parse({ ...current, ...change });
      writeJsonFile(path, next);
      const before = current;
      current = next;
      // The menu is made from these; making it anew for a column's width would close it under somebody's hand.
      if (before.language !== next.language || before.theme !== next.theme) onChange();
      return next;
    },
  };
}
