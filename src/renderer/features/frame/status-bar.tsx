/** The numbers that never lie: how many events, of how many, how complete, and how far reading is. */
import { Button, Progress } from '@mantine/core';
import { Radio } from 'lucide-react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { later } from '../../components/later.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useExportTasks } from '../../stores/export-tasks.ts';
import { activeSource, stopWork, useShownStatus, useSources, type OpenSource } from '../../stores/sources.ts';
import { selectRows, useView } from '../../stores/view.ts';
import { TrackingState } from '../admin/tracking-state.tsx';
import { useSince } from '../explorer/since.ts';
import { NamesSwitch } from '../names/names-switch.tsx';
import { useEventPages } from '../explorer/event-pages.ts';
import classes from './status-bar.module.css';
import { ZoneSelect } from './zone-select.tsx';

const ExportStatus = later(async () => (await import('../export/export-status.tsx')).ExportStatus);

export function StatusBar() {
  const hasExports = useExportTasks((state) => state.tasks.length > 0);
  const { t, number, counted } = useWords();
  const source = useSources(activeSource);
  const selected = useView((state) => state.selected.size);
  const pages = useEventPages();
  const status = useShownStatus();
  const whole = status !== undefined && pages.total !== undefined && pages.total !== status.captured;
  return (
    <footer className={classes.bar} aria-label={t('status.label')}>
      <span className={classes.count} data-testid="status-count" data-count={pages.total} aria-live="polite">
        {pages.total === undefined || status === undefined ? '' : t('status.events', counted(pages.total))}
      </span>
      {whole && <span className="dim">{t('status.ofAll', { formatted: number(status.captured) })}</span>}
      {pages.stale && status !== undefined && <span className="dim">{t('status.updating')}</span>}
      {selected > 0 && (
        <Button size="compact-xs" variant="light" onClick={() => selectRows(new Set())}>
          {t('status.selected', counted(selected))} ×
        </Button>
      )}
      <ZoneSelect />
      {status !== undefined && <NamesSwitch />}
      <div className={classes.right}>
        {hasExports && <ExportStatus />}
        <TrackingState />
        {source !== undefined && <CaptureProgress source={source} />}
        {status !== undefined && <Completeness status={status} live={source?.live === true} />}
      </div>
    </footer>
  );
}

function Completeness({ status, live }: { readonly status: SnapshotStatus; readonly live: boolean }) {
  const { t, number } = useWords();
  const { read, captured, rejected, duplicates, state } = status;
  const parts = [
    t('status.read', { formatted: number(read) }),
    t('status.captured', { formatted: number(captured) }),
    t('status.rejected', { formatted: number(rejected) }),
    t('status.duplicates', { formatted: number(duplicates) }),
  ];
  return (
    <span
      className={`${classes.facts ?? ''} dim`}
      title={t('status.completenessHint')}
      data-testid="status-completeness"
      data-state={state}
      data-read={read}
      data-captured={captured}
      data-rejected={rejected}
      data-duplicates={duplicates}
    >
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
      {!live && (state === 'complete' || state === 'partial') && (
        <span className={state === 'partial' ? 'wrong' : ''}>{t(`status.${state}`)}</span>
      )}
    </span>
  );
}

function CaptureProgress({ source }: { readonly source: OpenSource }) {
  const { t, percent } = useWords();
  const { work, key } = source;
  if (work === undefined) return null;
  if (work.kind === 'follow') return <Following source={source} />;
  const status = work.kind === 'refresh' ? work.progress : source.status;
  const share =
    status?.expected === undefined || status.expected === null || status.expected === 0
      ? undefined
      : Math.min(1, status.read / status.expected);
  const word =
    work.kind === 'refresh'
      ? t('refresh.running')
      : status?.state === 'sorting'
        ? t('status.sorting')
        : t('status.capturing');
  return (
    <>
      <span>
        {word} {share !== undefined && percent(share)}
      </span>
      <Progress
        className={classes.progress ?? ''}
        value={share === undefined ? 100 : share * 100}
        striped={share === undefined}
        aria-label={word}
        size="sm"
      />
      <Button size="compact-xs" variant="default" data-testid="capture-cancel" onClick={() => stopWork(key)}>
        {t('status.cancel')}
      </Button>
    </>
  );
}

/** New events are being watched for: how many came, and the way to stop. */
function Following({ source }: { readonly source: OpenSource }) {
  const { t, counted } = useWords();
  const { status, key } = source;
  const since = useSince(status);
  return (
    <>
      <Radio size={13} color="var(--focused)" aria-hidden />
      <span data-testid="following" data-captured={status?.captured ?? 0}>
        {t('follow.running')}
        {status !== undefined && ` · ${t('follow.came', { ...counted(status.captured), since })}`}
      </span>
      <Button size="compact-xs" variant="default" data-testid="follow-stop" onClick={() => stopWork(key)}>
        {t('follow.stop')}
      </Button>
    </>
  );
}
