/** Colours, language, row height; keys and about. */
import { ActionIcon, Button, Popover, SegmentedControl, Stack, Text } from '@mantine/core';
import { Settings } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { openDialog, type DialogState } from '../../stores/dialogs.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';

export function SettingsMenu() {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  const { theme, language, row_height } = usePreferences((state) => state.values);
  const go = (dialog: DialogState): void => {
    setOpened(false);
    openDialog(dialog);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          aria-label={t('title.settings')}
          title={t('title.settings')}
          data-testid="settings-button"
          onClick={() => setOpened(!opened)}
        >
          <Settings size={15} strokeWidth={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="md">
        <Stack gap="sm">
          <Choice label={t('settings.theme')}>
            <SegmentedControl
              aria-label={t('settings.theme')}
              value={theme}
              onChange={(value) => setPreferences({ theme: value })}
              data={[
                { value: 'system', label: t('settings.system') },
                { value: 'light', label: t('settings.light') },
                { value: 'dark', label: t('settings.dark') },
              ]}
            />
          </Choice>
          <Choice label={t('settings.language')}>
            <SegmentedControl
              aria-label={t('settings.language')}
              value={language}
              onChange={(value) => setPreferences({ language: value })}
              data={[
                { value: 'system', label: t('settings.system') },
                { value: 'en', label: 'English' },
                { value: 'de', label: 'Deutsch' },
              ]}
            />
          </Choice>
          <Choice label={t('settings.rows')}>
            <SegmentedControl
              aria-label={t('settings.rows')}
              value={row_height}
              onChange={(value) => setPreferences({ row_height: value })}
              data={[
                { value: 'compact', label: t('settings.compact') },
                { value: 'comfortable', label: t('settings.comfortable') },
              ]}
            />
          </Choice>
          <Button variant="default" data-testid="plugins-button" onClick={() => go({ name: 'plugins' })}>
            {t('settings.plugins')}
          </Button>
          <Button variant="default" onClick={() => go({ name: 'keys' })}>
            {t('settings.keys')}
          </Button>
          <Button variant="default" onClick={() => go({ name: 'about' })}>
            {t('settings.about')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {children}
    </div>
  );
}
