/** The histogram drawn: stacked bars, a time axis, counts under the pointer. Dragging, or a click on a bar, sets the time range. */
import { memo, useMemo, useState, type PointerEvent } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { categoryColour } from '../../model/category-colour.ts';
import { barAt, brushedRange, type BarChart } from '../../model/histogram-bars.ts';
import { timeTicks } from '../../model/time-ticks.ts';
import { HistogramTip } from './histogram-tip.tsx';
import classes from './histogram.module.css';

const TOP = 18;
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
  /** What a stretch that was dragged over, or a bar that was clicked, means. */
  readonly onRange: (range: { readonly from: string; readonly to: string }) => void;
}

export function HistogramChart({ chart, zone, width, height, caption, label, onRange }: HistogramChartProps) {
  const { t, number } = useWords();
  const [hover, setHover] = useState<number>();
  const [brush, setBrush] = useState<number>();
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
  const bar = hover === undefined ? undefined : barAt(chart, hover);
  const px = (x: number): number => SIDE + x * inner;
  return (
    <div
      className={classes.surface}
      title={bar === undefined ? t('histogram.brush') : undefined}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setBrush(place(event));
      }}
      onPointerMove={(event) => setHover(place(event))}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setBrush(undefined)}
      onPointerLeave={() => setHover(undefined)}
    >
      <svg className={classes.svg} role="img" aria-label={label}>
        <text className={classes.axis} x={SIDE} y={12}>
          {number(chart.max)}
        </text>
        <line className={classes.grid} x1={SIDE} x2={SIDE + inner} y1={TOP + tall + 0.5} y2={TOP + tall + 0.5} />
        <Bars chart={chart} inner={inner} tall={tall} />
        {bar !== undefined && brush === undefined && (
          <rect className={classes.hover} x={px(bar.x)} width={Math.max(1, bar.width * inner)} y={TOP} height={tall} />
        )}
        {brush !== undefined && hover !== undefined && (
          <rect
            className={classes.brush}
            x={px(Math.min(brush, hover))}
            width={Math.abs(hover - brush) * inner}
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
      <div className={classes.caption}>{caption}</div>
      {bar !== undefined && <HistogramTip bar={bar} zone={zone} x={px(bar.x + bar.width / 2)} width={width} />}
    </div>
  );
}

interface BarsProps {
  readonly chart: BarChart;
  readonly inner: number;
  readonly tall: number;
}

/** Apart, so that moving the pointer does not draw hundreds of bars again. */
const Bars = memo(function Bars({ chart, inner, tall }: BarsProps) {
  return chart.bars.map((bar) => {
    const width = bar.width * inner;
    const gap = width > 3 ? 1 : width > 1.5 ? 0.5 : 0;
    return (
      <g key={bar.start} data-testid="bar" data-start={bar.start} data-total={bar.total}>
        {bar.parts.map(({ name, y, height }) => (
          <rect
            key={name}
            x={SIDE + bar.x * inner}
            width={Math.max(1, width - gap)}
            y={TOP + tall * (1 - y - height) - (y === 0 ? Math.max(0, 1 - tall * height) : 0)}
            height={Math.max(y === 0 ? 1 : 0, tall * height)}
            style={{ fill: categoryColour(name) }}
          />
        ))}
      </g>
    );
  });
});
