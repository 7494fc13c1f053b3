/** The rows of the shown view, shared by grid, detail and status bar. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { callAction } from '../../api.ts';
import { PageCache, type LoadPage, type PageCacheState } from '../../model/page-cache.ts';
import { useRenewal, useShownView, type ShownView } from './view-query.ts';

export const eventPages = new PageCache();

export function useEventPages(): PageCacheState {
  return useSyncExternalStore(eventPages.subscribe, eventPages.state);
}

function loader(view: ShownView): LoadPage {
  const { snapshot_id = '', filter, sort } = view;
  return (offset, limit, signal) =>
    callAction('event_audit_page_events', { snapshot_id, filter, sort, offset, limit }, { signal });
}

/** Keeps the rows those of the shown view. Used once. */
export function useFeedPages(): void {
  const view = useShownView();
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (view.snapshot_id !== shown.current) eventPages.clear();
    shown.current = view.snapshot_id;
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), true);
  }, [view]);
  useRenewal(() => {
    if (view.snapshot_id !== undefined && view.snapshot_id === shown.current) eventPages.ask(loader(view), false);
  });
}

/** Asks the same question again after a failure. */
export function useRetryPages(): () => void {
  const view = useShownView();
  return () => {
    if (view.snapshot_id !== undefined) eventPages.ask(loader(view), false);
  };
}
