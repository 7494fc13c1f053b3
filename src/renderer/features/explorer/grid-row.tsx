/** One row of the grid. Draws nothing anew unless what it shows has changed. */
import { memo } from 'react';
import { AlertCircle, Clock, StickyNote } from 'lucide-react';
import { EVENT_FLAGS, type GridRow as Row, type PathValue } from '../../../shared/event.ts';
import { CategoryMark, ColourMark } from '../../components/category-mark.tsx';
import { Marked } from '../../components/marked.tsx';
import { SourceMark } from '../../components/source-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { isPathField, type ColumnField, type ColumnState } from '../../model/columns.ts';
import { zonedTime } from '../../model/time-format.ts';
import { CELL_LIMIT, cellText, clamp } from '../../model/visible-text.ts';
import { useNameTitle } from '../names/name-words.ts';
import { isNamedField, useName } from '../names/use-name.ts';
import classes from './grid.module.css';
import type { ViewSource } from './view-sources.ts';

interface GridRowProps {
  readonly index: number;
  readonly row: Row | undefined;
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
  /** The field whose values the histogram tells apart, with their colours. */
  readonly stack: Stack;
}

export interface Stack {
  readonly by: string;
  readonly colour: ((value: string) => string | undefined) | undefined;
}

const MONO: ReadonlySet<ColumnField> = new Set(['id', 'action_object_id', 'target_id', 'timestamp']);
const TOOLTIP_LIMIT = 1_000;

export function cellId(index: number, field: ColumnField): string {
  // A path may hold anything; an id may not.
  const name = field.replaceAll(/[^\w-]/g, (character) => `_${String(character.codePointAt(0))}_`);
  return `cell-${String(index)}-${name}`;
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
  stack,
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
              <CellContent
                row={row}
                field={field}
                zone={zone}
                search={search}
                source={sources[row.source]}
                stack={stack}
              />
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
  stack,
}: {
  readonly row: Row;
  readonly field: ColumnField;
  readonly zone: string;
  readonly search: string;
  readonly source: ViewSource | undefined;
  readonly stack: Stack;
}) {
  if (field === 'timestamp') return <TimeCell row={row} zone={zone} />;
  if (field === 'source') return <SourceCell index={row.source} source={source} />;
  if (isPathField(field)) return <PathCell value={row.values?.[field]} search={search} />;
  const value = row[field];
  if (value === '') return <span className="dim">—</span>;
  const colour = stack.by === field && field !== 'category' ? stack.colour?.(value) : undefined;
  if (isNamedField(field)) return <NamedCell value={value} search={search} colour={colour} />;
  return <TextCell field={field} value={value} search={search} colour={colour} />;
}

interface TextCellProps {
  readonly field?: ColumnField;
  readonly value: string;
  readonly search: string;
  /** That of the value in the histogram, where it is told apart there. */
  readonly colour: string | undefined;
}

function TextCell({ field, value, search, colour }: TextCellProps) {
  const { text, cut } = clamp(value, CELL_LIMIT);
  return (
    <>
      {field === 'category' && <CategoryMark category={value} />}
      {colour !== undefined && <ColourMark colour={colour} />}
      <bdi className={classes.text} title={cellText(value, TOOLTIP_LIMIT)}>
        <Marked text={text} search={search} />
        {cut && '…'}
      </bdi>
    </>
  );
}

/** An id by its name; by itself where it is what the search has found. */
function NamedCell({ value, search, colour }: TextCellProps) {
  const named = useName(value);
  const title = useNameTitle();
  if (named === undefined || (search !== '' && value.toLowerCase().includes(search.toLowerCase()))) {
    return <TextCell value={value} search={search} colour={colour} />;
  }
  return (
    <>
      {colour !== undefined && <ColourMark colour={colour} />}
      <bdi className={classes.text} title={title(named)} data-named>
        {cellText(named.label)}
      </bdi>
    </>
  );
}

/** What stands at a path: nothing, a text, or the beginning of a long one. */
function PathCell({ value, search }: { readonly value: PathValue | null | undefined; readonly search: string }) {
  const { t } = useWords();
  if (value == null) return null;
  if (value.text === '') {
    return <span className="dim">{value.cut ? t('grid.tooLarge') : '—'}</span>;
  }
  const { text, cut } = clamp(value.text, CELL_LIMIT);
  return (
    <bdi className={classes.text} title={cellText(value.text, TOOLTIP_LIMIT)}>
      <Marked text={text} search={search} />
      {(cut || value.cut) && '…'}
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

function TimeCell({ row, zone }: { readonly row: Row; readonly zone: string }) {
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
