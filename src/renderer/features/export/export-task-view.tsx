/** One export in the dialog: how far it is, what was written, or why it was not. It goes on when the dialog is closed. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Fact } from '../../components/fact.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { cancelTask, forgetTask, repeatTask, watchTask, type ExportTask } from '../../stores/export-tasks.ts';
import { ExportDone } from './export-done.tsx';
import { useNoticeWords } from './use-export.ts';

/** Back to the form, for another export. */
function again(): void {
  watchTask(undefined);
}

export function ExportTaskView({ task }: { readonly task: ExportTask }) {
  const { t } = useWords();
  const words = useNoticeWords();
  if (task.state === 'done' && task.result !== undefined) {
    return <ExportDone task={task} result={task.result} onAgain={again} />;
  }
  if (task.state === 'running') return <Running task={task} />;
  const other = (): void => {
    forgetTask(task.id);
    again();
  };
  return (
    <Stack gap="md" data-testid="export-ended" data-state={task.state}>
      {task.problem === undefined ? (
        <Text role="status">{t('export.cancelled')}</Text>
      ) : (
        <>
          <ErrorNotice error={task.problem} />
          <Text size="sm">{t('export.failed')}</Text>
        </>
      )}
      <Group justify="flex-end" gap="sm">
        {task.problem !== undefined && (
          <Button variant="default" onClick={() => repeatTask(task.id, words)}>
            {t('common.retry')}
          </Button>
        )}
        <Button variant="default" onClick={other}>
          {task.problem === undefined ? t('export.again') : t('export.otherPlace')}
        </Button>
        <Button onClick={closeDialog}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}

function Running({ task: { id, path, progress } }: { readonly task: ExportTask }) {
  const { t } = useWords();
  return (
    <Stack gap="md" data-testid="export-running">
      <Fact name={t('export.file')} value={path} />
      <TaskProgress progress={progress} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={() => cancelTask(id)} data-testid="export-stop">
          {t('common.cancel')}
        </Button>
        <Button onClick={closeDialog} data-autofocus data-testid="export-background">
          {t('export.background')}
        </Button>
      </Group>
    </Stack>
  );
}

/** How far a file is, in words and as a bar. */
export function TaskProgress({ progress }: Pick<ExportTask, 'progress'>) {
  const { t, number } = useWords();
  return (
    <div>
      <Text size="sm" role="status">
        {progress === undefined
          ? t('export.preparing')
          : progress.phase === 'writing'
            ? t('export.writing', { rows: number(progress.rows), total: number(progress.total) })
            : t(`export.${progress.phase}`)}
      </Text>
      <Progress
        aria-label={t('export.title')}
        value={progress === undefined ? 0 : (100 * progress.rows) / Math.max(1, progress.total)}
      />
    </div>
  );
}
