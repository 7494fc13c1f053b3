/** What is written of each event, and how: columns, names, times, masks, guards. */
import { Checkbox, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import type { ExportFormat } from '../../../shared/contract.ts';
import { nameChoiceSchema } from '../../../shared/export-columns.ts';
import { useWords } from '../../i18n/use-words.ts';
import { holdsWhole, isJson, namesUnder, type ExportChoice } from '../../model/export-choice.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { ColumnEditor } from './column-editor.tsx';
import { MaskEditor } from './mask-editor.tsx';

const AS_WRITTEN = '';

interface ExportOptionsProps {
  readonly format: ExportFormat;
  readonly choice: ExportChoice;
  readonly paths: readonly string[];
  readonly onChange: (change: Partial<ExportChoice>) => void;
}

export function ExportOptions({ format, choice, paths, onChange }: ExportOptionsProps) {
  const { t } = useWords();
  const { whole, columns, mask, guard, manifest, pathValues } = choice;
  const hasPaths = !whole && columns.some((column) => /^(?:result|payload)[.[]/.test(column));
  return (
    <Stack gap={14}>
      {holdsWhole(format) && (
        <div>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('export.content')}
            value={whole ? 'whole' : 'columns'}
            data={[
              { value: 'whole', label: t('export.wholeEvents') },
              { value: 'columns', label: t('export.chosenColumns') },
            ]}
            onChange={(value) => onChange({ whole: value === 'whole' })}
          />
          {whole && (
            <Text size="xs" c="dimmed" mt={4}>
              {t(isJson(format) ? 'export.wholeJson' : 'export.wholeParquet')}
            </Text>
          )}
        </div>
      )}
      {!whole && <ColumnEditor columns={columns} paths={paths} onChange={(next) => onChange({ columns: next })} />}
      {!whole && <Names choice={choice} onChange={onChange} />}
      {!isJson(format) && <Times choice={choice} onChange={onChange} />}
      <MaskEditor mask={mask} paths={paths} onChange={(next) => onChange({ mask: next })} />
      {hasPaths && !isJson(format) && (
        <Checkbox
          size="xs"
          label={t('export.pathValues')}
          description={t('export.pathValuesHint')}
          checked={pathValues === 'json'}
          onChange={(event) => onChange({ pathValues: event.currentTarget.checked ? 'json' : 'text' })}
        />
      )}
      {(format === 'csv' || format === 'tsv') && (
        <Checkbox
          size="xs"
          label={t('export.guard')}
          description={t('export.guardHint')}
          checked={guard}
          onChange={(event) => onChange({ guard: event.currentTarget.checked })}
        />
      )}
      <Checkbox
        size="xs"
        label={t('export.manifest')}
        description={t('export.manifestHint')}
        checked={manifest}
        onChange={(event) => onChange({ manifest: event.currentTarget.checked })}
      />
    </Stack>
  );
}

interface PartProps {
  readonly choice: ExportChoice;
  readonly onChange: (change: Partial<ExportChoice>) => void;
}

function Names({ choice: { names, mask }, onChange }: PartProps) {
  const { t } = useWords();
  const used = namesUnder(mask, names);
  const words = { id: 'export.namesId', both: 'export.namesBoth', name: 'export.namesName' } as const;
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>
        {t('export.names')}
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('export.names')}
        value={used}
        disabled={used !== names}
        data={nameChoiceSchema.options.map((value) => ({ value, label: t(words[value]) }))}
        onChange={(value) => onChange({ names: nameChoiceSchema.parse(value) })}
      />
      {used !== names && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('export.namesMasked')}
        </Text>
      )}
    </div>
  );
}

function Times({ choice: { timeZone }, onChange }: PartProps) {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const zones = [...new Set([zone, 'UTC', ...(timeZone === AS_WRITTEN ? [] : [timeZone])])];
  return (
    <Select
      size="xs"
      label={t('export.zone')}
      value={timeZone}
      allowDeselect={false}
      data={[
        { value: AS_WRITTEN, label: t('export.asWritten') },
        ...zones.map((one) => ({ value: one, label: t('export.inZone', { zone: one }) })),
      ]}
      onChange={(value) => onChange({ timeZone: value ?? AS_WRITTEN })}
    />
  );
}
