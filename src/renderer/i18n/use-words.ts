/** The words of the current language together with its numbers, for components. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export interface NumberWords {
  /** `1,204,331` */
  readonly number: (value: number) => string;
  /** `62 %`; `< 1 %` for anything smaller that is not nothing. */
  readonly percent: (share: number) => string;
  /** `1.2 MB`, powers of 1000. */
  readonly bytes: (size: number) => string;
  /** The two values a counted word needs: which form, and the number as it is read. */
  readonly counted: (value: number) => { readonly count: number; readonly formatted: string };
}

export function numberWords(language: string): NumberWords {
  const whole = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const number = (value: number): string => whole.format(value);
  return {
    number,
    percent: (share) => (share > 0 && share < 0.01 ? '< 1 %' : `${whole.format(Math.round(share * 100))} %`),
    bytes: (size) => {
      const power = size < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(size) / 3));
      return `${short.format(size / 1000 ** power)} ${UNITS[power] ?? 'B'}`;
    },
    counted: (value) => ({ count: value, formatted: number(value) }),
  };
}

export function useWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(() => ({ t, language, ...numberWords(language) }), [t, language]);
}
