/** Gives the keys to the events when what had the focus is gone, as a menu is, or the line of the palette. */
export function keepFocus(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('[data-testid="grid"]')?.focus({ preventScroll: true });
}
