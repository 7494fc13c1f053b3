/** A panel's width in pixels, remembered. */
import { setPreferences, usePreferences } from '../../stores/preferences.ts';

export function usePanel(name: string, initial: number): readonly [number, (value: number) => void] {
  const value = usePreferences((state) => state.values.panels[name]) ?? initial;
  const set = (next: number): void => {
    setPreferences({ panels: { ...usePreferences.getState().values.panels, [name]: next } });
  };
  return [value, set];
}
