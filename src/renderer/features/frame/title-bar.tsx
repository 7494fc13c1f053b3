/** What am I looking at, and how complete is it; and what is done with it: read again, follow, keep, hand over. */
import { Button, Kbd } from '@mantine/core';
import { Download, PanelLeft, Radio, RefreshCw, Save, ShieldCheck } from 'lucide-react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { follow, refresh } from '../../stores/captures.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { activeSource, urlsOf, useShownStatus, useSources, type OpenSource } from '../../stores/sources.ts';
import { FindingsButton } from '../findings/findings-button.tsx';
import { useCanFollow } from '../sources/connections.ts';
import { useViewName } from '../sources/source-name.ts';
import { CaptureDetails } from './capture-details.tsx';
import { useKeyName } from './key-names.ts';
import { openPalette } from './palette-store.ts';
import { SettingsMenu } from './settings-menu.tsx';
import classes from './title-bar.module.css';

const TOOLTIP_LIMIT = 600;

interface TitleBarProps {
  readonly panelOpen: boolean;
  readonly onTogglePanel: () => void;
}

export function TitleBar({ panelOpen, onTogglePanel }: TitleBarProps) {
  const { t } = useWords();
  const source = useSources(activeSource);
  const status = useShownStatus();
  const nameOf = useViewName();
  const keyName = useKeyName();
  return (
    <section className={classes.bar} aria-label={t('app.name')}>
      <IconButton icon={PanelLeft} label={t('title.togglePanel')} aria-expanded={panelOpen} onClick={onTogglePanel} />
      <h1
        className={`${classes.name ?? ''} clip`}
        title={source === undefined ? undefined : cellText(urlsOf(source), TOOLTIP_LIMIT)}
        data-testid="source-title"
      >
        {source === undefined ? t('title.noSource') : <SafeText value={nameOf(source)} limit={120} />}
      </h1>
      {source !== undefined && (
        <div className={classes.facts}>
          <span className={classes.badge} title={t('title.readOnlyHint')}>
            {t('title.readOnly')}
          </span>
          {status !== undefined && <CaptureFacts status={status} live={source.live} />}
        </div>
      )}
      <div className={classes.right}>
        {source !== undefined && status !== undefined && <SourceTools source={source} />}
        <Button
          className={classes.palette ?? ''}
          variant="default"
          aria-label={t('title.palette')}
          title={t('title.palette')}
          rightSection={<Kbd size="xs">{keyName('Ctrl K')}</Kbd>}
          data-testid="palette-button"
          onClick={openPalette}
        >
          <span className={classes.word}>{t('title.palette')}</span>
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
          aria-label={t('title.export')}
          disabled={status === undefined}
          data-testid="export-button"
          onClick={() => openDialog({ name: 'export' })}
        >
          <span className={classes.word}>{t('title.export')}</span>
        </Button>
      </div>
    </section>
  );
}

/** What can be done with the stores behind the view. */
function SourceTools({ source }: { readonly source: OpenSource }) {
  const { t } = useWords();
  const canFollow = useCanFollow(source);
  const busy = source.work !== undefined;
  return (
    <>
      <FindingsButton />
      {!source.live && (
        <IconButton
          icon={RefreshCw}
          label={`${t('refresh.button')}  F5`}
          disabled={busy}
          data-testid="refresh-button"
          onClick={() => void refresh(source.key)}
        />
      )}
      {canFollow && (
        <IconButton
          icon={Radio}
          label={`${t('follow.button')}. ${t('follow.hint')}`}
          disabled={busy}
          data-testid="follow-button"
          onClick={() => void follow(source)}
        />
      )}
      <IconButton
        icon={Save}
        label={t('title.save')}
        disabled={busy}
        data-testid="save-button"
        onClick={() => openDialog({ name: 'save' })}
      />
    </>
  );
}

function CaptureFacts({ status, live }: { readonly status: SnapshotStatus; readonly live: boolean }) {
  const { t, counted } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const { state, rejected, duplicates, finished_at, started_at } = status;
  const time = formatMinute(finished_at ?? started_at, zone);
  const running = state === 'capturing' || state === 'sorting';
  const when = live
    ? running
      ? t('follow.badge')
      : t('follow.stopped', { time })
    : state === 'capturing'
      ? t('title.capturing')
      : state === 'sorting'
        ? t('title.sorting')
        : t('title.captured', { time });
  return (
    <>
      <span className={classes.when}>{when}</span>
      <span className={classes.when} aria-hidden>
        ·
      </span>
      <CaptureDetails status={status} />
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
      {state === 'partial' && !live && <span className="wrong">{t('title.partial')}</span>}
    </>
  );
}
