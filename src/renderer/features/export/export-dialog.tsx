/** Hands a view over as a file: which rows, which fields, which format; then the proof of what was written. */
import { Button, Checkbox, Group, Progress, Radio, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { EVENT_FIELDS, FLAT_FIELDS, type EventField } from '../../../shared/event.ts';
import { exportFormatSchema, type ExportFormat } from '../../../shared/contract.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';
import { useEventPages } from '../explorer/event-pages.ts';
import { ExportDone } from './export-done.tsx';
import { useExport, type ExportScope } from './use-export.ts';

const AS_WRITTEN = '';

function isJsonFormat(format: ExportFormat): boolean {
  return format === 'json' || format === 'jsonl';
}

export function ExportDialog() {
  const { t, counted, number } = useWords();
  const status = useShownStatus();
  const selected = useView((state) => state.selected.size);
  const inView = useEventPages().total ?? 0;
  const zone = usePreferences((state) => state.values.time_zone);
  const [format, setFormat] = useState<ExportFormat>('xlsx');
  const [scope, setScope] = useState<ExportScope>(selected > 0 ? 'selected' : 'view');
  const [fields, setFields] = useState<readonly EventField[]>(FLAT_FIELDS);
  const [timeZone, setTimeZone] = useState(AS_WRITTEN);
  const [guard, setGuard] = useState(true);
  const [manifest, setManifest] = useState(true);
  const job = useExport();
  const rows = scope === 'view' ? inView : scope === 'all' ? (status?.captured ?? 0) : selected;

  const chooseFormat = (next: string): void => {
    const to = exportFormatSchema.parse(next);
    setFormat(to);
    if (isJsonFormat(to) !== isJsonFormat(format)) setFields(isJsonFormat(to) ? EVENT_FIELDS : FLAT_FIELDS);
  };
  const toggleField = (field: EventField): void =>
    setFields(EVENT_FIELDS.filter((one) => (one === field ? !fields.includes(one) : fields.includes(one))));

  if (job.result !== undefined) {
    return (
      <AppDialog title={t('export.title')} data-testid="export-dialog">
        <ExportDone result={job.result} onAgain={job.reset} />
      </AppDialog>
    );
  }
  const blocked = fields.length === 0 ? t('export.noFields') : rows === 0 ? t('export.noRows') : undefined;
  return (
    <AppDialog title={t('export.title')} data-testid="export-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void job.start({ format, scope, fields, timeZone, guard, manifest });
        }}
      >
        <Stack gap="md">
          <SegmentedControl
            aria-label={t('export.format')}
            fullWidth
            value={format}
            onChange={chooseFormat}
            disabled={job.running}
            data={exportFormatSchema.options.map((one) => ({ value: one, label: one.toUpperCase() }))}
          />
          <Radio.Group
            label={t('export.rows')}
            value={scope}
            onChange={(value) => setScope(value === 'all' || value === 'selected' ? value : 'view')}
          >
            <Stack gap={4} mt={4}>
              <Radio value="view" label={t('export.view', counted(inView))} disabled={job.running} />
              <Radio value="all" label={t('export.all', counted(status?.captured ?? 0))} disabled={job.running} />
              {selected > 0 && (
                <Radio value="selected" label={t('export.selected', counted(selected))} disabled={job.running} />
              )}
            </Stack>
          </Radio.Group>
          <fieldset style={{ border: 'none', margin: 0, padding: 0 }} disabled={job.running}>
            <Group justify="space-between" mb={4}>
              <Text component="legend" size="sm" fw={500}>
                {t('export.fields')}
              </Text>
              <Group gap="xs">
                <Button size="compact-xs" variant="subtle" onClick={() => setFields(FLAT_FIELDS)}>
                  {t('export.flat')}
                </Button>
                <Button size="compact-xs" variant="subtle" onClick={() => setFields(EVENT_FIELDS)}>
                  {t('export.everything')}
                </Button>
              </Group>
            </Group>
            <Group gap="sm">
              {EVENT_FIELDS.map((field) => (
                <Checkbox
                  key={field}
                  label={t(`field.${field}`)}
                  checked={fields.includes(field)}
                  onChange={() => toggleField(field)}
                />
              ))}
            </Group>
          </fieldset>
          {isJsonFormat(format) ? (
            <Text size="sm" c="dimmed">
              {t('export.jsonHint')}
            </Text>
          ) : (
            <Select
              label={t('export.zone')}
              value={timeZone}
              allowDeselect={false}
              disabled={job.running}
              data={[
                { value: AS_WRITTEN, label: t('export.asWritten') },
                ...[...new Set([zone, 'UTC'])].map((one) => ({ value: one, label: t('export.inZone', { zone: one }) })),
              ]}
              onChange={(value) => setTimeZone(value ?? AS_WRITTEN)}
            />
          )}
          {(format === 'csv' || format === 'tsv') && (
            <Checkbox
              label={t('export.guard')}
              description={t('export.guardHint')}
              checked={guard}
              disabled={job.running}
              onChange={(event) => setGuard(event.currentTarget.checked)}
            />
          )}
          <Checkbox
            label={t('export.manifest')}
            description={t('export.manifestHint')}
            checked={manifest}
            disabled={job.running}
            onChange={(event) => setManifest(event.currentTarget.checked)}
          />
          {status !== undefined && (status.state === 'capturing' || status.state === 'sorting') && (
            <Text size="sm" c="dimmed">
              {t('export.capturing')}
            </Text>
          )}
          {job.progress !== undefined && (
            <div role="status">
              <Text size="sm">
                {job.progress.phase === 'writing'
                  ? t('export.writing', { rows: number(job.progress.rows), total: number(job.progress.total) })
                  : t(`export.${job.progress.phase}`)}
              </Text>
              <Progress
                aria-label={t('export.title')}
                value={(100 * job.progress.rows) / Math.max(1, job.progress.total)}
              />
            </div>
          )}
          {job.problem !== undefined && <ErrorNotice error={job.problem} />}
          {job.cancelled && <Text role="status">{t('export.cancelled')}</Text>}
          <Group justify="flex-end" gap="sm">
            {blocked !== undefined && (
              <Text size="sm" c="dimmed" style={{ flex: 1 }}>
                {blocked}
              </Text>
            )}
            <Button variant="default" onClick={job.running ? job.cancel : closeDialog} data-testid="export-cancel">
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              loading={job.running}
              disabled={blocked !== undefined || status === undefined}
              data-autofocus
              data-testid="export-start"
            >
              {t('export.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </AppDialog>
  );
}
