/** The exports of this session in the status bar: how many run and how far, and a list where each can be cancelled. */
import { ActionIcon, Button, Popover, Progress, Text, UnstyledButton } from '@mantine/core';
import { CircleCheck, CircleSlash, TriangleAlert, X } from 'lucide-react';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import {
  cancelTask,
  forgetTask,
  shareDone,
  useExportTasks,
  watchTask,
  type ExportTask,
} from '../../stores/export-tasks.ts';
import { fileName } from './file-name.ts';
import classes from './export.module.css';
import { PART } from '../frame/window-parts.ts';

export function ExportStatus() {
  const { t, counted, percent } = useWords();
  const tasks = useExportTasks((state) => state.tasks);
  if (tasks.length === 0) return null;
  const running = tasks.filter(({ state }) => state === 'running');
  const share = shareDone(tasks);
  return (
    <Popover position="top-end" width={380} withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          data-part={PART.exports}
          size="compact-xs"
          variant="subtle"
          color="gray"
          data-testid="export-status"
          data-running={running.length}
        >
          {running.length === 0 ? (
            t('export.list')
          ) : (
            <>
              {t('export.running', counted(running.length))} {percent(share)}
              <Progress value={share * 100} size="sm" w={80} ml={6} aria-label={t('export.list')} />
            </>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown data-testid="export-tasks">
        {tasks.toReversed().map((task) => (
          <TaskLine key={task.id} task={task} />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

function TaskLine({ task }: { readonly task: ExportTask }) {
  const { t, number, counted, percent } = useWords();
  const { id, path, state, progress, result } = task;
  const name = cellText(fileName(path), 60);
  const isRunning = state === 'running';
  const words = {
    running: progress === undefined ? t('export.preparing') : percent(progress.rows / Math.max(1, progress.total)),
    done: t('export.doneTitle', counted(result?.rows ?? 0)),
    failed: t('export.noticeFailed'),
    cancelled: t('export.cancelled'),
  };
  const look = (): void => {
    watchTask(id);
    openDialog({ name: 'export' });
  };
  return (
    <div className={classes.task} data-testid="export-task" data-state={state}>
      <StateIcon state={state} />
      <UnstyledButton className={classes.taskText} onClick={look} title={cellText(path, 300)}>
        <Text size="sm" truncate>
          <bdi>{name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {words[state]}
          {isRunning && progress !== undefined && ` · ${number(progress.rows)}`}
        </Text>
      </UnstyledButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t(isRunning ? 'export.cancelOne' : 'export.dismissOne', { name })}
        title={t(isRunning ? 'export.cancelOne' : 'export.dismissOne', { name })}
        onClick={() => (isRunning ? cancelTask(id) : forgetTask(id))}
      >
        <X size={14} />
      </ActionIcon>
    </div>
  );
}

export function StateIcon({ state }: Pick<ExportTask, 'state'>) {
  if (state === 'done') return <CircleCheck size={16} color="var(--added)" aria-hidden />;
  if (state === 'failed') return <TriangleAlert size={16} color="var(--wrong)" aria-hidden />;
  if (state === 'cancelled') return <CircleSlash size={16} color="var(--dim)" aria-hidden />;
  return null;
}
