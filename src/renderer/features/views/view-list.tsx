/** The saved views in the left panel: a click shows one, its menu renames, replaces, shares and deletes it. */
import { ActionIcon, Menu } from '@mantine/core';
import { Bookmark, Ellipsis, Plus } from 'lucide-react';
import type { SavedView } from '../../../shared/actions/models.ts';
import { asAppError } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';
import classes from '../sources/source-list.module.css';
import { duplicateTab } from '../tabs/tab-actions.ts';
import { isShownView, savedText, useSavedViews, useViewActions, type ViewActions } from './saved-views.ts';
import { shownViewText } from './shown-view.ts';

export function ViewList() {
  const { t } = useWords();
  const views = useSavedViews();
  const actions = useViewActions();
  const shown = useShownText();
  if (views.length === 0 && shown === undefined) return null;
  return (
    <section aria-label={t('views.heading')} data-testid="views">
      <div className={classes.heading}>
        {t('views.heading')}
        {shown !== undefined && (
          <IconButton
            icon={Plus}
            label={t('views.save')}
            data-testid="save-view"
            onClick={() => openDialog({ name: 'save-view', of: undefined })}
          />
        )}
      </div>
      {views.map((view) => (
        <ViewLine
          key={view.id}
          view={view}
          active={shown !== undefined && isShownView(view, shown)}
          replaceable={shown !== undefined}
          actions={actions}
        />
      ))}
    </section>
  );
}

/** What is shown, as text, renewed whenever it changes; `undefined` while nothing is open. */
function useShownText(): string | undefined {
  // What the text is made of; each of them must draw the list again.
  useView((state) => state.filter);
  useView((state) => state.sort);
  useView((state) => state.columns);
  useView((state) => state.group);
  usePreferences((state) => state.values.time_zone);
  const source = useSources(activeSource);
  return source === undefined ? undefined : shownViewText({ withSources: false });
}

/** Opens a view in a tab of its own, on what is shown when it names no sources. */
function openBeside(view: SavedView, actions: ViewActions): void {
  duplicateTab();
  actions.open(view);
}

interface ViewLineProps {
  readonly view: SavedView;
  readonly active: boolean;
  readonly replaceable: boolean;
  readonly actions: ViewActions;
}

function ViewLine({ view, active, replaceable, actions }: ViewLineProps) {
  const { t } = useWords();
  const name = cellText(view.name, 60);
  const copy = (): void => {
    try {
      copyText(savedText(view));
    } catch (error) {
      reportProblem(asAppError(error));
    }
  };
  return (
    <div className={classes.line} data-active={active || undefined} data-testid="saved-view">
      <button
        type="button"
        className={classes.open}
        title={cellText(view.name, 200)}
        aria-current={active}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey) openBeside(view, actions);
          else actions.open(view);
        }}
        onAuxClick={(event) => {
          if (event.button === 1) openBeside(view, actions);
        }}
      >
        <Bookmark size={11} aria-hidden {...(active && { color: 'var(--focused)' })} />
        <span className="clip">
          <SafeText value={view.name} limit={80} />
        </span>
      </button>
      <span className={classes.tools}>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon size={20} aria-label={t('views.more', { name })} title={t('views.more', { name })}>
              <Ellipsis size={13} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => openBeside(view, actions)}>{t('views.inNewTab')}</Menu.Item>
            <Menu.Item onClick={() => openDialog({ name: 'save-view', of: view })}>{t('views.rename')}</Menu.Item>
            <Menu.Item disabled={!replaceable || active} onClick={() => actions.replace(view)}>
              {t('views.replace')}
            </Menu.Item>
            <Menu.Item onClick={copy}>{t('views.copyText')}</Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => actions.remove(view)}>
              {t('views.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    </div>
  );
}
