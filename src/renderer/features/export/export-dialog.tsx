/** Hands a view over as a file: which rows, which columns, which format, seen before it is written; then how it goes. */
import { Button, Group, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { exportFormatSchema, type ExportFormat } from '../../../shared/contract.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { choiceFrom, type ExportChoice } from '../../model/export-choice.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { useExportTasks, watchTask } from '../../stores/export-tasks.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';
import { useEventPages } from '../explorer/event-pages.ts';
import { useSnapshotQuery, useShownView } from '../explorer/view-query.ts';
import { ExportOptions } from './export-options.tsx';
import { ExportPreview } from './export-preview.tsx';
import { ExportTaskView } from './export-task-view.tsx';
import { useMaskKey } from './mask-editor.tsx';
import { useExportWish, useStartExport, type ExportScope } from './use-export.ts';
import classes from './export.module.css';

/** Paths that are offered; more can be typed. */
const OFFERED_PATHS = 200;
const PREVIEW_ROWS = 25;

const WORDS: Readonly<Record<ExportFormat, string>> = {
  csv: 'CSV',
  tsv: 'TSV',
  json: 'JSON',
  jsonl: 'JSONL',
  xlsx: 'XLSX',
  parquet: 'Parquet',
};

export function ExportDialog() {
  const { t } = useWords();
  const task = useExportTasks(({ tasks, watched }) => tasks.find(({ id }) => id === watched));
  useEffect(() => () => watchTask(undefined), []);
  return task === undefined ? (
    <AppDialog title={t('export.title')} size={1180} data-testid="export-dialog">
      <ExportForm />
    </AppDialog>
  ) : (
    <AppDialog title={t('export.title')} size={600} data-testid="export-dialog">
      <ExportTaskView task={task} />
    </AppDialog>
  );
}

function useChoice() {
  const values = usePreferences((state) => state.values);
  const sources = useShownStatus()?.sources.length ?? 1;
  const remembered = exportFormatSchema.safeParse(values.export_format);
  const format = remembered.success ? remembered.data : 'xlsx';
  const choice = choiceFrom(format, sources, values.export_choices[format]);
  const change = (part: Partial<ExportChoice>): void => {
    const next = { ...choice, ...part };
    const kept = { ...next, columns: [...next.columns], mask: [...next.mask] };
    setPreferences({ export_choices: { ...values.export_choices, [format]: kept } });
  };
  return { format, choice, change };
}

function ExportForm() {
  const { t } = useWords();
  const status = useShownStatus();
  const selected = useView((state) => state.selected.size);
  const inView = useEventPages().total ?? 0;
  const [scope, setScope] = useState<ExportScope>(selected > 0 ? 'selected' : 'view');
  const { format, choice, change } = useChoice();
  const { snapshot_id, filter } = useShownView();
  const listed = useSnapshotQuery('event_audit_list_paths', snapshot_id, { filter }, (id) => ({
    snapshot_id: id,
    filter,
  }));
  const paths = (listed.data?.paths ?? []).slice(0, OFFERED_PATHS).map(({ path }) => path);
  const wish = useExportWish(format, scope, choice);
  const { asking, problem, start } = useStartExport();
  const isRejects = scope === 'rejects';
  const key = useMaskKey(choice.mask.length > 0);
  const counts = { view: inView, all: status?.captured ?? 0, selected, rejects: status?.rejected ?? 0 };
  const running = status?.state === 'capturing' || status?.state === 'sorting';
  const isEmpty = !isRejects && !choice.whole && choice.columns.length === 0;
  const blocked = running
    ? t('export.capturing')
    : isEmpty
      ? t('export.noFields')
      : counts[scope] === 0
        ? t('export.noRows')
        : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (blocked === undefined) void start(isRejects ? 'jsonl' : format, wish);
      }}
    >
      <Stack gap="md">
        <div className={classes.halves}>
          <div className={classes.form}>
            <SegmentedControl
              aria-label={t('export.format')}
              fullWidth
              size="xs"
              value={isRejects ? 'jsonl' : format}
              disabled={isRejects}
              data={exportFormatSchema.options.map((one) => ({ value: one, label: WORDS[one] }))}
              onChange={(next) => setPreferences({ export_format: next })}
            />
            <Scopes scope={scope} counts={counts} onChange={setScope} />
            {isRejects ? (
              <Text size="sm" c="dimmed">
                {t('export.rejectsHint')}
              </Text>
            ) : (
              <ExportOptions format={format} choice={choice} paths={paths} onChange={change} />
            )}
          </div>
          <ExportPreview
            input={
              wish === undefined || isEmpty || (wish.mask !== undefined && key === undefined)
                ? undefined
                : previewOf(wish)
            }
          />
        </div>
        {problem !== undefined && <ErrorNotice error={problem} />}
        <Group justify="flex-end" gap="sm">
          {blocked !== undefined && (
            <Text size="sm" c="dimmed" style={{ flex: 1 }} role="status">
              {blocked}
            </Text>
          )}
          <Button variant="default" onClick={closeDialog} data-testid="export-cancel">
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            loading={asking}
            disabled={blocked !== undefined || status === undefined}
            data-autofocus
            data-testid="export-start"
          >
            {t('export.start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function previewOf({ manifest: _manifest, ...wish }: NonNullable<ReturnType<typeof useExportWish>>) {
  return { ...wish, rows: PREVIEW_ROWS };
}

interface ScopesProps {
  readonly scope: ExportScope;
  readonly counts: Readonly<Record<ExportScope, number>>;
  readonly onChange: (scope: ExportScope) => void;
}

function Scopes({ scope, counts, onChange }: ScopesProps) {
  const { t, counted } = useWords();
  const offered = (['view', 'all', 'selected', 'rejects'] as const).filter(
    (one) => one === 'view' || one === 'all' || counts[one] > 0,
  );
  return (
    <Radio.Group
      label={t('export.rows')}
      value={scope}
      onChange={(value) => onChange(offered.find((one) => one === value) ?? 'view')}
    >
      <Stack gap={4} mt={4}>
        {offered.map((one) => (
          <Radio key={one} size="xs" value={one} label={t(`export.${one}`, counted(counts[one]))} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
