/** Values for a condition: typed, or picked from those the store has, with how often each occurs. */
import { Combobox, Group, Pill, PillsInput, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type KeyboardEvent } from 'react';
import { FACET_FIELDS, type FacetField, type FilterField } from '../../../shared/event.ts';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

interface ValueInputProps {
  readonly field: FilterField;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  /** Enter on an empty line, when there are values. */
  readonly onSubmit: () => void;
}

const SUGGESTIONS = 12;
const EMPTY_OPTION = 'empty';
const TYPED_OPTION = 'typed';
const VALUE_OPTION = 'value:';

function isFacetField(field: FilterField): field is FacetField {
  return FACET_FIELDS.some((one) => one === field);
}

export function ValueInput({ field, values, onChange, onSubmit }: ValueInputProps) {
  const { t, number } = useWords();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const combobox = useCombobox();
  const { snapshot_id } = useShownView();
  const facet = isFacetField(field) ? field : undefined;
  const { data } = useSnapshotQuery(
    'event_audit_get_facets',
    facet === undefined ? undefined : snapshot_id,
    { suggest: facet, asked },
    (snapshot) => ({
      snapshot_id: snapshot,
      fields: facet === undefined ? [] : [facet],
      contains: asked,
      limit: SUGGESTIONS,
    }),
  );
  const suggestions = (data?.facets[0]?.values ?? []).filter(({ value }) => value !== '' && !values.includes(value));
  const typed = text.trim();
  const add = (value: string): void => {
    onChange([...new Set([...values, value])]);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Backspace' && text === '') onChange(values.slice(0, -1));
    if (event.key !== 'Enter' || combobox.getSelectedOptionIndex() !== -1) return;
    event.preventDefault();
    if (typed !== '') add(typed);
    else if (values.length > 0) onSubmit();
  };
  const pick = (option: string): void => {
    if (option === EMPTY_OPTION) add('');
    else if (option === TYPED_OPTION) add(typed);
    else add(option.slice(VALUE_OPTION.length));
    combobox.resetSelectedOption();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={pick}>
      <PillsInput size="xs" label={t('filter.values')}>
        <Pill.Group>
          {values.map((value) => (
            <Pill
              key={value}
              withRemoveButton
              onRemove={() => onChange(values.filter((one) => one !== value))}
              removeButtonProps={{ 'aria-label': `${t('common.remove')} ${cellText(value, 40)}` }}
            >
              <SafeText value={value} limit={60} />
            </Pill>
          ))}
          <Combobox.EventsTarget>
            <PillsInput.Field
              aria-label={t('filter.values')}
              placeholder={t('filter.addValue')}
              value={text}
              data-autofocus
              data-testid="filter-value"
              onChange={(event) => {
                setText(event.currentTarget.value);
                combobox.resetSelectedOption();
              }}
              onKeyDown={onKeyDown}
            />
          </Combobox.EventsTarget>
        </Pill.Group>
      </PillsInput>
      <Combobox.Options aria-label={t('filter.values')} mah={224} mt={4} style={{ overflowY: 'auto' }}>
        {typed !== '' && !suggestions.some(({ value }) => value === typed) && (
          <Combobox.Option value={TYPED_OPTION}>
            <bdi>{t('filter.useValue', { value: cellText(typed, 60) })}</bdi>
          </Combobox.Option>
        )}
        {suggestions.map(({ value, count }) => (
          <Combobox.Option key={value} value={`${VALUE_OPTION}${value}`}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <span className="clip">
                <SafeText value={value} limit={80} />
              </span>
              <Text size="xs" c="dimmed">
                {number(count)}
              </Text>
            </Group>
          </Combobox.Option>
        ))}
        {typed === '' && !values.includes('') && (
          <Combobox.Option value={EMPTY_OPTION}>{t('filter.emptyValue')}</Combobox.Option>
        )}
      </Combobox.Options>
    </Combobox>
  );
}
