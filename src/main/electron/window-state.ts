/** Remembers where the window was, and forgets it when that place is on no screen any more. */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
export const MINIMUM_SIZE = { width: 900, height: 600 } as const;

const stateSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(MINIMUM_SIZE.width).default(DEFAULT_SIZE.width),
  height: z.number().int().min(MINIMUM_SIZE.height).default(DEFAULT_SIZE.height),
  maximized: z.boolean().default(false),
});

export interface WindowPlace {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximized: boolean;
}

/** Where the window was when it closed last. */
export function readWindowPlace(path: string): WindowPlace {
  const { x, y, width, height, maximized } = readJsonFile(path, stateSchema);
  if (x === undefined || y === undefined || !isOnScreen({ x, y, width, height })) {
    return { bounds: { width, height }, maximized };
  }
  return { bounds: { x, y, width, height }, maximized };
}

/** Writes the place down when the window closes. */
export function rememberWindowPlace(path: string, window: BrowserWindow): void {
  window.on('close', () => {
    writeJsonFile(path, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
}

/** Enough of the title bar must be visible to drag the window. */
function isOnScreen(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const isBarVisible = bounds.y >= workArea.y && bounds.y < workArea.y + workArea.height - 40;
    return width >= 100 && isBarVisible;
  });
}
