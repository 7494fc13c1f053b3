/** Parts of the window that a command opens as a click on them would. */

/** What they are called, in `data-part`: what opens something has an id of another making. */
export const PART = {
  timeZone: 'time-zone',
  timeRange: 'time-range',
  condition: 'add-condition',
  exports: 'exports',
} as const;

function partOf(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-part="${name}"]`);
}

/** The tab of an open event. */
export function tabPart(name: string): string {
  return `event-${name}`;
}

/** Whether the part is there to be opened. */
export function hasPart(name: string): boolean {
  return partOf(name) !== null;
}

/** Opens the part, with the keys in it. */
export function openPart(name: string): void {
  const part = partOf(name);
  part?.focus();
  part?.click();
}
