/** A time range in words, as chips and notices say it. */
import type { Filter } from '../../../shared/filter.ts';
import { useWords } from '../../i18n/use-words.ts';
import { formatRange } from '../../model/time-format.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function useRangeWords(): (filter: Pick<Filter, 'time_from' | 'time_to' | 'time_zone'>) => string {
  const { t } = useWords();
  return ({ time_from, time_to, time_zone }) => {
    const { from, to } = formatRange(time_from, time_to, time_zone);
    if (from !== '' && from === to && DAY.test(from)) return from;
    if (from !== '' && to !== '') return t('range.between', { from, to });
    if (from !== '') return t('range.since', { from });
    return to === '' ? t('range.any') : t('range.until', { to });
  };
}
