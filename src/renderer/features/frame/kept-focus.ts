/**
 * The focus is never lost. When what had it is taken away, its like, the nearest thing that is left in its part of the
 * window, what had the focus before, or the events get it. Dialogs and popups that give it back themselves come first.
 */

/** Where something that is gone stood. */
interface Place {
  readonly parent: Element;
  readonly before: Node | null;
  readonly after: Node | null;
}

interface Step {
  readonly element: HTMLElement;
  place: Place | undefined;
}

/** So many steps back are known. */
const STEPS = 12;
/** What is switched off for longer than this is not waited for. */
const GRACE_MS = 250;

const GRID = '[data-testid=grid]';
const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex]';
const MODAL = '[aria-modal=true]';
/** What the search for a neighbour does not leave. */
const PARTS = 'main, aside, nav, header, footer, section, form, [role=dialog], [role=menu]';
/** What comes and goes as a whole: nothing in what lies around it is its neighbour. */
const GUESTS = 'aside, [role=dialog], [role=menu]';
const PORTAL = '[data-portal]';

/** What had the focus, the last first. */
let trail: readonly Step[] = [];
/** Whether somebody left it for nothing, as a click beside everything does. */
let left = false;

globalThis.addEventListener(
  'focusin',
  ({ target }) => {
    if (!(target instanceof HTMLElement) || target === document.body) return;
    left = false;
    trail = [{ element: target, place: undefined }, ...trail.filter(({ element }) => element !== target)].slice(
      0,
      STEPS,
    );
  },
  { capture: true },
);

globalThis.addEventListener(
  'pointerdown',
  () =>
    void setTimeout(() => {
      if (isNowhere() && trail[0]?.element.isConnected === true) left = true;
    }),
  { capture: true },
);

new MutationObserver((records) => {
  for (const record of records) {
    if (record.type === 'attributes') onSwitched(record.target);
    else if (record.removedNodes.length > 0) onRemoved(record);
  }
  if (trail[0]?.element.isConnected === false) keepFocus();
}).observe(document, { subtree: true, childList: true, attributeFilter: ['disabled'] });

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Notes where what had the focus, or what was around it, stood. */
function onRemoved({ target, removedNodes, previousSibling, nextSibling }: MutationRecord): void {
  for (const step of trail) {
    const watched = step.place?.parent ?? step.element;
    if (watched.isConnected || !(target instanceof Element)) continue;
    for (const node of removedNodes) {
      if (!node.contains(watched)) continue;
      const isGuest = (node instanceof Element && node.matches(GUESTS)) || target.matches(PORTAL);
      step.place = { parent: isGuest ? document.body : target, before: previousSibling, after: nextSibling };
    }
  }
}

/** A button that is off can't have the focus; one that is on again right away gets it back. */
function onSwitched(target: Node): void {
  const step = trail[0];
  if (step === undefined || step.element !== target || left) return;
  if (!isOff(step.element)) {
    if (isNowhere()) step.element.focus({ preventScroll: true });
    return;
  }
  setTimeout(() => {
    if (trail[0] !== step || !isOff(step.element) || left) return;
    const { parentElement, previousSibling, nextSibling } = step.element;
    if (parentElement !== null) step.place = { parent: parentElement, before: previousSibling, after: nextSibling };
    if (isNowhere() || document.activeElement === step.element) keepFocus();
  }, GRACE_MS);
}

function isOff(element: HTMLElement): boolean {
  return element.hasAttribute('disabled');
}

function keepFocus(): void {
  if (left || !(isNowhere() || isOff(trail[0]?.element ?? document.body))) return;
  const modal = [...document.querySelectorAll<HTMLElement>(MODAL)].at(-1);
  const mayHave = (element: HTMLElement | undefined): element is HTMLElement =>
    element !== undefined && isUsable(element) && (modal === undefined || modal.contains(element));
  for (const { element, place } of trail) {
    const next = [element, likeOf(element), place && neighbour(place)].find((one) => mayHave(one));
    if (next !== undefined) {
      next.focus({ preventScroll: true });
      return;
    }
  }
  const rest = modal === undefined ? mainPart() : usableIn(modal)[0];
  rest?.focus({ preventScroll: true });
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !isOff(element) && element.tabIndex >= 0 && element.checkVisibility();
}

function usableIn(node: Node): HTMLElement[] {
  if (!(node instanceof HTMLElement)) return [];
  const within = [...node.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return (node.matches(FOCUSABLE) ? [node, ...within] : within).filter(isUsable);
}

/** The same thing made anew, as the events of another tab are. */
function likeOf({ dataset: { testid } }: HTMLElement): HTMLElement | undefined {
  if (testid === undefined) return undefined;
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${CSS.escape(testid)}"]`);
  return found.length === 1 ? found[0] : undefined;
}

/** The events, or what there is in their place. */
function mainPart(): HTMLElement | undefined {
  const main = document.querySelector('main');
  return main?.querySelector<HTMLElement>(GRID) ?? (main === null ? undefined : usableIn(main)[0]);
}

/** The next thing after a place, else the one before it, in an ever wider surrounding within one part of the window. */
function neighbour({ parent, before, after }: Place): HTMLElement | undefined {
  if (!parent.isConnected || parent === document.body) return undefined;
  const around = [...parent.childNodes];
  const isGone = before !== null && before.parentNode !== parent;
  // What was put in its place stands where it stood.
  const start = isGone
    ? Math.max(
        0,
        around.findIndex((one) => one === after),
      )
    : around.findIndex((one) => one === before) + 1;
  const next = around.slice(start);
  const isMain = next.some((one) => one instanceof Element && one.matches('main'));
  if (isMain) return mainPart();
  const found = next.flatMap(usableIn)[0] ?? around.slice(0, start).flatMap(usableIn).at(-1);
  if (found !== undefined || parent.matches(PARTS) || parent.parentElement === null) return found;
  return neighbour({ parent: parent.parentElement, before: parent, after: null });
}
