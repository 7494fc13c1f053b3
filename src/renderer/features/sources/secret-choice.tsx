/** Whether a password is kept, and how well this system would keep it. */
import { Checkbox, Text } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { useEffect } from 'react';

interface SecretChoiceProps {
  readonly keep: boolean;
  readonly onChange: (keep: boolean) => void;
}

export function SecretChoice({ keep, onChange }: SecretChoiceProps) {
  const { t } = useWords();
  const storage = useAppInfo((state) => state.info?.secret_storage) ?? 'unavailable';
  // Keeping it almost in clear is never what happens unless somebody asked for it.
  useEffect(() => {
    if (storage !== 'available') onChange(false);
  }, [storage, onChange]);
  if (storage === 'unavailable') {
    return (
      <Text size="sm" c="dimmed">
        {t('connect.secretNone')}
      </Text>
    );
  }
  return (
    <Checkbox
      label={storage === 'available' ? t('connect.rememberSecret') : t('connect.secretWeak')}
      checked={keep}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
