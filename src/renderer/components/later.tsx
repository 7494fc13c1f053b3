/** Parts of the window that the first rows do not need: they load when they are first shown, or when nothing else is to do. */
import { lazy, Suspense, type ReactNode } from 'react';

type Part = () => ReactNode;

const waiting: (() => Promise<unknown>)[] = [];

/** A part that shows nothing until its code is here. */
export function later(load: () => Promise<Part>): Part {
  let loading: Promise<{ readonly default: Part }> | undefined;
  const once = (): Promise<{ readonly default: Part }> => (loading ??= load().then((part) => ({ default: part })));
  waiting.push(once);
  const Lazy = lazy(once);
  return function Later() {
    return (
      <Suspense fallback={null}>
        <Lazy />
      </Suspense>
    );
  };
}

/** Loads what was put off, one after another, whenever the window has time. A failure shows where the part is used. */
export function loadLater(): void {
  const next = waiting.shift();
  if (next !== undefined) requestIdleCallback(() => void next().then(loadLater, loadLater), { timeout: 5_000 });
}
