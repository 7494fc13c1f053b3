/** A value from a store as text: direction isolated, invisible characters shown, length bounded. */
import { cellText, CELL_LIMIT } from '../model/visible-text.ts';
import { useWords } from '../i18n/use-words.ts';

interface SafeTextProps {
  readonly value: string;
  readonly limit?: number;
  readonly className?: string;
}

export function SafeText({ value, limit = CELL_LIMIT, className }: SafeTextProps) {
  const { t } = useWords();
  if (value === '') return <span className="dim">{t('common.empty')}</span>;
  return <bdi className={className}>{cellText(value, limit)}</bdi>;
}
