/** What keys are called on this machine. */
import { useAppInfo } from '../../stores/app-info.ts';

/** `Ctrl K`, or `⌘ K` on a Mac. */
export function useKeyName(): (key: string) => string {
  const mac = useAppInfo((state) => state.info?.platform) === 'darwin';
  return (key) => (mac ? key.replaceAll('Ctrl', '⌘') : key);
}
