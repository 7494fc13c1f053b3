/** Whether a key that was pressed is the one that a text tells: `Ctrl ⇧ T`. */

const NAMES: Readonly<Record<string, string>> = {
  PgUp: 'pageup',
  PgDn: 'pagedown',
  '←': 'arrowleft',
  '→': 'arrowright',
};

/** Ctrl stands for the command key, too. A key told without Shift, Ctrl or Alt is one pressed without them. */
export function matchesKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  told: string,
): boolean {
  const parts = told.split(' ');
  const key = parts.at(-1) ?? '';
  return (
    event.key.toLowerCase() === (NAMES[key] ?? key.toLowerCase()) &&
    (event.ctrlKey || event.metaKey) === parts.includes('Ctrl') &&
    event.shiftKey === parts.includes('⇧') &&
    event.altKey === parts.includes('Alt')
  );
}
