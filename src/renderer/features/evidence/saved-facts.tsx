/** What was saved, and by which checksum the file can be told. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { ActionOutput } from '../../../shared/contract.ts';
import { asAppError, desktop } from '../../api.ts';
import { Fact } from '../../components/fact.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { reportProblem } from '../../stores/problems.ts';

interface SavedFactsProps {
  readonly saved: ActionOutput<'event_audit_save_snapshot'>;
  readonly encrypted: boolean;
}

export function SavedFacts({ saved, encrypted }: SavedFactsProps) {
  const { t, counted, bytes } = useWords();
  const show = (): void => {
    desktop('show_in_folder', { path: saved.path }).catch((error: unknown) => reportProblem(asAppError(error)));
  };
  return (
    <Stack gap="sm" data-testid="save-result" data-events={saved.events}>
      <Text fw={600} size="lg" role="status">
        {t('save.doneTitle', counted(saved.events))}
      </Text>
      <Fact name={t('export.file')} value={saved.path} />
      <Text size="sm" c="dimmed">
        {t('export.size')}: {bytes(saved.bytes)}
      </Text>
      <Fact name={t('export.sha256')} value={saved.sha256} />
      <Text size="sm" fw={encrypted ? 600 : 400}>
        {encrypted ? t('save.lost') : t('save.clear')}
      </Text>
      <Group justify="flex-end" gap="sm" mt="sm">
        <Button variant="default" onClick={show}>
          {t('export.showInFolder')}
        </Button>
        <Button data-testid="save-close" onClick={closeDialog}>
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}
