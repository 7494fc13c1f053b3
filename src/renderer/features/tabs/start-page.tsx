/** An empty tab: what is open already, what was opened last, what was kept, and the way to something new. */
import { Button } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { clearRecents, loadRecents, useRecents } from '../../stores/recents.ts';
import { useSources } from '../../stores/sources.ts';
import { activeTab, updateTab, useTabs } from '../../stores/tabs.ts';
import { useConnections } from '../sources/connections.ts';
import { open } from '../sources/open.ts';
import { DEMO_URL } from '../sources/source-list.tsx';
import { useSourceName, useViewName } from '../sources/source-name.ts';
import { StateIcon } from '../sources/state-icon.tsx';
import { useSavedViews, useViewActions } from '../views/saved-views.ts';
import classes from './start-page.module.css';

export function StartPage() {
  const { t, number } = useWords();
  const { sources } = useSources();
  const connections = useConnections()?.connections ?? [];
  const recents = useRecents((state) => state.recents);
  useEffect(loadRecents, []);
  const views = useSavedViews();
  const { open: openView } = useViewActions();
  const zone = usePreferences((state) => state.values.time_zone);
  const nameOf = useSourceName();
  const viewName = useViewName();
  const shared = sources.filter((one) => one.status !== undefined && !one.lost);
  return (
    <div className={classes.page} data-testid="start-page">
      <div className={classes.actions}>
        <Button onClick={() => openDialog({ name: 'connect', url: '' })}>{t('sources.open')}</Button>
        <Button variant="default" onClick={() => open({ url: DEMO_URL })}>
          {t('sources.openDemo')}
        </Button>
        <Button variant="default" onClick={() => openDialog({ name: 'paste-view' })}>
          {t('views.paste')}
        </Button>
        <span className="dim">{t('tabs.dropHint')}</span>
      </div>
      <div className={classes.columns}>
        {shared.length > 0 && (
          <List title={t('tabs.openNow')} hint={t('tabs.openNowHint')} testId="start-open">
            {shared.map((source) => (
              <button key={source.key} type="button" className={classes.line} onClick={() => shareSource(source.key)}>
                <StateIcon source={source} />
                <span className="clip">
                  <SafeText value={viewName(source)} limit={100} />
                </span>
                <span className={classes.end}>{number(source.status?.captured ?? 0)}</span>
              </button>
            ))}
          </List>
        )}
        {recents.length > 0 && (
          <List
            title={t('tabs.recent')}
            testId="start-recent"
            end={
              <button type="button" className={classes.clear} onClick={clearRecents}>
                {t('tabs.clearRecent')}
              </button>
            }
          >
            {recents.map(({ url, at }) => (
              <button
                key={url}
                type="button"
                className={classes.line}
                title={cellText(url, 400)}
                onClick={() => open({ url, connection_id: connections.find((one) => one.url === url)?.id })}
              >
                <span className="clip">
                  <SafeText value={nameOf(url)} limit={100} />
                </span>
                <span className={classes.end}>{formatMinute(at, zone)}</span>
              </button>
            ))}
          </List>
        )}
        {views.length > 0 && (
          <List title={t('views.heading')} testId="start-views">
            {views.map((view) => (
              <button key={view.id} type="button" className={classes.line} onClick={() => openView(view)}>
                <span className="clip">
                  <SafeText value={view.name} limit={100} />
                </span>
              </button>
            ))}
          </List>
        )}
      </div>
    </div>
  );
}

/** Looks at an open capture in this tab too. */
function shareSource(key: string): void {
  const tab = activeTab(useTabs.getState());
  if (tab !== undefined) updateTab(tab.id, { source: key, asleep: [] });
}

interface ListProps {
  readonly title: string;
  readonly hint?: string;
  readonly testId: string;
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

function List({ title, hint, testId, end, children }: ListProps) {
  return (
    <section className={classes.list} aria-label={title} data-testid={testId}>
      <h2 className={classes.title}>
        {title}
        {end}
      </h2>
      {hint !== undefined && <p className={classes.hint}>{hint}</p>}
      {children}
    </section>
  );
}
