/** An estimate in words: every number says that it is one, and what is not known says so. */
import type { Estimate } from '../../../shared/contract.ts';
import { useWords } from '../../i18n/use-words.ts';

const MINUTE = 60;
const HOUR = 3_600;

export interface EstimateWord {
  readonly label: string;
  readonly value: string;
}

export function useEstimateWords({ records, bytes: size, seconds, cost_usd }: Estimate): readonly EstimateWord[] {
  const { t, language, number, bytes, counted } = useWords();
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', maximumFractionDigits: 2 });
  const about = (value: string): string => t('estimate.about', { value });
  const duration = (time: number): string => {
    if (time < 2 * MINUTE) return t('estimate.seconds', counted(Math.max(1, Math.round(time))));
    if (time < 2 * HOUR) return t('estimate.minutes', counted(Math.round(time / MINUTE)));
    return t('estimate.hours', counted(Math.round(time / HOUR)));
  };
  const unknown = t('estimate.unknown');
  return [
    { label: t('estimate.records'), value: records === null ? unknown : about(number(records)) },
    { label: t('estimate.size'), value: size === null ? unknown : about(bytes(size)) },
    { label: t('estimate.time'), value: seconds === null ? unknown : about(duration(seconds)) },
    // Most stores charge nothing and say nothing of it.
    ...(cost_usd === null ? [] : [{ label: t('estimate.cost'), value: about(money.format(cost_usd)) }]),
  ];
}
