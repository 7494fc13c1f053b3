/** Every command and every key in one list that is searched by typing. */
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { Kbd } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { setPreferences } from '../../stores/preferences.ts';
import { follow, resume } from '../../stores/captures.ts';
import { activeSource, showSource, urlsOf, useSources } from '../../stores/sources.ts';
import { clearFilter, redoFilter, sortBy, undoFilter, useView } from '../../stores/view.ts';
import { useIsAdmin } from '../admin/options.ts';
import { usePickedActions } from '../explorer/picked-actions.ts';
import { useCanFollow, useConnections } from '../sources/connections.ts';
import { open } from '../sources/open.ts';
import { toggleNames } from '../names/toggle-names.ts';
import { useSourceName, useViewName } from '../sources/source-name.ts';
import { useSavedViews, useViewActions } from '../views/saved-views.ts';
import { useCopyLink } from '../views/use-copy-link.ts';
import { runCommand } from './commands.ts';
import { useKeyName } from './key-names.ts';
import { KEYS } from './keys.ts';
import { paletteStore } from './palette-store.ts';

function action(id: string, label: string, onClick: () => void, key?: string): SpotlightActionData {
  return { id, label, onClick, ...(key !== undefined && { rightSection: <Kbd size="xs">{key}</Kbd> }) };
}

export function Palette() {
  const { t, language } = useWords();
  const state = useSources();
  const { sources } = state;
  const shown = activeSource(state);
  const canFollow = useCanFollow(shown);
  const saved = useConnections()?.connections ?? [];
  const nameOf = useSourceName();
  const viewName = useViewName();
  const keyName = useKeyName();
  const isAdmin = useIsAdmin();
  const views = useSavedViews();
  const viewActions = useViewActions();
  const copyLink = useCopyLink();
  const picked = usePickedActions();
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('palette.groupDo'),
      actions: [
        action('find', t('palette.find'), () => runCommand('find'), keyName('Ctrl F')),
        action('open', t('palette.open'), () => runCommand('open'), keyName('Ctrl O')),
        action('export', t('palette.export'), () => runCommand('export'), keyName('Ctrl E')),
        action('verify', t('palette.verify'), () => runCommand('verify')),
        action('clear', t('palette.clear'), clearFilter),
        action('undo', t('palette.undo'), undoFilter, keyName('Ctrl Z')),
        action('redo', t('palette.redo'), redoFilter, keyName('Ctrl ⇧ Z')),
        action('newest', t('palette.newest'), () =>
          useView.setState({ sort: { field: 'timestamp', direction: 'desc' }, focus: undefined }),
        ),
        action('oldest', t('palette.oldest'), () =>
          useView.setState({ sort: { field: 'timestamp', direction: 'asc' }, focus: undefined }),
        ),
        action('sort-actor', t('grid.sortHint', { field: t('field.actor') }), () => sortBy('actor')),
        action('reload', t('palette.reload'), () => runCommand('reload_source'), 'F5'),
        ...(shown?.status?.state === 'partial' && !shown.live
          ? [action('resume', t('palette.resume'), () => void resume(shown.key))]
          : []),
        ...(shown !== undefined && canFollow ? [action('follow', t('palette.follow'), () => void follow(shown))] : []),
        ...(shown === undefined
          ? []
          : [
              action('findings', t('findings.heading'), () => runCommand('findings')),
              action('names', `${t('names.dialog')}…`, () => runCommand('names')),
            ]),
        action('save', t('palette.save'), () => runCommand('save_snapshot'), keyName('Ctrl S')),
        ...(shown === undefined
          ? []
          : [
              action('save-view', t('views.save'), () => openDialog({ name: 'save-view', of: undefined })),
              action('copy-view', t('views.copyLink'), copyLink),
            ]),
        action('paste-view', t('views.paste'), () => openDialog({ name: 'paste-view' })),
        ...picked.map(({ id, label, run }) => action(id, label, run)),
        action('notes', `${t('notes.heading')}…`, () => openDialog({ name: 'notes' })),
        action('rejects', t('palette.rejects'), () => openDialog({ name: 'rejects' })),
      ],
    },
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
      group: t('palette.groupSettings'),
      actions: [
        action('theme', t('palette.theme'), () => runCommand('toggle_theme')),
        action('names-or-ids', t('names.toggle'), toggleNames),
        action('language', t('palette.language'), () => setPreferences({ language: language === 'de' ? 'en' : 'de' })),
        action('plugins', t('palette.plugins'), () => runCommand('plugins')),
        ...(isAdmin ? [action('admin', t('admin.palette'), () => openDialog({ name: 'admin' }))] : []),
        action('keys', t('palette.keys'), () => openDialog({ name: 'keys' })),
        action('about', t('palette.about'), () => runCommand('about')),
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
