/** Whether names or ids are shown, in the status bar, and the way to where names come from. */
import { Button, Menu } from '@mantine/core';
import { Check, ChevronUp } from 'lucide-react';
import { useWords } from '../../i18n/use-words.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';

export function NamesSwitch() {
  const { t } = useWords();
  const shown = usePreferences((state) => state.values.names);
  return (
    <Menu position="top-start" withinPortal returnFocus>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          rightSection={<ChevronUp size={12} aria-hidden />}
          title={t('names.switch')}
          data-testid="names-switch"
          data-shown={shown}
        >
          {t(`names.${shown}`)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['names', 'ids'] as const).map((value) => (
          <Menu.Item
            key={value}
            leftSection={<Check size={14} style={{ visibility: shown === value ? 'visible' : 'hidden' }} aria-hidden />}
            aria-current={shown === value}
            data-testid={`names-${value}`}
            onClick={() => setPreferences({ names: value })}
          >
            {t(`names.show.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item data-testid="names-open" onClick={() => openDialog({ name: 'names' })}>
          {t('names.dialog')}…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
