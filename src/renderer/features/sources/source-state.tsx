/** The middle of the window while there is nothing to explore: no source, being opened, to be asked about, failed, or lost. */
import { Button, Loader, Stack } from '@mantine/core';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { recapture } from '../../stores/captures.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { closeSource, stopWork, type OpenSource } from '../../stores/sources.ts';
import { activeTab, useTabs } from '../../stores/tabs.ts';
import { StartPage } from '../tabs/start-page.tsx';
import { closeTab, wakeShownTab } from '../tabs/tab-actions.ts';
import { EstimatePanel } from './estimate-panel.tsx';
import { useViewName } from './source-name.ts';

export function SourceState({ source }: { readonly source: OpenSource | undefined }) {
  const { t } = useWords();
  const nameOf = useViewName();
  const asleep = useTabs((state) => activeTab(state)?.asleep) ?? [];
  if (source === undefined) {
    if (asleep.length === 0) return <StartPage />;
    const name = cellText(nameOf({ refs: asleep, live: false }), 80);
    return (
      <EmptyState title={t('tabs.asleepTitle', { name })} text={t('tabs.asleepText')}>
        <Button data-testid="wake-tab" onClick={wakeShownTab}>
          {t('tabs.wake')}
        </Button>
        <Button variant="default" onClick={() => closeTab()}>
          {t('common.close')}
        </Button>
      </EmptyState>
    );
  }
  const { key, refs, error, work, lost, estimate } = source;
  const name = cellText(nameOf(source), 80);
  const close = (
    <Button variant="default" onClick={() => closeSource(key)}>
      {t('common.close')}
    </Button>
  );
  if (work !== undefined) {
    const title =
      work.kind === 'estimate'
        ? t('estimate.asking', { name })
        : work.kind === 'follow'
          ? t('follow.waitingTitle')
          : t('sources.reading', { name });
    return (
      <EmptyState title={title}>
        <Loader size="sm" />
        <Button variant="default" onClick={() => stopWork(key)}>
          {t('common.cancel')}
        </Button>
      </EmptyState>
    );
  }
  if (estimate !== undefined) return <EstimatePanel key={key} source={source} estimate={estimate} name={name} />;
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
        <ErrorNotice error={error} title={t('sources.failedTitle', { name })} urls={refs.map(({ url }) => url)}>
          <Button onClick={() => void recapture(key)}>{t('common.retry')}</Button>
          {refs.length === 1 && !source.live && (
            <Button variant="default" onClick={() => openDialog({ name: 'connect', url: refs[0]?.url ?? '', error })}>
              {t('sources.edit')}
            </Button>
          )}
          {close}
        </ErrorNotice>
      )}
    </Stack>
  );
}
