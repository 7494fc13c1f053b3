/** The way into the search from anywhere. */

/** The id of its box. */
export const SEARCH_ID = 'search';

/** Puts the cursor into the search. */
export function focusSearch(): void {
  const box = document.querySelector<HTMLInputElement>(`#${SEARCH_ID}`);
  box?.focus();
  box?.select();
}
