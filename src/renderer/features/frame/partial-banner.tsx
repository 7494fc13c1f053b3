/** A capture that is not everything: what is missing, why, and the way to get it. */
import { Button, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { EngineDetails } from '../../components/engine-details.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, clamp } from '../../model/visible-text.ts';
import { recapture, resume } from '../../stores/captures.ts';
import { useSourceName } from '../sources/source-name.ts';
import classes from './strip.module.css';

interface PartialBannerProps {
  readonly sourceKey: string;
  readonly status: SnapshotStatus;
}

const REASON_LIMIT = 400;

export function PartialBanner({ sourceKey, status }: PartialBannerProps) {
  const { t } = useWords();
  const { reason } = status;
  const missing = useMissing(status);
  return (
    <section className={classes.strip} data-wrong role="status" data-testid="partial-banner">
      <TriangleAlert size={16} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        <Text size="sm">
          <strong>{t('sources.partialTitle')}.</strong>{' '}
          {reason === null || reason.code === 'cancelled' ? `${t('sources.cancelled')}.` : t(`error.${reason.code}`)}{' '}
          {missing}
        </Text>
        {reason !== null && reason.code !== 'cancelled' && (
          <EngineDetails message={clamp(reason.message, REASON_LIMIT).text} />
        )}
      </div>
      <Button size="compact-xs" data-testid="resume" onClick={() => void resume(sourceKey)}>
        {t('missing.resume')}
      </Button>
      <Button size="compact-xs" variant="default" data-testid="read-again" onClick={() => void recapture(sourceKey)}>
        {t('sources.readAgain')}
      </Button>
    </section>
  );
}

/** Which of several sources are not whole, and how much is missing where the store said how much there is. */
function useMissing({ sources, read, expected }: SnapshotStatus): string {
  const { t, number, counted } = useWords();
  const nameOf = useSourceName();
  const partial = sources.filter(({ state }) => state !== 'complete');
  const names =
    sources.length === 1
      ? ''
      : t('missing.of', { names: partial.map(({ url }) => cellText(nameOf(url), 60)).join(', ') });
  const some =
    expected !== null && expected > read
      ? t('missing.some', { ...counted(expected - read), expected: number(expected) })
      : sources.length === 1
        ? t('missing.rest', counted(read))
        : '';
  return `${names} ${some}`.trim();
}
