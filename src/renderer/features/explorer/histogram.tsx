/** Events over time under the filter: asks for the counts, leaves the drawing to the chart. */
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { setRange } from '../../model/filter-edit.ts';
import { barChart } from '../../model/histogram-bars.ts';
import { SERIES_COLOURS } from '../../model/series-colour.ts';
import { formatMinute } from '../../model/time-format.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { tellApart } from '../../stores/series-colours.ts';
import { useTimeAxis } from '../../stores/time-axis.ts';
import { editFilter, useView } from '../../stores/view.ts';
import { HeightHandle } from '../../components/height-handle.tsx';
import { usePanel } from '../frame/panels.ts';
import { useRowsAnswered } from './event-pages.ts';
import { HistogramChart } from './histogram-chart.tsx';
import { HistogramHead } from './histogram-head.tsx';
import classes from './histogram.module.css';
import { useSeriesWords } from './series-words.ts';
import { stepWords } from './step-words.ts';
import { useWholeRange } from './use-whole-range.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

/** A bar is about this wide; asked for in steps, so that dragging a panel does not ask anew all the time. */
const BAR_WIDTH = 7;
const BUCKET_STEP = 100;
const MOST_BUCKETS = 1_000;
const HEIGHT = { initial: 100, min: 72, max: 320 };

export function Histogram() {
  const { t, counted } = useWords();
  const { snapshot_id, filter } = useShownView();
  const by = useView((state) => state.group) ?? 'category';
  const words = useSeriesWords(by);
  const [wanted, setHeight] = usePanel('histogram', HEIGHT.initial);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const buckets = Math.min(MOST_BUCKETS, Math.ceil(width / BAR_WIDTH / BUCKET_STEP) * BUCKET_STEP);
  const answered = useRowsAnswered();
  const { data, isError, isPlaceholderData } = useSnapshotQuery(
    'event_audit_get_histogram',
    answered && buckets > 0 ? snapshot_id : undefined,
    { filter, buckets, by },
    (snapshot) => ({ snapshot_id: snapshot, filter, buckets, by, top: SERIES_COLOURS }),
  );
  const chart = useMemo(() => (data === undefined ? undefined : barChart(data.buckets, data.range)), [data]);
  useEffect(() => {
    if (chart !== undefined) tellApart(by, chart.names);
  }, [chart, by]);
  const whole = useWholeRange();
  const range = data?.range ?? undefined;
  const { time_from, time_to } = filter;
  useEffect(() => {
    const of = isPlaceholderData ? undefined : { from: time_from, to: time_to };
    useTimeAxis.setState({ range, of, whole });
  }, [range, whole, isPlaceholderData, time_from, time_to]);
  const captured = useShownStatus()?.captured ?? 0;
  const zone = filter.time_zone;
  const from = range === undefined ? '' : formatMinute(range.from, zone);
  const to = range === undefined ? '' : formatMinute(range.to, zone);
  const step = data === undefined || data.step === '' ? '' : stepWords(t, data.step);
  const total = chart?.bars.reduce((sum, bar) => sum + bar.total, 0) ?? 0;
  const none = data !== undefined && total === 0;
  return (
    <section
      className={classes.frame}
      style={{ height: wanted }}
      aria-label={t('histogram.title')}
      data-testid="histogram"
    >
      <HistogramHead
        by={by}
        chart={chart}
        words={words}
        caption={[from === '' ? '' : `${from} – ${to}`, step, zone].filter((part) => part !== '').join(' · ')}
      />
      <div ref={ref} className={classes.chart}>
        {chart !== undefined && width > 0 && (
          <HistogramChart
            chart={chart}
            zone={zone}
            width={width}
            height={height}
            caption=""
            label={t('histogram.label', { step: step === '' ? '–' : step, ...counted(total), from, to })}
            words={words}
            onRange={(next) => editFilter((before) => setRange(before, next.from, next.to))}
          />
        )}
        {(isError || none) && (
          <div className={classes.empty} role="status">
            {isError ? t('histogram.failed') : t('histogram.empty', counted(captured))}
          </div>
        )}
      </div>
      <HeightHandle height={wanted} min={HEIGHT.min} max={HEIGHT.max} onHeight={setHeight} />
    </section>
  );
}
