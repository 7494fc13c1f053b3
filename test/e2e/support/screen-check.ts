/** What must hold of the screen whatever it shows: nothing ran, nothing leads away, nothing bursts, nothing turns. */
import { expect } from '@playwright/test';
import { NEVER_SHOWN, PILED, TRAP } from '../../support/hostile-texts.ts';
import type { RunningApp } from './app.ts';

/** Makes everything that a text could run, and every report of the content policy, known to {@link checkScreen}. */
export async function setTrap(app: RunningApp): Promise<void> {
  await app.page.evaluate((trap) => {
    const ran: string[] = [];
    Object.assign(globalThis, { [trap]: (what: string) => ran.push(what), ranSoFar: ran });
    for (const name of ['alert', 'confirm', 'prompt', 'open']) {
      Object.assign(globalThis, { [name]: () => ran.push(name) });
    }
    document.addEventListener('securitypolicyviolation', (event) => {
      ran.push(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  }, TRAP);
}

/** Checks everything that is on screen now. `where` names it in a failure. */
export async function checkScreen(app: RunningApp, where: string): Promise<void> {
  const { page } = app;
  const found = await page.evaluate(inspect, { never: NEVER_SHOWN.source, piled: PILED.source });
  expect(found, where).toEqual([]);
  expect(page.url(), where).toBe('app://viewer/index.html');
  expect(app.electron.windows(), where).toHaveLength(1);
  expect(app.problems, where).toEqual([]);
}

/** Runs in the page, with nothing from outside it. Returns what is wrong, in words. */
function inspect({ never, piled }: { readonly never: string; readonly piled: string }): string[] {
  const neverShown = new RegExp(never, 'u');
  const tooManyMarks = new RegExp(piled, 'u');
  // Embeddings from `inSentence` are always closed.
  const isolated = /\u2068[^\u2068\u2069]*\u2069/gu;
  const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
  const found: string[] = Array.isArray(Reflect.get(globalThis, 'ranSoFar'))
    ? Reflect.get(globalThis, 'ranSoFar').map((what: string) => `ran: ${what}`)
    : ['the trap is not set'];
  // The page knows no function of this file, so these stand inside.
  // oxlint-disable unicorn/consistent-function-scoping
  const short = (text: string): string => JSON.stringify(text.slice(0, 80));
  const boxOf = (element: Element): DOMRect => element.getBoundingClientRect();
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()}[${element.getAttribute('data-testid') ?? ''}].${(element.getAttribute('class') ?? '').slice(0, 40)}`;
  // oxlint-enable unicorn/consistent-function-scoping
  const clips = new Map<Element, DOMRect | undefined>();
  /** The box that an element cuts its content off at, where it does. */
  const clipOf = (element: Element): DOMRect | undefined => {
    if (!clips.has(element)) {
      clips.set(element, getComputedStyle(element).overflowX === 'visible' ? undefined : boxOf(element));
    }
    return clips.get(element);
  };
  const checkText = (text: string, place: string): void => {
    const plain = text.replaceAll(isolated, (whole) => whole.slice(1, -1));
    if (neverShown.test(plain)) found.push(`${place} holds a hidden character: ${short(text)}`);
    if (tooManyMarks.test(plain)) found.push(`${place} piles marks up: ${short(text)}`);
  };

  for (const forbidden of [
    'iframe',
    'object',
    'embed',
    'img[src]',
    'a[href]',
    'body script',
    'foreignObject',
    'form[action]',
  ]) {
    for (const element of document.querySelectorAll(forbidden)) {
      if (!element.matches('#root ~ script')) found.push(`${forbidden} is in the page: ${nameOf(element)}`);
    }
  }
  for (const element of document.querySelectorAll('body *')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(`${nameOf(element)} has the attribute ${name}`);
      if (['title', 'aria-label', 'alt', 'placeholder', 'aria-description'].includes(name)) {
        checkText(value, `${name} of ${nameOf(element)}`);
        if (value.length > 3_000) found.push(`${name} of ${nameOf(element)} has ${String(value.length)} letters`);
      }
    }
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.nodeValue ?? '';
    if (parent === null || text.trim() === '' || ['STYLE', 'SCRIPT'].includes(parent.tagName)) continue;
    checkText(text, nameOf(parent));
    if (!rightToLeft.test(text)) continue;
    // Whatever has a direction of its own must end where its box ends.
    let box: Element = parent;
    while (getComputedStyle(box).display === 'inline' && !getComputedStyle(box).unicodeBidi.includes('isolate')) {
      if (box.parentElement === null) break;
      box = box.parentElement;
    }
    const alone = box.textContent?.trim() === text.trim();
    if (!alone && !getComputedStyle(box).unicodeBidi.includes('isolate'))
      found.push(`${nameOf(parent)} can turn its neighbours: ${short(text)}`);
  }

  const { innerWidth, innerHeight } = window;
  const screen = document.documentElement;
  if (screen.scrollWidth > innerWidth + 1 || screen.scrollHeight > innerHeight + 1)
    found.push('the page itself scrolls');
  const panes = document.querySelectorAll(
    'aside, main, footer, [data-testid=filter-bar], [data-testid=histogram], [data-testid=grid], [role=dialog], [role=menu], [role=row], [role=gridcell], [data-testid=facet-value], [data-testid=chip]',
  );
  for (const pane of panes) {
    const box = boxOf(pane);
    if (box.width === 0 || box.height === 0) continue;
    // What a pane cuts off by itself can't stick out of it.
    const cuts = clipOf(pane) !== undefined;
    const inGrid = pane.closest('[data-testid=grid]') !== null;
    if (!inGrid && pane.closest('[style*=overflow], aside, [data-testid=filter-bar]') === null) {
      if (box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1) {
        found.push(`${nameOf(pane)} is not wholly on screen: ${JSON.stringify(box)}`);
      }
    }
    for (const element of cuts ? [] : pane.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.getAttribute('role') === 'separator' || element.closest('svg') !== null) continue;
      const inner = boxOf(element);
      if (inner.width === 0 || inner.height === 0) continue;
      // Only what can be seen counts: what a scroller in between cuts off does not stick out.
      let { left, right } = inner;
      for (let around = element.parentElement; around !== null && around !== pane; around = around.parentElement) {
        const clip = clipOf(around);
        if (clip === undefined) continue;
        left = Math.max(left, clip.left);
        right = Math.min(right, clip.right);
      }
      const outside = Math.max(box.left - left, right - box.right);
      if (right > left && outside > 4 && getComputedStyle(element).position !== 'fixed') {
        found.push(
          `${nameOf(element)} sticks out of ${nameOf(pane)} by ${String(Math.round(outside))} px: ${short(element.textContent ?? '')}`,
        );
      }
    }
  }
  return found.slice(0, 20);
}
