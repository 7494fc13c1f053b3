/** One row of the grid. Draws nothing anew unless what it shows has changed. */
import { memo } from 'react';
import { AlertCircle, Clock, StickyNote } from 'lucide-react';
import { EVENT_FLAGS, type EventRow } from '../../../shared/event.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { Marked } from '../../components/marked.tsx';
import { SourceMark } from '../../components/source-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { ColumnField, ColumnState } from '../../model/columns.ts';
import { zonedTime } from '../../model/time-format.ts';
import { CELL_LIMIT, cellText, clamp } from '../../model/visible-text.ts';
import { useNameTitle } from '../names/name-words.ts';
import { isNamedField, useName } from '../names/use-name.ts';
import classes from './grid.module.css';
import type { ViewSource } from './view-sources.ts';

interface GridRowProps {
  readonly index: number;
  readonly row: EventRow | undefined;
  readonly columns: readonly ColumnState[];
  readonly height: number;
  readonly zone: string;
  /** By the number in which rows name them; empty when there is one only. */
  readonly sources: readonly ViewSource[];
  readonly selected: boolean;
  readonly open: boolean;
  readonly focus: ColumnField | undefined;
  /** What somebody noted on the event. */
  readonly note: string | undefined;
  /** What is searched for, to be marked. */
  readonly search: string;
}

const MONO: ReadonlySet<ColumnField> = new Set(['id', 'action_object_id', 'target_id', 'timestamp']);
const TOOLTIP_LIMIT = 1_000;

export function cellId(index: number, field: ColumnField): string {
  return `cell-${String(index)}-${field}`;
}

export const GridRow = memo(function GridRow({
  index,
  row,
  columns,
  height,
  zone,
  sources,
  selected,
  open,
  focus,
  note,
  search,
}: GridRowProps) {
  return (
    <div
      className={classes.row}
      style={{ height }}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-testid="grid-row"
      data-open={open || undefined}
      data-loading={row === undefined || undefined}
    >
      {columns.map(({ field, width }, column) => (
        <div
          key={field}
          id={cellId(index, field)}
          className={classes.cell}
          style={{ width }}
          role="gridcell"
          aria-colindex={column + 1}
          data-field={field}
          data-mono={MONO.has(field) || undefined}
          data-focused={focus === field || undefined}
        >
          {row === undefined ? (
            <span className={classes.skeleton} />
          ) : (
            <>
              <CellContent row={row} field={field} zone={zone} search={search} source={sources[row.source]} />
              {column === 0 && note !== undefined && <NoteMark text={note} />}
            </>
          )}
        </div>
      ))}
    </div>
  );
});

function CellContent({
  row,
  field,
  zone,
  search,
  source,
}: {
  readonly row: EventRow;
  readonly field: ColumnField;
  readonly zone: string;
  readonly search: string;
  readonly source: ViewSource | undefined;
}) {
  if (field === 'timestamp') return <TimeCell row={row} zone={zone} />;
  if (field === 'source') return <SourceCell index={row.source} source={source} />;
  const value = row[field];
  if (value === '') return <span className="dim">—</span>;
  if (isNamedField(field)) return <NamedCell value={value} search={search} />;
  return <TextCell field={field} value={value} search={search} />;
}

interface TextCellProps {
  readonly field?: ColumnField;
  readonly value: string;
  readonly search: string;
}

function TextCell({ field, value, search }: TextCellProps) {
  const { text, cut } = clamp(value, CELL_LIMIT);
  return (
    <>
      {field === 'category' && <CategoryMark category={value} />}
      <bdi className={classes.text} title={cellText(value, TOOLTIP_LIMIT)}>
        <Marked text={text} search={search} />
        {cut && '…'}
      </bdi>
    </>
  );
}

/** An id by its name; by itself where it is what the search has found. */
function NamedCell({ value, search }: TextCellProps) {
  const named = useName(value);
  const title = useNameTitle();
  if (named === undefined || (search !== '' && value.toLowerCase().includes(search.toLowerCase()))) {
    return <TextCell value={value} search={search} />;
  }
  return (
    <bdi className={classes.text} title={title(named)} data-named>
      {cellText(named.label)}
    </bdi>
  );
}

/** In the first column, whichever that is. */
function NoteMark({ text }: { readonly text: string }) {
  const { t } = useWords();
  const label = t('notes.marker', { text: cellText(text, TOOLTIP_LIMIT) });
  return (
    <span title={label} className={classes.flag} data-testid="note-mark">
      <StickyNote size={12} aria-label={label} />
    </span>
  );
}

function SourceCell({ index, source }: { readonly index: number; readonly source: ViewSource | undefined }) {
  if (source === undefined) return null;
  return (
    <>
      <SourceMark index={index} />
      <bdi className={classes.text} title={cellText(source.url, TOOLTIP_LIMIT)}>
        {cellText(source.name)}
      </bdi>
    </>
  );
}

function TimeCell({ row, zone }: { readonly row: EventRow; readonly zone: string }) {
  const { t } = useWords();
  const { date, time } = zonedTime(row.instant, zone);
  const naive = (row.flags & EVENT_FLAGS.naiveTime) !== 0;
  const noticed = (row.flags & ~(EVENT_FLAGS.naiveTime | EVENT_FLAGS.notCanonical)) !== 0;
  const title = [
    t('grid.original', { text: cellText(row.timestamp, TOOLTIP_LIMIT) }),
    t('grid.utc', { text: row.instant }),
    ...(naive ? [t('grid.naive')] : []),
  ].join('\n');
  return (
    <>
      <span className={classes.text} title={title}>
        <span className={classes.date}>{date}</span> {time}
      </span>
      {naive && <Clock className={classes.flag} size={12} aria-label={t('grid.naive')} />}
      {noticed && <AlertCircle className={classes.flag} size={12} aria-label={t('detail.flags')} />}
    </>
  );
}
