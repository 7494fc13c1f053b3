/** The shown view as a text, and a text as the shown view. */
import { AppError } from '../../../shared/errors.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { parseView, type SharedView } from '../../../shared/view-text.ts';
import { asAppError, callAction } from '../../api.ts';
import type { ColumnState } from '../../model/columns.ts';
import { columnsNamed, textOfView } from '../../model/shared-view.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { openSource } from '../../stores/captures.ts';
import { activeSource, shownStatus, useSources, type SourceRef } from '../../stores/sources.ts';
import { editLook, openDetail, useView, type Look } from '../../stores/view.ts';

/** The store of a window that was asked for nothing in particular. */
const DEFAULT_URL = 'demo:';

/** What is shown now, as text; with its sources it reopens the same anywhere, without them it serves any source. */
export function shownViewText({
  withSources,
  event,
}: {
  readonly withSources: boolean;
  readonly event?: string | undefined;
}): string {
  const { filter, sort, columns, group } = useView.getState();
  const { time_zone } = usePreferences.getState().values;
  const source = activeSource(useSources.getState());
  const open = withSources ? (source?.refs.map(({ url }) => url) ?? []) : [];
  return textOfView({ filter, sort, columns, group, zone: time_zone, open, event });
}

/** The same with the id of the opened event, for a link. */
export async function linkToView(): Promise<string> {
  const { detail, filter } = useView.getState();
  const status = shownStatus(activeSource(useSources.getState()), filter.set);
  if (detail === undefined || status === undefined) return shownViewText({ withSources: true });
  const { events } = await callAction('event_audit_get_event', { snapshot_id: status.snapshot_id, n: detail });
  return shownViewText({ withSources: true, event: events[0]?.id });
}

/**
 * Shows what a text says: opens its sources when others are shown, then filters, orders and arranges. Failures to read a
 * store show where the store is.
 * @returns names of columns that this window does not have
 * @throws AppError `invalid_input` when the text is no view; nothing is changed then
 */
export async function showViewText(text: string): Promise<readonly string[]> {
  const view = parseView(text);
  assertZone(view.filter.time_zone);
  const isShown = activeSource(useSources.getState()) !== undefined;
  const urls = view.open.length > 0 || isShown ? view.open : [DEFAULT_URL];
  const capture = urls.length === 0 ? Promise.resolve() : openSource(await requestFor(urls));
  // From here to the arrangement nothing waits: the new source's view is the shown one by now.
  const unknown = arrange(view);
  const key = useSources.getState().active;
  void capture.then(() => openEvent(view, key)).catch((error: unknown) => reportProblem(asAppError(error)));
  return unknown;
}

/** Stores that were saved bring the secrets that are kept for them. */
async function requestFor(urls: readonly string[]): Promise<SourceRef & { more: readonly SourceRef[] }> {
  const { connections } = await callAction('event_audit_list_sources', {});
  const [first, ...more] = urls.map((url) => ({ url, connection_id: connections.find((one) => one.url === url)?.id }));
  return { ...(first ?? { url: DEFAULT_URL, connection_id: undefined }), more };
}

function arrange(view: SharedView): readonly string[] {
  const { look, unknown } = lookOf(view, useView.getState().columns);
  setPreferences({ time_zone: view.filter.time_zone });
  editLook(() => look);
  return unknown;
}

/** What a shared view shows, and names of columns that this window does not have. `now` says how wide columns are. */
export function lookOf(
  { filter, sort, columns, group }: SharedView,
  now: readonly ColumnState[],
): { readonly look: Look; readonly unknown: readonly string[] } {
  const named = columnsNamed(columns, now);
  const bare = { ...filter, set: '', time_zone: EMPTY_FILTER.time_zone };
  return { look: { filter: bare, sort, columns: named.columns, group }, unknown: named.unknown };
}

/** Opens the event a link points at, unless something else is shown by the time the store is read. */
async function openEvent({ event }: SharedView, key: string): Promise<void> {
  const source = activeSource(useSources.getState());
  if (event === null || source?.key !== key || source.status === undefined) return;
  const { events } = await callAction('event_audit_get_event', { snapshot_id: source.status.snapshot_id, id: event });
  const [found] = events;
  if (found === undefined) {
    throw new AppError('not_found', `The event ${event}, which the link points at, is not in this source.`);
  }
  openDetail(found.n);
}

function assertZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new AppError('invalid_input', `This view names a time zone that is unknown here: ${zone}.`, { cause });
  }
}
