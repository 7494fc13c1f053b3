/** Which columns the grid shows, and in which order, by mouse or keyboard. */
import { ActionIcon, Checkbox, Group, Popover, Stack, Text, Button } from '@mantine/core';
import { ChevronDown, ChevronUp, Columns3 } from 'lucide-react';
import { useWords } from '../../i18n/use-words.ts';
import { moveColumn, toggleColumn, type ColumnState } from '../../model/columns.ts';
import { setColumns } from './use-columns.ts';
import { useViewSources } from './view-sources.ts';

export function ColumnMenu({ columns }: { readonly columns: readonly ColumnState[] }) {
  const { t } = useWords();
  const several = useViewSources().length > 1;
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon aria-label={t('grid.columns')} title={t('grid.columns')} data-testid="columns-button">
          <Columns3 size={15} strokeWidth={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Text fw={600} mb="xs">
          {t('grid.columns')}
        </Text>
        <Stack gap={2}>
          {columns.map(({ field, hidden }) => {
            if (field === 'source' && !several) return null;
            const name = t(`field.${field}`);
            return (
              <Group key={field} gap="xs" justify="space-between" wrap="nowrap">
                <Checkbox
                  label={name}
                  aria-label={t('grid.showColumn', { field: name })}
                  checked={!hidden}
                  onChange={() => setColumns(toggleColumn(columns, field))}
                />
                <Group gap={0} wrap="nowrap">
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
          })}
        </Stack>
        <Button variant="subtle" mt="xs" onClick={() => setColumns([])}>
          {t('grid.resetColumns')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
