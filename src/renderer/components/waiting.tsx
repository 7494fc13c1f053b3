/** The mark of something being fetched, said to who cannot see it turn. */
import { Loader, type LoaderProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** `label` says what is waited for; without one, that something is. Beside a text that says it already, use `Loader` bare. */
export function Waiting({ label, ...props }: LoaderProps & { readonly label?: string }) {
  const { t } = useTranslation();
  return <Loader {...props} role="status" aria-label={label ?? t('common.waiting')} />;
}
