/** The middle of the window while there is nothing to explore: no source, being opened, failed, or lost. */
import { Button, Loader, Stack } from '@mantine/core';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { cancelCapture, closeSource, recapture, type OpenSource } from '../../stores/sources.ts';
import { open } from './open.ts';
import { DEMO_URL } from './source-list.tsx';
import { useSourceName } from './source-name.ts';

export function SourceState({ source }: { readonly source: OpenSource | undefined }) {
  const { t } = useWords();
  const nameOf = useSourceName();
  if (source === undefined) {
    return (
      <EmptyState title={t('sources.emptyTitle')} text={t('sources.emptyText')}>
        <Button onClick={() => openDialog({ name: 'connect', url: '' })}>{t('sources.open')}</Button>
        <Button variant="default" onClick={() => open({ url: DEMO_URL })}>
          {t('sources.openDemo')}
        </Button>
      </EmptyState>
    );
  }
  const { key, url, error, capture, lost } = source;
  const name = cellText(nameOf(url), 80);
  const close = (
    <Button variant="default" onClick={() => closeSource(key)}>
      {t('common.close')}
    </Button>
  );
  if (capture !== undefined) {
    return (
      <EmptyState title={t('sources.reading', { name })}>
        <Loader size="sm" />
        <Button variant="default" onClick={() => cancelCapture(key)}>
          {t('common.cancel')}
        </Button>
      </EmptyState>
    );
  }
  if (lost) {
    return (
      <EmptyState title={t('sources.lostTitle', { name })} text={t('sources.lostText')}>
        <Button onClick={() => void recapture(key)}>{t('sources.readAgain')}</Button>
        {close}
      </EmptyState>
    );
  }
  return (
    <Stack p="xl" maw={720} mx="auto" data-testid="source-failed">
      {error !== undefined && (
        <ErrorNotice error={error} title={t('sources.failedTitle', { name })}>
          <Button onClick={() => void recapture(key)}>{t('common.retry')}</Button>
          <Button variant="default" onClick={() => openDialog({ name: 'connect', url, error })}>
            {t('sources.edit')}
          </Button>
          {close}
        </ErrorNotice>
      )}
    </Stack>
  );
}
