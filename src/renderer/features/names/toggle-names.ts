/** Names or ids: switches what stands in the window for actors and objects. Filters, copies and exports hold the ids either way. */
import { setPreferences, usePreferences } from '../../stores/preferences.ts';

export function toggleNames(): void {
  setPreferences({ names: usePreferences.getState().values.names === 'names' ? 'ids' : 'names' });
}
