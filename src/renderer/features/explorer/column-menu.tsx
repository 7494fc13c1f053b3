/** Which columns the grid shows, and in which order, by mouse or keyboard: fields, and values inside the JSON by their path. */
import { ActionIcon, Button, Checkbox, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { ChevronDown, ChevronUp, Columns3, X } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { isPathField, moveColumn, removeColumn, toggleColumn, type ColumnState } from '../../model/columns.ts';
import { useColumnName } from './column-name.ts';
import { PathChoice } from './path-choice.tsx';
import { resetColumns, setColumns } from './use-columns.ts';
import { useViewSources } from './view-sources.ts';

export function ColumnMenu({ columns }: { readonly columns: readonly ColumnState[] }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          aria-label={t('grid.columns')}
          title={t('grid.columns')}
          data-testid="columns-button"
          onClick={() => setOpen(!open)}
        >
          <Columns3 size={15} strokeWidth={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm" w={340} data-testid="columns">
        <Choice columns={columns} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ columns }: { readonly columns: readonly ColumnState[] }) {
  const { t } = useWords();
  const several = useViewSources().length > 1;
  const nameOf = useColumnName();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = columns.filter(
    ({ field }) => (field !== 'source' || several) && nameOf(field).toLowerCase().includes(wanted),
  );
  return (
    <>
      <TextInput
        aria-label={t('columns.search')}
        placeholder={t('columns.search')}
        mb="xs"
        value={text}
        data-autofocus
        data-testid="columns-search"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Stack gap={2}>
        {shown.map((column) => (
          <ColumnLine key={column.field} column={column} columns={columns} name={nameOf(column.field)} />
        ))}
      </Stack>
      <Text size="xs" fw={600} c="dimmed" mt="sm" mb={4}>
        {t('columns.paths')}
      </Text>
      <PathChoice columns={columns} text={wanted} />
      <Button variant="subtle" mt="xs" onClick={resetColumns}>
        {t('grid.resetColumns')}
      </Button>
    </>
  );
}

interface ColumnLineProps {
  readonly column: ColumnState;
  readonly columns: readonly ColumnState[];
  readonly name: string;
}

function ColumnLine({ column: { field, hidden }, columns, name }: ColumnLineProps) {
  const { t } = useWords();
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <Checkbox
        label={<bdi>{name}</bdi>}
        styles={{ label: { overflowWrap: 'anywhere' } }}
        aria-label={t('grid.showColumn', { field: name })}
        checked={!hidden}
        onChange={() => setColumns(toggleColumn(columns, field))}
      />
      <Group gap={0} wrap="nowrap">
        {isPathField(field) && (
          <ActionIcon
            size={20}
            aria-label={t('columns.remove', { field: name })}
            onClick={() => setColumns(removeColumn(columns, field))}
          >
            <X size={13} aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon
          size={20}
          aria-label={t('grid.moveLeft', { field: name })}
          onClick={() => setColumns(moveColumn(columns, field, -1))}
        >
          <ChevronUp size={13} aria-hidden />
        </ActionIcon>
        <ActionIcon
          size={20}
          aria-label={t('grid.moveRight', { field: name })}
          onClick={() => setColumns(moveColumn(columns, field, 1))}
        >
          <ChevronDown size={13} aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  );
}
