/** The mark of something being fetched, said to who cannot see it turn. */
import { Loader, type LoaderProps } from '@mantine/core';
import { useWords } from '../i18n/use-words.ts';

/** `label` says what is waited for; without one, that something is. Beside a text that says it already, use `Loader` bare. */
export function Waiting({ label, ...props }: LoaderProps & { readonly label?: string }) {
  const { t } = useWords();
  return <Loader {...props} role="status" aria-label={label ?? t('common.waiting')} />;
}
