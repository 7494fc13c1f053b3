/** The columns of a file: in order, each moved or left out, and any other added by name or path. */
import { ActionIcon, Autocomplete, Button, Group, Text } from '@mantine/core';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useState } from 'react';
import { EVENT_FIELDS, FLAT_FIELDS } from '../../../shared/event.ts';
import { ADDED_COLUMNS, isNameColumn } from '../../../shared/export-columns.ts';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { isColumn, moved } from '../../model/export-choice.ts';
import { cellText } from '../../model/visible-text.ts';
import classes from './export.module.css';

interface ColumnEditorProps {
  readonly columns: readonly string[];
  readonly paths: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
}

/** Columns that can be added by name; those of names come with their ids. */
const ADDABLE = ADDED_COLUMNS.filter((name) => !isNameColumn(name));

export function ColumnEditor({ columns, paths, onChange }: ColumnEditorProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [isBad, setIsBad] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const add = (name: string): void => {
    const column = name.trim();
    if (column === '') return;
    if (!isColumn(column)) {
      setIsBad(true);
      return;
    }
    if (!columns.includes(column)) onChange([...columns, column]);
    setTyped('');
    // What is offered would lie over what is chosen next.
    setIsOpen(false);
  };
  const unused = (names: readonly string[]): string[] => names.filter((name) => !columns.includes(name));
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={500} id="export-columns">
          {t('export.columns')}
        </Text>
        <Group gap="xs">
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(FLAT_FIELDS)}>
            {t('export.flat')}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(EVENT_FIELDS)}>
            {t('export.everything')}
          </Button>
        </Group>
      </Group>
      <ol className={classes.columns} aria-labelledby="export-columns" data-testid="export-columns">
        {columns.map((column, at) => (
          <li key={column} className={classes.column} data-column={column}>
            <bdi className={`mono ${classes.columnName ?? ''}`} title={cellText(column, 200)}>
              {cellText(column, 80)}
            </bdi>
            <ColumnButton
              label={t('export.moveUp', { column: cellText(column, 80) })}
              disabled={at === 0}
              onClick={() => onChange(moved(columns, at, -1))}
            >
              <ArrowUp size={13} />
            </ColumnButton>
            <ColumnButton
              label={t('export.moveDown', { column: cellText(column, 80) })}
              disabled={at === columns.length - 1}
              onClick={() => onChange(moved(columns, at, 1))}
            >
              <ArrowDown size={13} />
            </ColumnButton>
            <ColumnButton
              label={t('export.removeColumn', { column: cellText(column, 80) })}
              onClick={() => onChange(columns.filter((one) => one !== column))}
            >
              <X size={13} />
            </ColumnButton>
          </li>
        ))}
      </ol>
      <Autocomplete
        mt={6}
        size="xs"
        aria-label={t('export.addColumn')}
        placeholder={t('export.addColumn')}
        value={typed}
        renderOption={({ option }) => <SafeText value={option.value} limit={120} />}
        limit={40}
        maxDropdownHeight={220}
        error={isBad ? t('export.noColumn') : undefined}
        data={[
          { group: t('export.groupFields'), items: unused(EVENT_FIELDS) },
          { group: t('export.groupAdded'), items: unused(ADDABLE) },
          { group: t('export.groupPaths'), items: unused(paths) },
        ]}
        data-testid="export-add-column"
        dropdownOpened={isOpen}
        onDropdownOpen={() => setIsOpen(true)}
        onDropdownClose={() => setIsOpen(false)}
        onChange={(value) => {
          setTyped(value);
          setIsBad(false);
        }}
        onOptionSubmit={(value) => {
          add(value);
          // The input takes the option's text after this; it is to be empty again.
          setTimeout(() => setTyped(''));
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add(event.currentTarget.value);
        }}
      />
    </div>
  );
}

interface ColumnButtonProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function ColumnButton({ label, disabled = false, onClick, children }: ColumnButtonProps) {
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
