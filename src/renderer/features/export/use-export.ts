/** Runs an export from the dialog: asks where to, writes, can be cancelled. */
import { useEffect, useRef, useState } from 'react';
import type { ExportFormat, ExportProgress, ExportResult } from '../../../shared/contract.ts';
import { isAbort, type AppError } from '../../../shared/errors.ts';
import type { EventField } from '../../../shared/event.ts';
import { EMPTY_FILTER } from '../../../shared/filter.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { useView } from '../../stores/view.ts';
import { useShownView } from '../explorer/view-query.ts';

export type ExportScope = 'view' | 'all' | 'selected';

interface ExportWish {
  readonly format: ExportFormat;
  readonly scope: ExportScope;
  readonly fields: readonly EventField[];
  /** `''` keeps times as they were written. */
  readonly timeZone: string;
  readonly guard: boolean;
  readonly manifest: boolean;
}

export interface ExportJob {
  readonly running: boolean;
  readonly progress: ExportProgress | undefined;
  readonly result: ExportResult | undefined;
  readonly problem: AppError | undefined;
  readonly cancelled: boolean;
  readonly start: (wish: ExportWish) => Promise<void>;
  readonly cancel: () => void;
  readonly reset: () => void;
}

export function useExport(): ExportJob {
  const { t } = useWords();
  const { snapshot_id, filter, sort } = useShownView();
  const [progress, setProgress] = useState<ExportProgress>();
  const [result, setResult] = useState<ExportResult>();
  const [problem, setProblem] = useState<AppError>();
  const [cancelled, setCancelled] = useState(false);
  const [running, setRunning] = useState(false);
  const controller = useRef<AbortController | undefined>(undefined);
  // A dialog that is closed withdraws what it started; an export then leaves nothing behind.
  useEffect(() => () => controller.current?.abort(), []);

  const reset = (): void => {
    setProgress(undefined);
    setResult(undefined);
    setProblem(undefined);
    setCancelled(false);
  };

  const start = async (wish: ExportWish): Promise<void> => {
    if (snapshot_id === undefined || running) return;
    reset();
    setRunning(true);
    const { format, scope, fields, timeZone, guard, manifest } = wish;
    try {
      const day = new Date().toISOString().slice(0, 10);
      const suggested_name = `${t('export.suggested')}-${day}.${format}`;
      const { path } = await desktop('choose_export_path', { format, suggested_name });
      if (path === null) return;
      controller.current = new AbortController();
      const input = {
        snapshot_id,
        // Rows picked by hand may come from several filters.
        filter: scope === 'view' ? filter : EMPTY_FILTER,
        sort,
        format,
        output: path,
        fields: [...fields],
        manifest,
        raw: !guard,
        ...(timeZone !== '' && { time_zone: timeZone }),
        ...(scope === 'selected' && { only: [...useView.getState().selected] }),
      };
      setResult(
        await callAction('event_audit_export', input, { signal: controller.current.signal, onProgress: setProgress }),
      );
    } catch (error) {
      if (isAbort(error)) setCancelled(true);
      else setProblem(asAppError(error));
    } finally {
      setRunning(false);
      setProgress(undefined);
    }
  };

  return { running, progress, result, problem, cancelled, start, cancel: () => controller.current?.abort(), reset };
}
