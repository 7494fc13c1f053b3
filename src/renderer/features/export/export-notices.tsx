/** Says in a corner of the window how exports ended that nobody was watching. Stays until it is dismissed. */
import { Button, CloseButton, Group, Text } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { markSeen, useExportTasks, watchTask, type ExportTask } from '../../stores/export-tasks.ts';
import { showInFolder, VerifiedLine, VerifyButton } from './export-done.tsx';
import { StateIcon } from './export-status.tsx';
import { fileName } from './file-name.ts';
import classes from './export.module.css';

const SHOWN = 3;

export function ExportNotices() {
  const tasks = useExportTasks((state) => state.tasks);
  const watched = useExportTasks((state) => state.watched);
  const ended = tasks.filter(
    ({ id, state, seen }) => (state === 'done' || state === 'failed') && !seen && id !== watched,
  );
  return (
    <div className={classes.notices} role="status" aria-live="polite">
      {ended.slice(-SHOWN).map((task) => (
        <Notice key={task.id} task={task} />
      ))}
    </div>
  );
}

function Notice({ task }: { readonly task: ExportTask }) {
  const { t, counted } = useWords();
  const { id, path, state, result } = task;
  const look = (): void => {
    watchTask(id);
    openDialog({ name: 'export' });
  };
  return (
    <div className={classes.notice} data-testid="export-notice" data-state={state}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <StateIcon state={state} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={600}>
            {state === 'done' ? t('export.doneTitle', counted(result?.rows ?? 0)) : t('export.noticeFailed')}
          </Text>
          <Text size="sm" c="dimmed" truncate title={cellText(path, 300)}>
            <bdi>{cellText(fileName(path), 80)}</bdi>
          </Text>
        </div>
        <CloseButton size="sm" aria-label={t('common.dismiss')} onClick={() => markSeen(id)} />
      </Group>
      <VerifiedLine task={task} />
      <Group gap="xs" mt="xs">
        {result === undefined ? (
          <Button size="compact-xs" variant="default" onClick={look}>
            {t('export.why')}
          </Button>
        ) : (
          <>
            <Button size="compact-xs" variant="default" onClick={() => showInFolder(result.path)}>
              {t('export.showInFolder')}
            </Button>
            <VerifyButton task={task} size="compact-xs" />
          </>
        )}
      </Group>
    </div>
  );
}
