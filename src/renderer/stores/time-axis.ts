/** The stretch of time that is drawn and the whole there is: what stepping and zooming in time go by. */
import { create } from 'zustand';
import { isAbsolute, stepWindow, widerWindow, type TimeWindow } from '../model/time-window.ts';
import { editFilter, useView } from './view.ts';

interface TimeAxis {
  /** What the filter asked for when it was drawn, resolved; `undefined` while nothing is drawn. */
  readonly range: TimeWindow | undefined;
  /** The words of the filter that `range` is the answer to. The filter may have gone on since. */
  readonly of: TimeWindow | undefined;
  /** First and last instant of the capture. */
  readonly whole: TimeWindow | undefined;
}

export const useTimeAxis = create<TimeAxis>(() => ({ range: undefined, of: undefined, whole: undefined }));

/**
 * The window that a filter asks for: by its own words where they need no clock and no store to be understood, else as the
 * engine has read them. `undefined` when there is no time range, and until the engine has read this one.
 */
export function windowOf(words: TimeWindow, { range, of }: Pick<TimeAxis, 'range' | 'of'>): TimeWindow | undefined {
  if (words.from === '' && words.to === '') return undefined;
  if (isAbsolute(words)) return words;
  return of?.from === words.from && of.to === words.to ? range : undefined;
}

function shownWindow(): TimeWindow | undefined {
  const { time_from: from, time_to: to } = useView.getState().filter;
  return windowOf({ from, to }, useTimeAxis.getState());
}

function setWindow(window: TimeWindow | undefined): void {
  editFilter((filter) => ({ ...filter, time_from: window?.from ?? '', time_to: window?.to ?? '' }));
}

/** Looks at the stretch before (-1) or after (1), of the same length. */
export function stepInTime(step: 1 | -1): void {
  const window = shownWindow();
  if (window !== undefined) setWindow(stepWindow(window, step));
}

/** Looks at twice as much around what is looked at. */
export function zoomOutInTime(): void {
  const window = shownWindow();
  if (window !== undefined) setWindow(widerWindow(window, useTimeAxis.getState().whole));
}

/** Looks at all there is under the rest of the filter. */
export function fitTime(): void {
  setWindow(undefined);
}
