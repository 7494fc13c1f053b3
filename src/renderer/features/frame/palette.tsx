/** Every command and every key in one list that is searched by typing. */
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { Kbd } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { activeSource, showSource, urlsOf, useSources } from '../../stores/sources.ts';
import { useTabs } from '../../stores/tabs.ts';
import { useView } from '../../stores/view.ts';
import { useIsAdmin } from '../admin/options.ts';
import { GROUP_FIELDS, stackBy } from '../explorer/histogram-head.tsx';
import { usePickedActions } from '../explorer/picked-actions.ts';
import { useCanFollow, useConnections } from '../sources/connections.ts';
import { open } from '../sources/open.ts';
import { useSourceName, useViewName } from '../sources/source-name.ts';
import { goToTab } from '../tabs/tab-actions.ts';
import { useTabName } from '../tabs/tab-name.ts';
import { useSavedViews, useViewActions } from '../views/saved-views.ts';
import { COMMAND_NAMES, COMMANDS, runCommand, type Command } from './commands.ts';
import { useKeyName } from './key-names.ts';
import { KEYS } from './keys.ts';
import { paletteStore } from './palette-store.ts';

function action(id: string, label: string, onClick: () => void, key?: string): SpotlightActionData {
  return { id, label, onClick, ...(key !== undefined && { rightSection: <Kbd size="xs">{key}</Kbd> }) };
}

const GROUPS = ['do', 'view', 'tabs', 'settings'] as const;

export function Palette() {
  const { t } = useWords();
  const { sources } = useSources();
  const { tabs, active } = useTabs();
  const saved = useConnections()?.connections ?? [];
  const nameOf = useSourceName();
  const viewName = useViewName();
  const tabName = useTabName();
  const keyName = useKeyName();
  const isAdmin = useIsAdmin();
  const views = useSavedViews();
  const viewActions = useViewActions();
  const picked = usePickedActions();
  // What can be done follows what is looked at.
  useView();
  const shown = useSources(activeSource);
  const canFollow = useCanFollow(shown);
  const means = (name: Command): boolean => COMMANDS[name].when?.() !== false && (name !== 'follow' || canFollow);
  const groups: SpotlightActionGroupData[] = [
    ...GROUPS.map((group) => ({
      group: t(`palette.${group}`),
      actions: [
        ...COMMAND_NAMES.filter((name) => COMMANDS[name].group === group && means(name)).map((name) => {
          const { key } = COMMANDS[name];
          return action(name, t(`command.${name}`), () => runCommand(name), key && keyName(key));
        }),
        ...(group === 'view' && shown?.status !== undefined
          ? GROUP_FIELDS.filter((field) => field !== 'source' || shown.refs.length > 1).map((field) =>
              action(`stack-${field}`, t('histogram.stack', { field: t(`field.${field}`) }), () => stackBy(field)),
            )
          : []),
        ...(group === 'do' ? picked.map(({ id, label, run }) => action(id, label, run)) : []),
        ...(group === 'settings' && isAdmin
          ? [action('admin', t('admin.palette'), () => openDialog({ name: 'admin' }))]
          : []),
        ...(group === 'tabs'
          ? tabs
              .filter(({ id }) => id !== active)
              .map((tab) => {
                const { name, asked } = tabName(tab);
                const full = asked === '' ? name : `${name} · ${asked}`;
                return action(`tab-${tab.id}`, t('tabs.show', { name: full }), () => goToTab(tab.id));
              })
          : []),
      ],
    })),
    {
      group: t('views.heading'),
      actions: views.map((view) =>
        action(`view-${view.id}`, t('views.show', { name: cellText(view.name, 80) }), () => viewActions.open(view)),
      ),
    },
    {
      group: t('palette.groupGo'),
      actions: [
        ...sources.map((one) =>
          action(`show-${one.key}`, t('palette.show', { name: cellText(viewName(one), 80) }), () =>
            showSource(one.key),
          ),
        ),
        ...saved
          .filter(({ url }) => !sources.some((one) => urlsOf(one) === url))
          .map(({ id, url }) =>
            action(`open-${id}`, t('palette.open_saved', { name: cellText(nameOf(url), 80) }), () =>
              open({ url, connection_id: id }),
            ),
          ),
      ],
    },
    {
      group: t('palette.groupKeys'),
      actions: KEYS.map(({ name, key }) =>
        action(`key-${name}`, t(`keys.${name}`), () => openDialog({ name: 'keys' }), keyName(key)),
      ),
    },
  ];
  return (
    <Spotlight
      store={paletteStore}
      actions={groups.filter((group) => group.actions.length > 0)}
      nothingFound={t('palette.nothing')}
      shortcut={null}
      scrollable
      maxHeight={480}
      highlightQuery
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      transitionProps={{ duration: 80 }}
      searchProps={{
        leftSection: <Search size={16} aria-hidden />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
      attributes={{ content: { 'aria-label': t('title.palette'), 'data-testid': 'palette' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
    />
  );
}
