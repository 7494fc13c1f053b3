/** The sizes of the window's parts and which of them are open, remembered. */
import { setPreferences, usePreferences } from '../../stores/preferences.ts';

export function setPanel(name: string, value: number): void {
  setPreferences({ panels: { ...usePreferences.getState().values.panels, [name]: value } });
}

export function usePanel(name: string, initial: number): readonly [number, (value: number) => void] {
  const value = usePreferences((state) => state.values.panels[name]) ?? initial;
  return [value, (next) => setPanel(name, next)];
}

/** Opens a part that is closed and closes one that is open (1). */
export function togglePanel(name: string, initial: 0 | 1): void {
  const value = usePreferences.getState().values.panels[name] ?? initial;
  setPanel(name, value === 1 ? 0 : 1);
}
