/** What was written, and how anyone can tell that it stayed so. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { asAppError, desktop } from '../../api.ts';
import { Fact } from '../../components/fact.tsx';
import { NoteList } from '../../components/note-list.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { verifyTask, type ExportTask, type Written } from '../../stores/export-tasks.ts';
import { reportProblem } from '../../stores/problems.ts';

interface ExportDoneProps {
  readonly task: ExportTask;
  readonly result: Written;
  readonly onAgain: () => void;
}

export function showInFolder(path: string): void {
  desktop('show_in_folder', { path }).catch((error: unknown) => reportProblem(asAppError(error)));
}

export function ExportDone({ task, result, onAgain }: ExportDoneProps) {
  const { t, counted, bytes } = useWords();
  const { path, manifest_path, rows, sha256, guarded_cells, notes, complete } = result;
  return (
    <Stack gap="sm" data-testid="export-result" data-rows={rows}>
      <Text fw={600} size="lg" role="status">
        {t('export.doneTitle', counted(rows))}
      </Text>
      <Fact name={t('export.file')} value={path} />
      <Text size="sm" c="dimmed">
        {t('export.size')}: {bytes(result.bytes)}
      </Text>
      <Fact name={t('export.sha256')} value={sha256} />
      {manifest_path !== null && <Fact name={t('export.manifestFile')} value={manifest_path} />}
      {guarded_cells > 0 && <Text size="sm">{t('export.guarded', counted(guarded_cells))}</Text>}
      {!complete && (
        <Text size="sm" c="var(--wrong)">
          {t('export.incomplete')}
        </Text>
      )}
      {notes.length > 0 && <NoteList notes={notes} />}
      <VerifiedLine task={task} />
      <Group justify="flex-end" gap="sm" mt="sm">
        <Button variant="default" onClick={onAgain}>
          {t('export.again')}
        </Button>
        <VerifyButton task={task} />
        <Button variant="default" onClick={() => showInFolder(path)}>
          {t('export.showInFolder')}
        </Button>
        <Button onClick={closeDialog} data-testid="export-close">
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Offered where there is a manifest to verify against. */
export function VerifyButton({ task, size }: { readonly task: ExportTask; readonly size?: 'compact-xs' }) {
  const { t } = useWords();
  if (task.result?.manifest_path === null || task.result === undefined) return null;
  return (
    <Button
      variant="default"
      {...(size !== undefined && { size })}
      loading={task.verification === 'checking'}
      onClick={() => void verifyTask(task.id)}
      data-testid="export-verify"
    >
      {t('export.verify')}
    </Button>
  );
}

/** What verifying found. */
export function VerifiedLine({ task: { verification } }: { readonly task: ExportTask }) {
  const { t } = useWords();
  if (verification === undefined || verification === 'checking') return null;
  const { ok, findings } = verification;
  return (
    <Text size="sm" {...(!ok && { c: 'var(--wrong)' })} role="status" data-testid="export-verified" data-ok={ok}>
      {ok ? t('export.unchanged') : `${t('export.changed')}: ${findings[0]?.message ?? ''}`}
    </Text>
  );
}
