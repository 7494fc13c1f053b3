/** Hands the notes on a view's events over as a file of their own, with a manifest. */
import { Button } from '@mantine/core';
import { exportFormatSchema } from '../../../shared/contract.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { startTask } from '../../stores/export-tasks.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useNoticeWords } from './use-export.ts';

export function SaveNotes({ snapshot }: { readonly snapshot: string }) {
  const { t } = useWords();
  const words = useNoticeWords();
  const save = async (): Promise<void> => {
    const day = new Date().toISOString().slice(0, 10);
    const { path } = await desktop('choose_export_path', {
      format: 'csv',
      suggested_name: `${t('export.notesFile')}-${day}.csv`,
    });
    if (path === null) return;
    closeDialog();
    const format = formatOf(path);
    startTask(path, words, async (options) => {
      const { records, ...file } = await callAction(
        'event_audit_export_notes',
        { snapshot_id: snapshot, output: path, format },
        options,
      );
      return { ...file, rows: records, guarded_cells: 0, complete: true };
    });
  };
  return (
    <Button
      variant="default"
      data-testid="notes-export"
      onClick={() => {
        save().catch((error: unknown) => reportProblem(asAppError(error)));
      }}
    >
      {t('export.notes')}
    </Button>
  );
}

/** By the ending that was chosen; CSV for any other. */
function formatOf(path: string): 'csv' | 'tsv' | 'json' | 'jsonl' {
  const ending = exportFormatSchema.safeParse(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
  if (!ending.success || ending.data === 'xlsx' || ending.data === 'parquet') return 'csv';
  return ending.data;
}
