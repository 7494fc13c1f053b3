/** Begins an export from the dialog: asks where to, then writes in the background. */
import { useState } from 'react';
import type { ActionInput, ExportFormat } from '../../../shared/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { askedFor, type ExportChoice } from '../../model/export-choice.ts';
import { startTask, watchTask, type NoticeWords } from '../../stores/export-tasks.ts';
import { useView } from '../../stores/view.ts';
import { useShownView } from '../explorer/view-query.ts';

export type ExportScope = 'view' | 'all' | 'selected' | 'rejects';

type Wish = Omit<ActionInput<'event_audit_export'>, 'output'>;

/** What the engine is asked for these choices; `undefined` while nothing is captured, and for records that are no events. */
export function useExportWish(format: ExportFormat, scope: ExportScope, choice: ExportChoice): Wish | undefined {
  const { snapshot_id, filter, sort } = useShownView();
  const selected = useView((state) => state.selected);
  if (snapshot_id === undefined || scope === 'rejects') return undefined;
  return {
    snapshot_id,
    // Rows picked by hand may come from several filters.
    filter: scope === 'view' ? filter : EMPTY_FILTER,
    sort,
    ...askedFor(format, choice),
    ...(scope === 'selected' && { only: [...selected] }),
  };
}

export function useNoticeWords(): NoticeWords {
  const { t, counted } = useWords();
  return { done: (rows) => t('export.doneTitle', counted(rows)), failed: t('export.noticeFailed') };
}

export interface StartExport {
  readonly asking: boolean;
  readonly problem: AppError | undefined;
  readonly start: (format: ExportFormat, wish: Wish | undefined) => Promise<void>;
}

/** Starting closes nothing: the dialog shows the task until it is closed, and the task goes on without it. */
export function useStartExport(): StartExport {
  const { t } = useWords();
  const words = useNoticeWords();
  const { snapshot_id } = useShownView();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<AppError>();
  const start = async (format: ExportFormat, wish: Wish | undefined): Promise<void> => {
    if (snapshot_id === undefined || asking) return;
    setAsking(true);
    setProblem(undefined);
    try {
      const day = new Date().toISOString().slice(0, 10);
      const name = wish === undefined ? t('evidence.rejectsFile') : t('export.suggested');
      const { path } = await desktop('choose_export_path', { format, suggested_name: `${name}-${day}.${format}` });
      if (path === null) return;
      if (wish?.mask !== undefined) await desktop('make_mask_key', { replace: false });
      watchTask(
        startTask(path, words, async (options) => {
          if (wish !== undefined) return callAction('event_audit_export', { ...wish, output: path }, options);
          const { records, ...file } = await callAction(
            'event_audit_export_rejects',
            { snapshot_id, output: path },
            options,
          );
          return { ...file, rows: records, guarded_cells: 0, complete: true };
        }),
      );
    } catch (error) {
      setProblem(asAppError(error));
    } finally {
      setAsking(false);
    }
  };
  return { asking, problem, start };
}
