/** A failure in words: what happened, what to do, and buttons that do it. */
import { Alert, Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorReply } from '../../shared/errors.ts';
import { useWords } from '../i18n/use-words.ts';
import { adviceKey } from '../model/error-advice.ts';
import { EngineDetails } from './engine-details.tsx';

interface ErrorNoticeProps {
  readonly error: Pick<ErrorReply, 'code' | 'message'>;
  readonly title?: string;
  /** The URLs of the stores that it is about: the advice fits them. */
  readonly urls?: readonly string[];
  readonly children?: ReactNode;
  readonly onClose?: () => void;
}

const NO_URLS: readonly string[] = [];

export function ErrorNotice({ error, title, urls = NO_URLS, children, onClose }: ErrorNoticeProps) {
  const { t } = useWords();
  const advice = t(adviceKey(error.code, urls));
  return (
    <Alert
      variant="outline"
      color="red"
      styles={{ title: { color: 'var(--mantine-color-error)' } }}
      role="alert"
      icon={<TriangleAlert size={16} aria-hidden />}
      title={title ?? advice}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t('common.dismiss')}
      {...(onClose && { onClose })}
    >
      {title !== undefined && <Text size="md">{advice}</Text>}
      <EngineDetails message={error.message} />
      {children !== undefined && (
        <Group gap="sm" mt="sm">
          {children}
        </Group>
      )}
    </Alert>
  );
}
