/** What a bar holds: its stretch of time and the exact counts, value by value. */
import { ColourMark } from '../../components/category-mark.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { Bar } from '../../model/histogram-bars.ts';
import { formatBound } from '../../model/time-format.ts';
import classes from './histogram.module.css';
import { OTHER_COLOUR, type SeriesWords } from './series-words.ts';

interface HistogramTipProps {
  readonly bar: Bar;
  readonly zone: string;
  /** The bar's middle and the width of the whole, in pixels. */
  readonly x: number;
  readonly width: number;
  readonly words: SeriesWords;
}

export function HistogramTip({ bar, zone, x, width, words }: HistogramTipProps) {
  const { t, counted, number } = useWords();
  // What is only counted has no names.
  const parts = bar.parts.filter(({ name }) => name !== '' || words.named);
  const side = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 };
  return (
    <div className={classes.tip} style={side} data-testid="histogram-tip">
      <div>{t('histogram.bucket', { from: formatBound(bar.start, zone), to: formatBound(bar.end, zone) })}</div>
      <div>
        <strong>{t('status.events', counted(bar.total))}</strong>
      </div>
      {parts.map(({ name, count }) => (
        <div key={name ?? ' others'} className={classes.line}>
          <ColourMark colour={name === undefined ? OTHER_COLOUR : words.colour(name)} />
          {name === undefined ? (
            <span className="dim">{t('histogram.others')}</span>
          ) : (
            <SafeText value={words.name(name)} limit={30} className="clip" />
          )}
          <span>{number(count)}</span>
        </div>
      ))}
    </div>
  );
}
