/** Why a record is no event, in the words of the window. */
import { useCallback } from 'react';
import { en } from '../../i18n/en.ts';
import { useWords } from '../../i18n/use-words.ts';

type RejectCode = keyof typeof en.evidence.reason;

function isRejectCode(code: string): code is RejectCode {
  return Object.hasOwn(en.evidence.reason, code);
}

/** Why a record is no event, by the code of the reason; `undefined` for one that only a plugin knows. */
export function useRejectReason(): (code: string) => string | undefined {
  const { t } = useWords();
  return useCallback((code) => (isRejectCode(code) ? t(`evidence.reason.${code}`) : undefined), [t]);
}
