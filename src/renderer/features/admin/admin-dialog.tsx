/** Administration: settings, rules, what becomes of the records, plugins, and the stores. Only where `enable_admin_panel` is on. */
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { JournalPage } from './journal-page.tsx';
import { PluginsPage } from './plugins-dialog.tsx';
import { SettingsPage } from './settings-page.tsx';
import { StoresPage } from './stores-page.tsx';
import { TrackingPage } from './tracking-page.tsx';

export function AdminDialog() {
  const { t } = useWords();
  const pages: Readonly<Record<string, readonly [label: string, page: ReactNode]>> = {
    settings: [t('admin.settings'), <SettingsPage key="others" of="others" />],
    rules: [t('admin.rules'), <SettingsPage key="rules" of="rules" />],
    tracking: [t('admin.tracking'), <TrackingPage key="tracking" />],
    journal: [t('admin.journal'), <JournalPage key="journal" />],
    plugins: [t('plugins.title'), <PluginsPage key="plugins" />],
    stores: [t('admin.stores'), <StoresPage key="stores" />],
  };
  return (
    <AppDialog title={t('admin.title')} size={820} data-testid="admin-dialog">
      <Tabs defaultValue="settings" keepMounted={false}>
        <Tabs.List mb="md">
          {Object.entries(pages).map(([name, [label]]) => (
            <Tabs.Tab key={name} value={name} data-testid={`admin-${name}`}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(pages).map(([name, [, page]]) => (
          <Tabs.Panel key={name} value={name}>
            {page}
          </Tabs.Panel>
        ))}
      </Tabs>
    </AppDialog>
  );
}
