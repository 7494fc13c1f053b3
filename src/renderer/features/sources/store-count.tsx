/** Events over time as the store itself counts them: nothing is read for it. Dragging over the bars names a stretch of time. */
import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { NoteList } from '../../components/note-list.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { barChart } from '../../model/histogram-bars.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { withSecrets } from '../../stores/captures.ts';
import type { SourceRef } from '../../stores/sources.ts';
import { HistogramChart } from '../explorer/histogram-chart.tsx';
import { COUNTED_ONLY } from '../explorer/series-words.ts';
import { stepWords } from '../explorer/step-words.ts';
import classes from './estimate-panel.module.css';

interface StoreCountProps {
  readonly source: SourceRef;
  readonly onRange: (range: { readonly from: string; readonly to: string }) => void;
}

const BUCKETS = 100;

export function StoreCount({ source, onRange }: StoreCountProps) {
  const { t, counted } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const [message, setMessage] = useState('');
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['count-source', source.url],
    gcTime: 0,
    queryFn: ({ signal }) =>
      callAction(
        'event_audit_count_source',
        { ...withSecrets(source), buckets: BUCKETS },
        { signal, onProgress: (progress) => setMessage(progress.message) },
      ),
  });
  const chart = useMemo(() => {
    // A store that only counts has no series: all of a bar is one part without a name.
    const buckets = data?.buckets.map((one) =>
      Object.keys(one.series).length === 0 ? { ...one, series: { '': one.total } } : one,
    );
    return buckets === undefined ? undefined : barChart(buckets);
  }, [data]);
  if (error !== null) {
    return (
      <ErrorNotice error={asAppError(error)}>
        <Button size="compact-xs" variant="default" onClick={() => void refetch()}>
          {t('common.retry')}
        </Button>
      </ErrorNotice>
    );
  }
  if (data === undefined) {
    return (
      <Group gap="sm" role="status">
        {isFetching && <Loader size="xs" />}
        <Text size="sm">{t('estimate.counting')}</Text>
        <Text size="sm" c="dimmed" lang="en">
          <bdi>{cellText(message, 200)}</bdi>
        </Text>
      </Group>
    );
  }
  const from = data.from === null ? '' : formatMinute(data.from, zone);
  const to = data.to === null ? '' : formatMinute(data.to, zone);
  const step = stepWords(t, data.step);
  const words = counted(data.total);
  return (
    <Stack gap={4} data-testid="store-count" data-total={data.total}>
      <Text fw={600} role="status">
        {t('estimate.counted', words)}
      </Text>
      <Text size="xs" c="dimmed">
        {t('estimate.countedHint')}
      </Text>
      <div ref={ref} className={classes.chart}>
        {chart !== undefined && width > 0 && (
          <HistogramChart
            chart={chart}
            zone={zone}
            width={width}
            height={height}
            caption={`${from} – ${to} · ${step}`}
            label={t('histogram.label', { step, ...words, from, to })}
            words={COUNTED_ONLY}
            onRange={onRange}
          />
        )}
      </div>
      {data.notes.length > 0 && <NoteList notes={data.notes} />}
    </Stack>
  );
}
