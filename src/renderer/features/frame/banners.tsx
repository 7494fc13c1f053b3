/** What concerns the whole window: the engine's state, a capture that is not everything, failures without another place. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useEngine } from '../../stores/engine.ts';
import { dismissProblem, useProblems } from '../../stores/problems.ts';
import { activeSource, recapture, useSources } from '../../stores/sources.ts';

export function Banners() {
  const { t } = useWords();
  const engine = useEngine((state) => state.state);
  const problems = useProblems((state) => state.problems);
  const source = useSources(activeSource);
  const restarts = useEngine((state) => state.restarts);
  useEffect(() => {
    if (restarts > 0) notifications.show({ id: 'engine', message: t('engine.back'), color: 'gray' });
  }, [restarts, t]);
  const partial = source?.status?.state === 'partial' && source.capture === undefined && !source.lost;
  return (
    <div data-testid="banners">
      {engine !== 'running' && (
        <Alert color={engine === 'failed' ? 'red' : 'yellow'} variant="light" radius={0} p="xs" role="status">
          <Text size="sm">{engine === 'failed' ? t('engine.failed') : t('engine.restarting')}</Text>
        </Alert>
      )}
      {partial && (
        <Alert color="yellow" variant="light" radius={0} p="xs" role="status" data-testid="partial-banner">
          <Group gap="sm" wrap="nowrap">
            <Text size="sm" style={{ flex: 1 }}>
              <strong>{t('sources.partialTitle')}.</strong>{' '}
              {source.error === undefined || source.error.code === 'cancelled' ? (
                t('sources.cancelled')
              ) : (
                <bdi>{source.error.message}</bdi>
              )}
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => void recapture(source.key)}>
              {t('sources.readAgain')}
            </Button>
          </Group>
        </Alert>
      )}
      {problems.map(({ id, error }) => (
        <ErrorNotice key={id} error={error} title={t('error.title')} onClose={() => dismissProblem(id)} />
      ))}
    </div>
  );
}
