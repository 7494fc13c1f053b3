/** What keys are called in this language and on this machine. */
import { useWords } from '../../i18n/use-words.ts';
import { keyName } from '../../model/key-name.ts';
import { useAppInfo } from '../../stores/app-info.ts';

/** `Ctrl K`, `Strg K`, or `⌘ K` on a Mac. */
export function useKeyName(): (key: string) => string {
  const { language } = useWords();
  const mac = useAppInfo((state) => state.info?.platform) === 'darwin';
  return (key) => keyName(key, language, mac);
}
