/** Administration: settings, rules, what becomes of the records, plugins, and the stores. Only where `enable_admin_panel` is on. */
import { Tabs } from '@mantine/core';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { JournalPage } from './journal-page.tsx';
import { PluginsPage } from './plugins-dialog.tsx';
import { SettingsPage } from './settings-page.tsx';
import { StoresPage } from './stores-page.tsx';
import { TrackingPage } from './tracking-page.tsx';

export function AdminDialog() {
  const { t } = useWords();
  return (
    <AppDialog title={t('admin.title')} size={820} data-testid="admin-dialog">
      <Tabs defaultValue="settings" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="settings">{t('admin.settings')}</Tabs.Tab>
          <Tabs.Tab value="rules" data-testid="admin-rules">
            {t('admin.rules')}
          </Tabs.Tab>
          <Tabs.Tab value="tracking" data-testid="admin-tracking">
            {t('admin.tracking')}
          </Tabs.Tab>
          <Tabs.Tab value="journal" data-testid="admin-journal">
            {t('admin.journal')}
          </Tabs.Tab>
          <Tabs.Tab value="plugins" data-testid="admin-plugins">
            {t('plugins.title')}
          </Tabs.Tab>
          <Tabs.Tab value="stores" data-testid="admin-stores">
            {t('admin.stores')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <SettingsPage of="others" />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <SettingsPage of="rules" />
        </Tabs.Panel>
        <Tabs.Panel value="tracking">
          <TrackingPage />
        </Tabs.Panel>
        <Tabs.Panel value="journal">
          <JournalPage />
        </Tabs.Panel>
        <Tabs.Panel value="plugins">
          <PluginsPage />
        </Tabs.Panel>
        <Tabs.Panel value="stores">
          <StoresPage />
        </Tabs.Panel>
      </Tabs>
    </AppDialog>
  );
}
