/** The menu of a tab. */
import { Menu } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { useTabs } from '../../stores/tabs.ts';
import { useKeyName } from '../frame/key-names.ts';
import { closeOtherTabs, closeTab, closeTabsToTheRight, duplicateTab, reopenTab } from './tab-actions.ts';

export interface TabMenuPlace {
  readonly id: string;
  /** Where it opens, in window pixels. */
  readonly x: number;
  readonly y: number;
}

export function TabMenu({ at, onClose }: { readonly at: TabMenuPlace | undefined; readonly onClose: () => void }) {
  const { t } = useWords();
  const { tabs, closed } = useTabs();
  const keyName = useKeyName();
  if (at === undefined) return null;
  const { id, x, y } = at;
  const place = tabs.findIndex((one) => one.id === id);
  return (
    <Menu key={`${String(x)}/${String(y)}`} opened onClose={onClose} position="bottom-start" withinPortal returnFocus>
      <Menu.Target>
        <span style={{ position: 'fixed', left: x, top: y, width: 0, height: 0 }} />
      </Menu.Target>
      <Menu.Dropdown data-testid="tab-menu">
        <Menu.Item onClick={() => openDialog({ name: 'rename-tab', id })}>{t('tabs.rename')}</Menu.Item>
        <Menu.Item rightSection={<kbd>{keyName('Ctrl ⇧ D')}</kbd>} onClick={() => duplicateTab(id)}>
          {t('tabs.duplicate')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item rightSection={<kbd>{keyName('Ctrl W')}</kbd>} onClick={() => closeTab(id)}>
          {t('tabs.closeThis')}
        </Menu.Item>
        <Menu.Item disabled={tabs.length < 2} onClick={() => closeOtherTabs(id)}>
          {t('tabs.closeOthers')}
        </Menu.Item>
        <Menu.Item disabled={place === tabs.length - 1} onClick={() => closeTabsToTheRight(id)}>
          {t('tabs.closeRight')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={closed.length === 0} rightSection={<kbd>{keyName('Ctrl ⇧ T')}</kbd>} onClick={reopenTab}>
          {t('tabs.reopen')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
