/**
 * The histogram drawn: stacked bars, a time axis, counts under the pointer. Dragging, a click on a bar, or the keys set the
 * time range: arrows go from bar to bar, with Shift they choose, Enter takes what is chosen.
 */
import { VisuallyHidden } from '@mantine/core';
import { memo, useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { barAt, barsRange, brushedRange, type Bar, type BarChart } from '../../model/histogram-bars.ts';
import { formatBound } from '../../model/time-format.ts';
import { timeTicks } from '../../model/time-ticks.ts';
import { HistogramTip } from './histogram-tip.tsx';
import classes from './histogram.module.css';
import { OTHER_COLOUR, type SeriesWords } from './series-words.ts';

const TOP = 20;
const AXIS = 16;
const SIDE = 8;
const TICK_WIDTH = 96;
/** Wide enough to tell whether a label still fits. */
const LETTER = 6;

interface HistogramChartProps {
  readonly chart: BarChart;
  readonly zone: string;
  readonly width: number;
  readonly height: number;
  readonly caption: string;
  readonly label: string;
  readonly words: SeriesWords;
  /** What a stretch that was dragged over, or a bar that was clicked, means. */
  readonly onRange: (range: { readonly from: string; readonly to: string }) => void;
}

/** Where the keys are: the bar they are on, and the one where choosing began. */
interface Cursor {
  readonly at: number;
  readonly from: number;
}

export function HistogramChart({ chart, zone, width, height, caption, label, words, onRange }: HistogramChartProps) {
  const { t, number, counted } = useWords();
  const [hover, setHover] = useState<number>();
  const [brush, setBrush] = useState<number>();
  const [cursor, setCursor] = useState<Cursor>();
  const inner = Math.max(1, width - 2 * SIDE);
  const tall = Math.max(1, height - TOP - AXIS);
  const ticks = useMemo(
    () => timeTicks(chart.from, chart.to, Math.floor(inner / TICK_WIDTH), zone),
    [chart, inner, zone],
  );
  const place = (event: PointerEvent<HTMLDivElement>): number =>
    Math.min(1, Math.max(0, (event.clientX - event.currentTarget.getBoundingClientRect().left - SIDE) / inner));
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    if (brush === undefined) return;
    const range = brushedRange(chart, brush, place(event));
    setBrush(undefined);
    if (range !== undefined) onRange(range);
  };
  const last = chart.bars.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    const at = Math.min(last, cursor?.at ?? (event.key === 'ArrowLeft' || event.key === 'End' ? last + 1 : -1));
    const go = (to: number): void => {
      const next = Math.min(last, Math.max(0, to));
      setCursor({ at: next, from: event.shiftKey ? (cursor?.from ?? next) : next });
    };
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => go(at - 1),
      ArrowRight: () => go(at + 1),
      Home: () => go(0),
      End: () => go(last),
      Enter: () => {
        const range = cursor && barsRange(chart, cursor.from, cursor.at);
        setCursor(undefined);
        if (range !== undefined) onRange(range);
      },
      ...(cursor !== undefined && { Escape: () => setCursor(undefined) }),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  const barText = ({ start, end, total }: Bar): string => {
    const span = t('histogram.bucket', { from: formatBound(start, zone), to: formatBound(end, zone) });
    return `${span}: ${t('status.events', counted(total))}`;
  };
  const px = (x: number): number => SIDE + x * inner;
  const onCursor = cursor === undefined ? undefined : chart.bars[Math.min(last, cursor.at)];
  const began = cursor === undefined ? undefined : chart.bars[Math.min(last, cursor.from)];
  const bar = onCursor ?? (hover === undefined ? undefined : barAt(chart, hover));
  const chosen = chosenSpan(brush, hover, onCursor, began);
  return (
    <div
      className={classes.surface}
      title={bar === undefined ? t('histogram.brush') : undefined}
      role="slider"
      aria-label={label}
      aria-describedby="histogram-keys"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.min(Math.max(0, last), cursor?.at ?? 0)}
      aria-valuetext={onCursor === undefined ? t('histogram.noBar') : barText(onCursor)}
      tabIndex={0}
      data-testid="histogram-chart"
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setCursor(undefined);
        setBrush(place(event));
      }}
      onPointerMove={(event) => setHover(place(event))}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setBrush(undefined)}
      onPointerLeave={() => setHover(undefined)}
    >
      <svg className={classes.svg} aria-hidden>
        <text className={classes.axis} x={SIDE} y={13}>
          {number(chart.max)}
        </text>
        <line className={classes.grid} x1={SIDE} x2={SIDE + inner} y1={TOP + tall + 0.5} y2={TOP + tall + 0.5} />
        <Bars chart={chart} inner={inner} tall={tall} colour={words.colour} />
        {bar !== undefined && chosen === undefined && (
          <rect className={classes.hover} x={px(bar.x)} width={Math.max(1, bar.width * inner)} y={TOP} height={tall} />
        )}
        {chosen !== undefined && (
          <rect
            className={classes.brush}
            x={px(chosen.from)}
            width={Math.max(1, (chosen.to - chosen.from) * inner)}
            y={TOP - 2}
            height={tall + 2}
          />
        )}
        {ticks.map(({ at, label: text }) => {
          const x = px((at - chart.from) / (chart.to - chart.from));
          return (
            <g key={at}>
              <line className={classes.grid} x1={x} x2={x} y1={TOP + tall} y2={TOP + tall + 4} />
              <text className={classes.axis} x={x + 3} y={TOP + tall + 12}>
                {x + text.length * LETTER < width ? text : ''}
              </text>
            </g>
          );
        })}
      </svg>
      {caption !== '' && <div className={classes.caption}>{caption}</div>}
      {bar !== undefined && (
        <HistogramTip bar={bar} zone={zone} x={px(bar.x + bar.width / 2)} width={width} words={words} />
      )}
      <VisuallyHidden id="histogram-keys">{t('histogram.keys')}</VisuallyHidden>
    </div>
  );
}

/** What is being chosen, by dragging or by keys, in fractions of the width. */
function chosenSpan(
  brush: number | undefined,
  hover: number | undefined,
  cursor: Bar | undefined,
  began: Bar | undefined,
): { readonly from: number; readonly to: number } | undefined {
  if (brush !== undefined && hover !== undefined) return { from: Math.min(brush, hover), to: Math.max(brush, hover) };
  if (cursor === undefined || began === undefined) return undefined;
  return { from: Math.min(cursor.x, began.x), to: Math.max(cursor.x + cursor.width, began.x + began.width) };
}

interface BarsProps {
  readonly chart: BarChart;
  readonly inner: number;
  readonly tall: number;
  readonly colour: (name: string) => string;
}

/** Apart, so that moving the pointer does not draw hundreds of bars again. */
const Bars = memo(function Bars({ chart, inner, tall, colour }: BarsProps) {
  return chart.bars.map((bar) => {
    const width = bar.width * inner;
    const gap = width > 3 ? 1 : width > 1.5 ? 0.5 : 0;
    return (
      <g key={bar.start} data-testid="bar" data-start={bar.start} data-total={bar.total}>
        {bar.parts.map(({ name, y, height }) => (
          <rect
            key={name ?? ' others'}
            x={SIDE + bar.x * inner}
            width={Math.max(1, width - gap)}
            y={TOP + tall * (1 - y - height) - (y === 0 ? Math.max(0, 1 - tall * height) : 0)}
            height={Math.max(y === 0 ? 1 : 0, tall * height)}
            style={{ fill: name === undefined ? OTHER_COLOUR : colour(name) }}
          />
        ))}
      </g>
    );
  });
});
