/** The menu of a cell: include, exclude, only this, copy. */
import { Menu } from '@mantine/core';
import { Copy, CopyPlus, Braces, Download, Filter, FilterX, Focus, Layers2, PanelRight } from 'lucide-react';
import type { GridRow } from '../../../shared/event.ts';
import { copyText } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { ColumnField } from '../../model/columns.ts';
import { cellText } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openDetail, useView } from '../../stores/view.ts';
import { MomentItems } from './moment-items.tsx';
import { usePickedActions } from './picked-actions.ts';
import { copyEventJson, copyRow, filterByCell, isFilterable, rawValue } from './row-actions.ts';
import { useViewSources } from './view-sources.ts';

export interface CellMenuState {
  readonly row: GridRow;
  readonly field: ColumnField;
  /** Where it opens, in window pixels. */
  readonly x: number;
  readonly y: number;
}

interface CellMenuProps {
  readonly at: CellMenuState | undefined;
  readonly snapshot_id: string | undefined;
  readonly onClose: () => void;
}

const VALUE_LIMIT = 40;
const ICON = 14;

export function CellMenu({ at, snapshot_id, onClose }: CellMenuProps) {
  const { t } = useWords();
  const sources = useViewSources();
  const picked = usePickedActions();
  const zone = usePreferences((state) => state.values.time_zone);
  const isPicked = useView((state) => at !== undefined && state.selected.has(at.row.n));
  if (at === undefined) return null;
  const together = isPicked ? picked : [];
  const { row, field, x, y } = at;
  const raw = rawValue(row, field);
  const shown = field === 'source' ? (sources[row.source]?.name ?? raw) : raw;
  const value = shown === '' ? t('common.empty') : cellText(shown, VALUE_LIMIT);
  return (
    // The key makes a second right click a new menu at its own place.
    <Menu key={`${String(x)}/${String(y)}`} opened onClose={onClose} position="bottom-start" withinPortal returnFocus>
      <Menu.Target>
        <span style={{ position: 'fixed', left: x, top: y, width: 0, height: 0 }} />
      </Menu.Target>
      <Menu.Dropdown data-testid="cell-menu">
        {isFilterable(row, field) && (
          <>
            <Menu.Item
              leftSection={<Filter size={ICON} aria-hidden />}
              rightSection={<kbd>I</kbd>}
              onClick={() => filterByCell('include', row, field)}
            >
              <bdi>{t('grid.include', { value })}</bdi>
            </Menu.Item>
            <Menu.Item
              leftSection={<FilterX size={ICON} aria-hidden />}
              rightSection={<kbd>X</kbd>}
              onClick={() => filterByCell('exclude', row, field)}
            >
              <bdi>{t('grid.exclude', { value })}</bdi>
            </Menu.Item>
            <Menu.Item leftSection={<Focus size={ICON} aria-hidden />} onClick={() => filterByCell('only', row, field)}>
              <bdi>{t('grid.only', { value })}</bdi>
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        {field === 'timestamp' && <MomentItems row={row} zone={zone} />}
        <Menu.Item leftSection={<PanelRight size={ICON} aria-hidden />} onClick={() => openDetail(row.n)}>
          {t('grid.openDetail')}
        </Menu.Item>
        {together.length > 0 && (
          <>
            {together.map(({ id, label, run }) => (
              <Menu.Item
                key={id}
                leftSection={
                  id === 'export-picked' ? <Download size={ICON} aria-hidden /> : <Layers2 size={ICON} aria-hidden />
                }
                onClick={run}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<Copy size={ICON} aria-hidden />} onClick={() => copyText(raw)}>
          {t('grid.copyValue')}
        </Menu.Item>
        <Menu.Item leftSection={<CopyPlus size={ICON} aria-hidden />} onClick={() => copyRow(row)}>
          {t('grid.copyRow')}
        </Menu.Item>
        <Menu.Item
          leftSection={<Braces size={ICON} aria-hidden />}
          onClick={() => {
            if (snapshot_id !== undefined) void copyEventJson(snapshot_id, row.n);
          }}
        >
          {t('grid.copyJson')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
