/** What was noticed about the record when it was read, in words. */
import { EVENT_FLAGS } from '../../../shared/event.ts';
import { useWords } from '../../i18n/use-words.ts';
import classes from './detail.module.css';

const WORDS = [
  [EVENT_FLAGS.naiveTime, 'flagNaive'],
  [EVENT_FLAGS.notCanonical, 'flagNotCanonical'],
  [EVENT_FLAGS.dropped, 'flagDropped'],
  [EVENT_FLAGS.loneSurrogate, 'flagSurrogate'],
  [EVENT_FLAGS.subMicrosecond, 'flagSubMicro'],
] as const;

export function Flags({ flags }: { readonly flags: number }) {
  const { t } = useWords();
  const noticed = WORDS.filter(([bit]) => (flags & bit) !== 0);
  if (noticed.length === 0) return null;
  return (
    <div className={classes.flags} data-testid="detail-flags">
      <strong>{t('detail.flags')}</strong>
      {noticed.map(([, word]) => (
        <div key={word}>{t(`detail.${word}`)}</div>
      ))}
    </div>
  );
}
