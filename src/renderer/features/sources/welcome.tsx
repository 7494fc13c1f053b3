/** The first start: what is on screen, and three things to try. Shown until it is sent away. */
import { Button } from '@mantine/core';
import { FileDown, ListTree, Trash2 } from 'lucide-react';
import { useWords } from '../../i18n/use-words.ts';
import { onlyValue } from '../../model/filter-edit.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { activeSource, urlsOf, useSources } from '../../stores/sources.ts';
import { editFilter, openDetail } from '../../stores/view.ts';
import { eventPages } from '../explorer/event-pages.ts';
import { focusRow } from '../explorer/focus.ts';
import { DEMO_URL } from './source-list.tsx';
import classes from './welcome.module.css';

const ICON = 14;

export function Welcome() {
  const { t } = useWords();
  const { loaded, values } = usePreferences();
  const source = useSources(activeSource);
  if (
    !loaded ||
    values.seen_welcome ||
    source === undefined ||
    urlsOf(source) !== DEMO_URL ||
    source.live ||
    source.status === undefined
  )
    return null;
  return (
    <section className={classes.strip} aria-label={t('welcome.try')} data-testid="welcome">
      <div className={classes.title}>{t('welcome.title')}</div>
      <span>{t('welcome.try')}</span>
      <Button
        variant="default"
        leftSection={<Trash2 size={ICON} aria-hidden />}
        onClick={() => editFilter((filter) => onlyValue(filter, 'action', 'deleted'))}
      >
        {t('welcome.tryDeleted')}
      </Button>
      <Button variant="default" leftSection={<ListTree size={ICON} aria-hidden />} onClick={openFirstChange}>
        {t('welcome.tryDetail')}
      </Button>
      <Button
        variant="default"
        leftSection={<FileDown size={ICON} aria-hidden />}
        onClick={() => openDialog({ name: 'export' })}
      >
        {t('welcome.tryExport')}
      </Button>
      <span className={classes.end}>
        <Button variant="subtle" onClick={() => openDialog({ name: 'connect', url: '' })}>
          {t('welcome.openOwn')}
        </Button>
        <Button variant="subtle" data-testid="welcome-dismiss" onClick={() => setPreferences({ seen_welcome: true })}>
          {t('welcome.dismiss')}
        </Button>
      </span>
    </section>
  );
}

/** Opens the first event on screen that changed something; the first one when none did. */
function openFirstChange(): void {
  for (let index = 0; index < 200; index += 1) {
    const row = eventPages.row(index);
    if (row?.action !== 'changed') continue;
    focusRow(index);
    openDetail(row.n);
    return;
  }
  focusRow(0);
  const first = eventPages.row(0);
  if (first !== undefined) openDetail(first.n);
}
