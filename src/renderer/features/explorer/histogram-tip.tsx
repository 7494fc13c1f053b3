/** What a bar holds: its stretch of time and the exact counts. */
import { CategoryMark } from '../../components/category-mark.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { Bar } from '../../model/histogram-bars.ts';
import { formatBound } from '../../model/time-format.ts';
import classes from './histogram.module.css';

interface HistogramTipProps {
  readonly bar: Bar;
  readonly zone: string;
  /** The bar's middle and the width of the whole, in pixels. */
  readonly x: number;
  readonly width: number;
}

const SHOWN = 3;

export function HistogramTip({ bar, zone, x, width }: HistogramTipProps) {
  const { t, counted, number } = useWords();
  // What is only counted has no names.
  const named = bar.parts.filter(({ name }) => name !== '');
  const rest = named.slice(SHOWN).reduce((sum, part) => sum + part.count, 0);
  const side = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 };
  return (
    <div className={classes.tip} style={side} data-testid="histogram-tip">
      <div>{t('histogram.bucket', { from: formatBound(bar.start, zone), to: formatBound(bar.end, zone) })}</div>
      <div>
        <strong>{t('status.events', counted(bar.total))}</strong>
      </div>
      {named.slice(0, SHOWN).map(({ name, count }) => (
        <div key={name} className={classes.line}>
          <CategoryMark category={name} />
          <SafeText value={name} limit={30} className="clip" />
          <span>{number(count)}</span>
        </div>
      ))}
      {rest > 0 && (
        <div className={classes.line}>
          <span className="dim">{t('histogram.others')}</span>
          <span>{number(rest)}</span>
        </div>
      )}
    </div>
  );
}
