/** Which application this is, and which versions it runs on. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { useAppInfo } from '../../stores/app-info.ts';

export function AboutDialog() {
  const { t } = useWords();
  const info = useAppInfo((state) => state.info);
  return (
    <AppDialog title={t('about.title')} size={440} data-testid="about-dialog">
      <Stack gap="sm">
        <Text fw={600}>{t('app.name')}</Text>
        <Text>{t('about.text')}</Text>
        {info !== undefined && (
          <Text className="mono" c="dimmed">
            {t('about.version', { version: info.version })} · Electron {info.electron} · Chromium {info.chrome} · Node{' '}
            {info.node} · {info.platform}
          </Text>
        )}
        <Text c="dimmed">{t('about.licence')}</Text>
        <Group>
          <Button variant="default" data-testid="licences-button" onClick={() => openDialog({ name: 'licences' })}>
            {t('licences.open')}
          </Button>
        </Group>
      </Stack>
    </AppDialog>
  );
}
