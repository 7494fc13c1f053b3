/** What is wrong with the shown trail: looked for when the panel opens, told as it is found, each finding a click away from its events. */
import { Button, Progress } from '@mantine/core';
import { RotateCw, X } from 'lucide-react';
import { useEffect } from 'react';
import type { TrailFinding } from '../../../shared/analysis-schemas.ts';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { asAppError } from '../../api.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { durationText } from '../../model/duration.ts';
import { lookForFindings, openFindings, stopLooking, useFindings, type Look } from '../../stores/findings.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { FindingView } from './finding-view.tsx';
import { FINDING_CODES, useCheckText, useFindingTitle, useSkippedText } from './finding-words.ts';
import classes from './findings.module.css';

export function FindingsPanel() {
  const { t } = useWords();
  const status = useShownStatus();
  const zone = usePreferences((state) => state.values.time_zone);
  const id = status?.snapshot_id;
  const look = useFindings((state) => (id === undefined ? undefined : state.looks[id]));
  const ended = status !== undefined && (status.state === 'complete' || status.state === 'partial');
  const asked = look !== undefined;
  useEffect(() => {
    if (id !== undefined && ended && !asked) void lookForFindings(id, zone, false);
  }, [id, ended, asked, zone]);
  return (
    <div className={classes.panel} data-testid="findings" data-state={look?.state ?? 'idle'}>
      <div className={classes.top}>
        <h2>{t('findings.heading')}</h2>
        {id !== undefined && ended && look !== undefined && look.state !== 'looking' && (
          <IconButton
            icon={RotateCw}
            label={t('findings.again')}
            data-testid="findings-again"
            onClick={() => void lookForFindings(id, zone, true)}
          />
        )}
        <IconButton
          icon={X}
          label={t('findings.close')}
          data-testid="findings-close"
          onClick={() => openFindings(false)}
        />
      </div>
      {!ended && <p className={classes.note}>{t('findings.reading')}</p>}
      {id !== undefined && ended && look !== undefined && <Told look={look} status={status} zone={zone} />}
    </div>
  );
}

interface ToldProps {
  readonly look: Look;
  readonly status: SnapshotStatus;
  readonly zone: string;
}

function Told({ look, status, zone }: ToldProps) {
  const { t, counted, language } = useWords();
  const { state, found, error } = look;
  const id = status.snapshot_id;
  const events = t('findings.unit.events', counted(status.captured));
  const stale = state === 'done' && look.revision !== undefined && look.revision !== status.revision;
  const otherZone = state === 'done' && !stale && look.zone !== zone;
  return (
    <>
      <div className={classes.note} aria-live="polite">
        {state === 'looking' && <Looking look={look} id={id} />}
        {state === 'stopped' && t('findings.stopped')}
        {state === 'done' &&
          t('findings.done', { events, time: durationText(look.elapsed_ms * 1_000, language), zone: look.zone })}
        {(stale || otherZone) && (
          <div className={classes.stale}>
            {stale ? t('findings.stale') : t('findings.otherZone', { zone: look.zone })}
            <Button
              size="compact-xs"
              variant="light"
              data-testid="findings-look-again"
              onClick={() => void lookForFindings(id, zone, true)}
            >
              {t('findings.again')}
            </Button>
          </div>
        )}
      </div>
      {error !== undefined && (
        <ErrorNotice error={asAppError(error)}>
          <Button onClick={() => void lookForFindings(id, zone, true)}>{t('common.retry')}</Button>
        </ErrorNotice>
      )}
      <div className={classes.list}>
        {state === 'done' && found.length === 0 && <NothingFound skipped={look.skipped} />}
        <Groups found={found} />
        {look.skipped.length > 0 && <Skipped skipped={look.skipped} />}
      </div>
    </>
  );
}

function Looking({ look, id }: { readonly look: Look; readonly id: string }) {
  const { t } = useWords();
  const checkText = useCheckText();
  const { done, total, check } = look;
  const text = t('findings.progress', { check: check === '' ? '…' : checkText(check) });
  return (
    <div className={classes.looking} data-testid="findings-progress">
      <span className="clip">{text}</span>
      <Progress
        className={classes.progress ?? ''}
        value={total === 0 ? 0 : (done / total) * 100}
        size="sm"
        aria-label={text}
      />
      <Button size="compact-xs" variant="default" data-testid="findings-stop" onClick={() => stopLooking(id)}>
        {t('findings.stop')}
      </Button>
    </div>
  );
}

function Groups({ found }: { readonly found: readonly TrailFinding[] }) {
  const { t } = useWords();
  return (['error', 'warning', 'info'] as const).map((severity) => {
    const some = found.filter((each) => each.severity === severity);
    if (some.length === 0) return null;
    const title = t(`findings.severity.${severity}`);
    return (
      <section key={severity} aria-label={title}>
        <h3 className={classes.heading}>{title}</h3>
        <ul className={classes.findings}>
          {some.map((finding) => (
            <FindingView key={finding.code} finding={finding} />
          ))}
        </ul>
      </section>
    );
  });
}

function NothingFound({ skipped }: { readonly skipped: Look['skipped'] }) {
  const { t, language } = useWords();
  const titleOf = useFindingTitle();
  const looked = FINDING_CODES.filter((code) => !skipped.some((each) => each.code === code));
  const list = new Intl.ListFormat(language).format(looked.map((code) => titleOf(code) ?? code));
  return <EmptyState title={t('findings.none')} text={t('findings.noneText', { list })} />;
}

function Skipped({ skipped }: { readonly skipped: Look['skipped'] }) {
  const { t } = useWords();
  const titleOf = useFindingTitle();
  const why = useSkippedText();
  return (
    <section aria-label={t('findings.skipped')} data-testid="findings-skipped">
      <h3 className={classes.heading}>{t('findings.skipped')}</h3>
      <dl className={classes.skipped}>
        {skipped.map((each) => (
          <div key={each.code}>
            <dt>{titleOf(each.code) ?? each.code}</dt>
            <dd className="dim">{why(each)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
