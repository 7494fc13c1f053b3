/** The stretch of time that is drawn and the whole there is: what stepping and zooming in time go by. */
import { create } from 'zustand';
import { isDates, stepWindow, widerWindow, type TimeWindow } from '../model/time-window.ts';
import { editFilter, useView } from './view.ts';

interface TimeAxis {
  /** What the filter asks for, resolved; `undefined` while nothing is drawn. */
  readonly range: TimeWindow | undefined;
  /** First and last instant of the capture. */
  readonly whole: TimeWindow | undefined;
}

export const useTimeAxis = create<TimeAxis>(() => ({ range: undefined, whole: undefined }));

/** The shown window, in the words of the filter where it has both ends; `undefined` when there is no time range. */
export function shownWindow(): TimeWindow | undefined {
  const { time_from: from, time_to: to } = useView.getState().filter;
  if (from === '' && to === '') return undefined;
  return from !== '' && to !== '' ? { from, to } : useTimeAxis.getState().range;
}

function setWindow(window: TimeWindow | undefined): void {
  editFilter((filter) => ({ ...filter, time_from: window?.from ?? '', time_to: window?.to ?? '' }));
}

/** Looks at the stretch before (-1) or after (1), of the same length. */
export function stepInTime(step: 1 | -1): void {
  const window = shownWindow();
  if (window !== undefined) setWindow(stepWindow(instants(window), step));
}

/** Looks at twice as much around what is looked at. */
export function zoomOutInTime(): void {
  const window = shownWindow();
  if (window !== undefined) setWindow(widerWindow(instants(window), useTimeAxis.getState().whole));
}

/** Looks at all there is under the rest of the filter. */
export function fitTime(): void {
  setWindow(undefined);
}

/** Two dates stay dates; anything else is taken as the engine has read it. */
function instants(window: TimeWindow): TimeWindow {
  return isDates(window) ? window : (useTimeAxis.getState().range ?? window);
}
