/** The small form behind a chip and behind "add": which field, is or is not, which values. */
import { Button, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FILTER_FIELDS, type FilterField } from '../../../shared/event.ts';
import type { FieldCondition, PathCondition } from '../../../shared/filter.ts';
import { useWords } from '../../i18n/use-words.ts';
import { isFilterField } from '../../model/filter-edit.ts';
import { ValueInput } from './value-input.tsx';

export type Condition =
  | { readonly type: 'field'; readonly condition: FieldCondition }
  | { readonly type: 'path'; readonly condition: PathCondition };

interface ConditionEditorProps {
  /** What is edited; `undefined` for a new condition. */
  readonly initial: Condition | undefined;
  readonly onApply: (condition: Condition) => void;
}

const PATH = 'path';
const IS = 'is';
const IS_NOT = 'not';

export function ConditionEditor({ initial, onApply }: ConditionEditorProps) {
  const { t } = useWords();
  const [field, setField] = useState<FilterField | typeof PATH>(
    initial === undefined ? 'category' : initial.type === 'path' ? PATH : initial.condition.field,
  );
  const [negate, setNegate] = useState(initial?.condition.negate ?? false);
  const [values, setValues] = useState<readonly string[]>(initial?.type === 'field' ? initial.condition.values : []);
  const [path, setPath] = useState(initial?.type === 'path' ? initial.condition.path : '');
  const [value, setValue] = useState(initial?.type === 'path' ? initial.condition.value : '');
  const ready = field === PATH ? path.trim() !== '' : values.length > 0;
  const apply = (): void => {
    if (!ready) return;
    if (field === PATH) onApply({ type: 'path', condition: { path: path.trim(), value, negate } });
    else onApply({ type: 'field', condition: { field, values: [...values], negate } });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      data-testid="condition-editor"
    >
      <Stack gap="sm" w={320}>
        <Select
          label={t('filter.field')}
          data={[
            ...FILTER_FIELDS.map((name) => ({ value: name, label: t(`field.${name}`) })),
            { value: PATH, label: t('filter.path') },
          ]}
          value={field}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          data-testid="filter-field"
          onChange={(name) => {
            if (name === null) return;
            setField(isFilterField(name) ? name : PATH);
            setValues([]);
          }}
        />
        <SegmentedControl
          aria-label={t('filter.mode')}
          data={[
            { value: IS, label: t('filter.isAnyOf') },
            { value: IS_NOT, label: t('filter.isNoneOf') },
          ]}
          value={negate ? IS_NOT : IS}
          onChange={(mode) => setNegate(mode === IS_NOT)}
        />
        {field === PATH ? (
          <>
            <TextInput
              label={t('filter.pathLabel')}
              placeholder={t('filter.pathHint')}
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
            />
            <TextInput
              label={t('filter.pathValue')}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          </>
        ) : (
          <ValueInput key={field} field={field} values={values} onChange={setValues} onSubmit={apply} />
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!ready} data-testid="filter-apply">
            {t('filter.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
