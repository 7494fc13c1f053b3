/** A name and a value that is copied: a path, a checksum. */
import { Group, Text } from '@mantine/core';
import { useWords } from '../i18n/use-words.ts';
import { showHidden } from '../model/visible-text.ts';
import { CopyButton } from './copy-button.tsx';

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const { t } = useWords();
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <bdi className="mono" style={{ overflowWrap: 'anywhere' }}>
          {showHidden(value)}
        </bdi>
        <CopyButton text={value} label={t('common.copy')} />
      </Group>
    </div>
  );
}
