/** The views that were kept under a name: asked for, opened, kept, replaced and forgotten, the last two with a way back. */
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SavedView } from '../../../shared/actions/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { parseView } from '../../../shared/view-text.ts';
import { asAppError, callAction } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { sameView } from '../../model/shared-view.ts';
import { inSentence } from '../../model/visible-text.ts';
import { reportProblem } from '../../stores/problems.ts';
import { shownViewText, showViewText } from './shown-view.ts';
import { undoNotice } from './undo-notice.tsx';

const VIEWS_KEY = ['views'];

export function useSavedViews(): readonly SavedView[] {
  const { data } = useQuery({
    queryKey: VIEWS_KEY,
    queryFn: ({ signal }) => callAction('event_audit_list_views', {}, { signal }),
  });
  return data?.views ?? [];
}

/** A saved view as text. @throws AppError `invalid_input` when it was kept by something else than this window */
export function savedText({ view, name }: SavedView): string {
  const text = view['text'];
  if (typeof text !== 'string') {
    throw new AppError(
      'invalid_input',
      `The view “${name}” was not saved by this window. Delete it, then save it again.`,
    );
  }
  return text;
}

/** Whether a saved view is what is shown. */
export function isShownView(saved: SavedView, shown: string): boolean {
  try {
    return sameView(parseView(savedText(saved)), parseView(shown));
  } catch {
    // A view that can't be read is not what is shown; opening it says why.
    return false;
  }
}

export interface ViewActions {
  /** Shows a text that was typed, pasted or handed over. @returns false, having said why, when it could not be shown */
  readonly show: (text: string) => Promise<boolean>;
  readonly open: (saved: SavedView) => void;
  /** @returns the failure, for the form that asked */
  readonly keep: (name: string, text: string, id: string | undefined) => Promise<AppError | undefined>;
  /** Puts what is shown in place of what was saved. */
  readonly replace: (saved: SavedView) => void;
  readonly remove: (saved: SavedView) => void;
}

export function useViewActions(): ViewActions {
  const { t } = useWords();
  const client = useQueryClient();
  const renew = (): Promise<void> => client.invalidateQueries({ queryKey: VIEWS_KEY });
  const run = (work: () => Promise<unknown>): void => {
    work()
      .catch((error: unknown) => reportProblem(asAppError(error)))
      .finally(() => void renew());
  };
  const show = async (text: string): Promise<boolean> => {
    try {
      const unknown = await showViewText(text);
      if (unknown.length > 0) {
        notifications.show({
          message: t('views.unknownColumns', { names: unknown.map((name) => inSentence(name)).join(', ') }),
          color: 'gray',
        });
      }
      return true;
    } catch (error) {
      reportProblem(asAppError(error));
      return false;
    }
  };
  return {
    show,
    open: (saved) => run(async () => show(savedText(saved))),
    keep: async (name, text, id) => {
      try {
        await callAction('event_audit_save_view', { name, view: { text }, ...(id !== undefined && { id }) });
        await renew();
        return undefined;
      } catch (error) {
        return asAppError(error);
      }
    },
    replace: (saved) =>
      run(async () => {
        const { id, name, view } = saved;
        // A view that brought its sources still brings sources.
        const withSources = parseOpen(saved);
        await callAction('event_audit_save_view', { id, name, view: { text: shownViewText({ withSources }) } });
        undoNotice(t('views.replaced', { name: inSentence(name) }), t('views.undo'), () =>
          run(() => callAction('event_audit_save_view', { id, name, view })),
        );
      }),
    remove: ({ id, name, view }) =>
      run(async () => {
        await callAction('event_audit_remove_view', { id });
        undoNotice(t('views.removed', { name: inSentence(name) }), t('views.undo'), () =>
          run(() => callAction('event_audit_save_view', { name, view })),
        );
      }),
  };
}

function parseOpen(saved: SavedView): boolean {
  try {
    return parseView(savedText(saved)).open.length > 0;
  } catch {
    return false;
  }
}
