/** Events over time under the filter: asks for the counts, leaves the drawing to the chart. */
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { setRange } from '../../model/filter-edit.ts';
import { barChart } from '../../model/histogram-bars.ts';
import { formatMinute } from '../../model/time-format.ts';
import { editFilter } from '../../stores/view.ts';
import { HistogramChart } from './histogram-chart.tsx';
import classes from './histogram.module.css';
import { stepWords } from './step-words.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

/** A bar is about this wide; asked for in steps, so that dragging a panel does not ask anew all the time. */
const BAR_WIDTH = 7;
const BUCKET_STEP = 100;
const MOST_BUCKETS = 1_000;

export function Histogram() {
  const { t, number } = useWords();
  const { snapshot_id, filter } = useShownView();
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const buckets = Math.min(MOST_BUCKETS, Math.ceil(width / BAR_WIDTH / BUCKET_STEP) * BUCKET_STEP);
  const { data, isError } = useSnapshotQuery(
    'event_audit_get_histogram',
    buckets === 0 ? undefined : snapshot_id,
    { filter, buckets },
    (snapshot) => ({ snapshot_id: snapshot, filter, buckets }),
  );
  const chart = useMemo(() => (data === undefined ? undefined : barChart(data.buckets)), [data]);
  const zone = filter.time_zone;
  const from = data?.from == null ? '' : formatMinute(data.from, zone);
  const to = data?.to == null ? '' : formatMinute(data.to, zone);
  const step = stepWords(t, data?.step ?? '');
  const total = number(chart?.bars.reduce((sum, bar) => sum + bar.total, 0) ?? 0);
  return (
    <div ref={ref} className={classes.frame} data-testid="histogram">
      {chart === undefined ? (
        <div className={classes.empty}>
          {isError ? t('histogram.failed') : data === undefined ? '' : t('histogram.empty')}
        </div>
      ) : (
        <HistogramChart
          chart={chart}
          zone={zone}
          width={width}
          height={height}
          caption={`${from} – ${to} · ${step}`}
          label={t('histogram.label', { step, total, from, to })}
          onRange={(range) => editFilter((before) => setRange(before, range.from, range.to))}
        />
      )}
    </div>
  );
}
