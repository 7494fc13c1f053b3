/** What am I looking at, and how complete is it; and the two things done with it: find a command, hand it over. */
import { Button, Kbd } from '@mantine/core';
import { Download, PanelLeft, ShieldCheck } from 'lucide-react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { useSourceName } from '../sources/source-name.ts';
import { useKeyName } from './key-names.ts';
import { openPalette } from './palette-store.ts';
import { SettingsMenu } from './settings-menu.tsx';
import classes from './title-bar.module.css';

interface TitleBarProps {
  readonly panelOpen: boolean;
  readonly onTogglePanel: () => void;
}

export function TitleBar({ panelOpen, onTogglePanel }: TitleBarProps) {
  const { t } = useWords();
  const source = useSources(activeSource);
  const nameOf = useSourceName();
  const keyName = useKeyName();
  return (
    <section className={classes.bar} aria-label={t('app.name')}>
      <IconButton icon={PanelLeft} label={t('title.togglePanel')} aria-expanded={panelOpen} onClick={onTogglePanel} />
      <h1 className={`${classes.name ?? ''} clip`} title={source?.url} data-testid="source-title">
        {source === undefined ? t('title.noSource') : <SafeText value={nameOf(source.url)} limit={120} />}
      </h1>
      {source !== undefined && (
        <div className={classes.facts}>
          <span className={classes.badge} title={t('title.readOnlyHint')}>
            {t('title.readOnly')}
          </span>
          {source.status !== undefined && !source.lost && <CaptureFacts status={source.status} />}
        </div>
      )}
      <div className={classes.right}>
        <Button
          variant="default"
          rightSection={<Kbd size="xs">{keyName('Ctrl K')}</Kbd>}
          data-testid="palette-button"
          onClick={openPalette}
        >
          {t('title.palette')}
        </Button>
        <IconButton
          icon={ShieldCheck}
          label={t('title.verify')}
          data-testid="verify-button"
          onClick={() => openDialog({ name: 'verify' })}
        />
        <SettingsMenu />
        <Button
          leftSection={<Download size={14} aria-hidden />}
          disabled={source?.status === undefined || source.lost}
          data-testid="export-button"
          onClick={() => openDialog({ name: 'export' })}
        >
          {t('title.export')}
        </Button>
      </div>
    </section>
  );
}

function CaptureFacts({ status }: { readonly status: SnapshotStatus }) {
  const { t, number, counted } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const { state, captured, read, rejected, duplicates, finished_at, started_at } = status;
  const when =
    state === 'capturing'
      ? t('title.capturing')
      : state === 'sorting'
        ? t('title.sorting')
        : t('title.captured', { time: formatMinute(finished_at ?? started_at, zone) });
  const counts = { captured: number(captured), read: number(read) };
  return (
    <>
      <span>{when}</span>
      <span aria-hidden>·</span>
      <span title={t('title.countsHint', counts)} data-testid="title-counts">
        {t('title.counts', counts)}
      </span>
      {rejected > 0 && (
        <button
          type="button"
          className={classes.link}
          data-testid="rejects-link"
          onClick={() => openDialog({ name: 'rejects' })}
        >
          {t('title.rejected', counted(rejected))}
        </button>
      )}
      {duplicates > 0 && <span>{t('title.duplicates', counted(duplicates))}</span>}
      {state === 'partial' && <span className="wrong">{t('title.partial')}</span>}
    </>
  );
}
