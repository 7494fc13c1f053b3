/** The words of the current language together with its numbers, for components. */
import type { TFunction } from 'i18next';
import { createContext, use, useSyncExternalStore } from 'react';
import { i18n } from './index.ts';

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

export interface LanguageWords extends NumberWords {
  readonly t: TFunction;
  readonly language: string;
}

let known: LanguageWords | undefined;

/** Made once a language, not once a component: a table has hundreds of cells with words in them. */
function wordsNow(): LanguageWords {
  const { language } = i18n;
  if (known?.language !== language) known = { t: i18n.getFixedT(language), language, ...numberWords(language) };
  return known;
}

function subscribe(listener: () => void): () => void {
  i18n.on('languageChanged', listener);
  return () => i18n.off('languageChanged', listener);
}

/** Provided once, around everything: {@link useCurrentWords}. */
export const WordsContext = createContext<LanguageWords | undefined>(undefined);

/** The words of the language that is set now. */
export function useCurrentWords(): LanguageWords {
  return useSyncExternalStore(subscribe, wordsNow);
}

export function useWords(): LanguageWords {
  return use(WordsContext) ?? wordsNow();
}
