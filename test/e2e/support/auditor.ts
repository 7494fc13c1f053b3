/** A person at the window: each click, text and key is counted, and each step can be kept as a picture. */
import type { Locator } from '@playwright/test';
import type { RunningApp } from './app.ts';

export interface Auditor {
  readonly app: RunningApp;
  readonly click: (target: Locator) => Promise<void>;
  /** A right click, which opens the menu of a cell. */
  readonly menu: (target: Locator) => Promise<void>;
  readonly type: (target: Locator, text: string) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  /** Looks at what the last step brought; with a place for pictures, keeps one under this name. */
  readonly look: (name: string) => Promise<void>;
  /** How many clicks, texts and keys it took so far. */
  readonly interactions: () => number;
}

/** `keep` is given a name and must take a picture of the page. */
export function createAuditor(app: RunningApp, keep?: (name: string) => Promise<void>): Auditor {
  let interactions = 0;
  const counted = async (step: Promise<void>): Promise<void> => {
    interactions += 1;
    await step;
    // What is looked at next must be the answer to this step, not to the one before.
    await app.page.locator('[data-stale]').waitFor({ state: 'detached' });
  };
  return {
    app,
    click: (target) => counted(target.click()),
    menu: (target) => counted(target.click({ button: 'right' })),
    type: (target, text) => counted(target.fill(text)),
    press: (key) => counted(app.page.keyboard.press(key)),
    look: async (name) => keep?.(name),
    interactions: () => interactions,
  };
}
