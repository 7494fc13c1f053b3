/** What concerns the whole window: the engine's state, a capture that is not everything, failures without another place. */
import { Alert, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useEngine } from '../../stores/engine.ts';
import { dismissProblem, useProblems } from '../../stores/problems.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { PartialBanner } from './partial-banner.tsx';
import { RefreshStrip } from './refresh-strip.tsx';

export function Banners() {
  const { t } = useWords();
  const engine = useEngine((state) => state.state);
  const problems = useProblems((state) => state.problems);
  const source = useSources(activeSource);
  const restarts = useEngine((state) => state.restarts);
  useEffect(() => {
    if (restarts > 0) notifications.show({ id: 'engine', message: t('engine.back'), color: 'gray' });
  }, [restarts, t]);
  const status = source?.status;
  const partial =
    source !== undefined && status?.state === 'partial' && !source.live && source.work === undefined && !source.lost;
  return (
    <div data-testid="banners">
      {engine !== 'running' && (
        <Alert color={engine === 'failed' ? 'red' : 'yellow'} variant="light" radius={0} p="xs" role="status">
          <Text size="sm">{engine === 'failed' ? t('engine.failed') : t('engine.restarting')}</Text>
        </Alert>
      )}
      {partial && <PartialBanner sourceKey={source.key} status={status} />}
      {source?.refreshed !== undefined && !source.lost && (
        <RefreshStrip sourceKey={source.key} refreshed={source.refreshed} />
      )}
      {problems.map(({ id, error }) => (
        <ErrorNotice key={id} error={error} title={t('error.title')} onClose={() => dismissProblem(id)} />
      ))}
    </div>
  );
}
