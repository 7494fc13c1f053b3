/** Events over time, stacked by category. Dragging over it, or clicking a bar, sets the time range. */
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState, type PointerEvent } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { barAt, barChart, brushedRange, type BarChart } from '../../model/histogram-bars.ts';
import { categoryColour } from '../../model/category-colour.ts';
import { setRange } from '../../model/filter-edit.ts';
import { formatMinute } from '../../model/time-format.ts';
import { timeTicks } from '../../model/time-ticks.ts';
import { editFilter } from '../../stores/view.ts';
import { HistogramTip } from './histogram-tip.tsx';
import classes from './histogram.module.css';
import { stepWords } from './step-words.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

const TOP = 18;
const AXIS = 16;
const SIDE = 8;
const TICK_WIDTH = 96;
const BUCKETS = 120;

export function Histogram() {
  const { t, number } = useWords();
  const { snapshot_id, filter } = useShownView();
  const { data, isError } = useSnapshotQuery('event_audit_get_histogram', snapshot_id, { filter }, (snapshot) => ({
    snapshot_id: snapshot,
    filter,
    buckets: BUCKETS,
  }));
  const chart = useMemo(() => (data === undefined ? undefined : barChart(data.buckets)), [data]);
  const zone = filter.time_zone;
  if (chart === undefined || data?.from == null || data.to === null) {
    return (
      <div className={classes.frame} data-testid="histogram">
        <div className={classes.empty}>
          {isError ? t('histogram.failed') : data === undefined ? '' : t('histogram.empty')}
        </div>
      </div>
    );
  }
  const step = stepWords(t, data.step);
  const from = formatMinute(data.from, zone);
  const to = formatMinute(data.to, zone);
  const total = chart.bars.reduce((sum, bar) => sum + bar.total, 0);
  return (
    <Chart
      chart={chart}
      zone={zone}
      caption={`${from} – ${to} · ${step}`}
      label={t('histogram.label', { step, total: number(total), from, to })}
    />
  );
}

interface ChartProps {
  readonly chart: BarChart;
  readonly zone: string;
  readonly caption: string;
  readonly label: string;
}

function Chart({ chart, zone, caption, label }: ChartProps) {
  const { t, number } = useWords();
  const { ref, width, height } = useElementSize<HTMLDivElement>();
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
    if (range !== undefined) editFilter((filter) => setRange(filter, range.from, range.to));
  };
  const bar = hover === undefined ? undefined : barAt(chart, hover);
  const px = (x: number): number => SIDE + x * inner;
  return (
    <div
      ref={ref}
      className={classes.frame}
      data-testid="histogram"
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
        {chart.bars.map((one) => (
          <g key={one.start} data-testid="bar" data-start={one.start} data-total={one.total}>
            {one.parts.map(({ name, y, height: part }) => (
              <rect
                key={name}
                x={px(one.x)}
                width={Math.max(1, one.width * inner - (one.width * inner > 3 ? 1 : 0))}
                y={TOP + tall * (1 - y - part)}
                height={Math.max(y === 0 ? 1 : 0, tall * part)}
                style={{ fill: categoryColour(name) }}
              />
            ))}
          </g>
        ))}
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
                {x + text.length * 6 < width ? text : ''}
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
