/** The grid's header: order by click, width by dragging the edge, place by dragging the name. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { dropColumn, isColumnField, isPathField, type ColumnState } from '../../model/columns.ts';
import { sortBy, useView } from '../../stores/view.ts';
import { useColumnName } from './column-name.ts';
import classes from './grid.module.css';
import { setColumns, type EventTable } from './use-columns.ts';

interface GridHeaderProps {
  readonly table: EventTable;
  readonly columns: readonly ColumnState[];
}

const DRAG_TYPE = 'application/x-event-audit-column';

export function GridHeader({ table, columns }: GridHeaderProps) {
  const { t } = useWords();
  const nameOf = useColumnName();
  const sort = useView((state) => state.sort);
  const [target, setTarget] = useState<string>();
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const onDrop = (event: DragEvent, onto: string): void => {
    const field = event.dataTransfer.getData(DRAG_TYPE);
    setTarget(undefined);
    if (!isColumnField(field) || !isColumnField(onto)) return;
    event.preventDefault();
    setColumns(dropColumn(columns, field, onto));
  };
  return (
    <div className={classes.header} role="row" aria-rowindex={1} style={{ width: table.getTotalSize() }}>
      {headers.map((header, index) => {
        const field = header.column.id;
        if (!isColumnField(field)) return null;
        const sorted = sort.field === field ? sort.direction : undefined;
        const Arrow = sorted === 'asc' ? ArrowUp : ArrowDown;
        return (
          <div
            key={field}
            className={classes.head}
            style={{ width: header.getSize() }}
            role="columnheader"
            aria-colindex={index + 1}
            aria-sort={sorted === undefined ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
            data-drop={target === field || undefined}
            data-testid={`head-${field}`}
          >
            <button
              type="button"
              className={classes.sort}
              tabIndex={-1}
              {...(field === 'source' || isPathField(field)
                ? { title: isPathField(field) ? `${nameOf(field)}\n${t('grid.notSortable')}` : undefined }
                : { title: t('grid.sortHint', { field: nameOf(field) }), onClick: () => sortBy(field) })}
              draggable
              onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, field)}
              onDragOver={(event) => {
                if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
                event.preventDefault();
                setTarget(field);
              }}
              onDragLeave={() => setTarget(undefined)}
              onDrop={(event) => onDrop(event, field)}
            >
              <bdi className="clip" data-path={isPathField(field) || undefined}>
                {nameOf(field)}
              </bdi>
              {sorted !== undefined && <Arrow size={13} aria-hidden />}
            </button>
            <div
              className={classes.resizer}
              onMouseDown={header.getResizeHandler()}
              onTouchStart={header.getResizeHandler()}
              onDoubleClick={() => header.column.resetSize()}
              aria-hidden
            />
          </div>
        );
      })}
    </div>
  );
}
