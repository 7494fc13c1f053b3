/** The numbers that never lie: how many events, of how many, how complete, and how far reading is. */
import { Button, Progress, Select } from '@mantine/core';
import { useMemo } from 'react';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { useWords } from '../../i18n/use-words.ts';
import { timeZones } from '../../model/time-format.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { activeSource, cancelCapture, useSources, type OpenSource } from '../../stores/sources.ts';
import { selectRows, useView } from '../../stores/view.ts';
import { useEventPages } from '../explorer/event-pages.ts';
import classes from './status-bar.module.css';

export function StatusBar() {
  const { t, number, counted } = useWords();
  const source = useSources(activeSource);
  const selected = useView((state) => state.selected.size);
  const pages = useEventPages();
  const status = source?.lost === true ? undefined : source?.status;
  const whole = status !== undefined && pages.total !== undefined && pages.total !== status.captured;
  return (
    <footer className={classes.bar} aria-label={t('status.label')}>
      <span className={classes.count} data-testid="status-count" data-count={pages.total} aria-live="polite">
        {pages.total === undefined ? '' : t('status.events', counted(pages.total))}
      </span>
      {whole && <span className="dim">{t('status.ofAll', { formatted: number(status.captured) })}</span>}
      {pages.stale && <span className="dim">{t('status.updating')}</span>}
      {selected > 0 && (
        <Button size="compact-xs" variant="light" onClick={() => selectRows(new Set())}>
          {t('status.selected', counted(selected))} ×
        </Button>
      )}
      <ZoneSelect />
      <div className={classes.right}>
        {source !== undefined && <CaptureProgress source={source} />}
        {status !== undefined && <Completeness status={status} />}
      </div>
    </footer>
  );
}

function ZoneSelect() {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const zones = useMemo(() => [...new Set([zone, ...timeZones()])], [zone]);
  return (
    <Select
      style={{ width: `calc(${String(zone.length)}ch + 40px)` }}
      size="xs"
      variant="unstyled"
      aria-label={t('status.zone')}
      title={t('status.zone')}
      data={zones}
      value={zone}
      searchable
      allowDeselect={false}
      limit={60}
      maxDropdownHeight={320}
      comboboxProps={{ position: 'top-start', width: 220 }}
      data-testid="status-zone"
      onChange={(value) => {
        if (value !== null) setPreferences({ time_zone: value });
      }}
    />
  );
}

function Completeness({ status }: { readonly status: SnapshotStatus }) {
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
      className="dim"
      title={t('status.completenessHint')}
      data-testid="status-completeness"
      data-state={state}
      data-read={read}
      data-captured={captured}
      data-rejected={rejected}
      data-duplicates={duplicates}
    >
      {parts.join(' · ')}
      {(state === 'complete' || state === 'partial') && (
        <>
          {' · '}
          <span className={state === 'partial' ? 'wrong' : ''}>{t(`status.${state}`)}</span>
        </>
      )}
    </span>
  );
}

function CaptureProgress({ source }: { readonly source: OpenSource }) {
  const { t, percent } = useWords();
  const { status, capture, key } = source;
  if (capture === undefined) return null;
  const share =
    status?.expected === undefined || status.expected === null || status.expected === 0
      ? undefined
      : Math.min(1, status.read / status.expected);
  const word = status?.state === 'sorting' ? t('status.sorting') : t('status.capturing');
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
      <Button size="compact-xs" variant="default" data-testid="capture-cancel" onClick={() => cancelCapture(key)}>
        {t('status.cancel')}
      </Button>
    </>
  );
}
