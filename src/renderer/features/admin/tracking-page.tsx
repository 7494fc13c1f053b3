/** Whether what is done is recorded, where it goes, and what waits. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { open } from '../sources/open.ts';
import { TRACKING_KEY } from './options.ts';
import { useTracking } from './tracking.ts';

export function TrackingPage() {
  const { t, counted } = useWords();
  const client = useQueryClient();
  const zone = usePreferences((state) => state.values.time_zone);
  const { data, error } = useTracking();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<AppError>();
  if (data === undefined) return error === null ? null : <ErrorNotice error={asAppError(error)} />;
  const off = data.off_because ?? data.settings_problem;
  const writeNow = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      client.setQueryData(TRACKING_KEY, await callAction('event_audit_flush_tracking', {}));
    } catch (failure) {
      setProblem(asAppError(failure));
    } finally {
      setBusy(false);
    }
  };
  const Icon = off === null ? CircleCheck : TriangleAlert;
  return (
    <Stack gap="md" data-testid="tracking-page">
      <Alert
        variant="outline"
        color={off === null ? 'gray' : 'red'}
        icon={<Icon size={16} aria-hidden />}
        title={t(
          data.off_because === null && (data.track_api || data.track_model) ? 'admin.recorded' : 'admin.notRecorded',
        )}
      >
        <Text size="sm">
          {t('admin.destination')}:{' '}
          <bdi className="mono">{data.destination === '' ? t('admin.nowhere') : cellText(data.destination, 300)}</bdi>
        </Text>
        <Text size="sm">{t('admin.waiting', counted(data.waiting))}</Text>
        {data.refused > 0 && <Text size="sm">{t('admin.refused', counted(data.refused))}</Text>}
        {data.last_written !== null && (
          <Text size="sm" c="dimmed">
            {t('admin.lastWritten', { time: formatMinute(data.last_written, zone) })}
          </Text>
        )}
        {data.failing_since !== null && (
          <Text size="sm">{t('admin.failingSince', { time: formatMinute(data.failing_since, zone) })}</Text>
        )}
        {data.next_try !== null && (
          <Text size="sm" c="dimmed">
            {t('admin.nextTry', { time: formatMinute(data.next_try, zone) })}
          </Text>
        )}
        {off !== null && (
          <Text size="sm" lang="en">
            <bdi>{cellText(off, 600)}</bdi>
          </Text>
        )}
        {data.last_error !== null && (
          <Text size="sm" lang="en">
            <bdi>{cellText(data.last_error.message, 600)}</bdi>
          </Text>
        )}
      </Alert>
      {problem !== undefined && <ErrorNotice error={problem} />}
      <Group>
        <Button variant="default" disabled={data.waiting === 0} loading={busy} onClick={() => void writeNow()}>
          {t('admin.writeNow')}
        </Button>
        <Button
          variant="default"
          disabled={data.destination === ''}
          onClick={() => {
            closeDialog();
            open({ url: data.destination });
          }}
        >
          {t('admin.openTrail')}
        </Button>
      </Group>
    </Stack>
  );
}
