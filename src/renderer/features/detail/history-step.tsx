/** One step of an object's history: when, what it did, what it changed, and the gap in front of it. */
import { ExternalLink, TriangleAlert } from 'lucide-react';
import type { HistoryGap, HistoryStep, ValueText } from '../../../shared/analysis-schemas.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatInstant } from '../../model/time-format.ts';
import { cellText, clamp } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openDetail } from '../../stores/view.ts';
import { Named } from '../names/named.tsx';
import classes from './history.module.css';

interface HistoryStepProps {
  readonly step: HistoryStep;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** Changes that are listed under the chosen step, and contradictions under a gap. */
const LISTED = 50;
const VALUE_LIMIT = 160;

export function HistoryStepView({ step, chosen, onChoose }: HistoryStepProps) {
  const { t, counted } = useWords();
  const search = useSearch();
  const zone = usePreferences((state) => state.values.time_zone);
  const { event, kind, gaps, changes, more_changes, unknown_before, same_instant, copies } = step;
  const changed = changes.length + more_changes;
  const notes = [
    changed > 0 ? t('history.changes', counted(changed)) : '',
    kind === 'changed' && unknown_before > 0 ? t('history.unknown', counted(unknown_before)) : '',
    copies.length > 0 ? t('history.copies', counted(copies.length)) : '',
  ].filter((note) => note !== '');
  return (
    <div className={classes.step} data-testid="history-step" data-kind={kind}>
      {gaps.map((gap) => (
        <Gap key={gap.code} gap={gap} />
      ))}
      <div className={classes.line} data-chosen={chosen || undefined}>
        <button
          type="button"
          className={classes.choose}
          data-n={event.n}
          {...(chosen && { 'aria-current': 'step' as const })}
          onClick={onChoose}
        >
          <span className={classes.dot} data-kind={kind} aria-hidden />
          <span className="mono">{formatInstant(event.instant, zone)}</span>
          <strong>{kind === 'other' ? <bdi>{cellText(event.action, 60)}</bdi> : t(`history.kind.${kind}`)}</strong>
          {event.actor !== '' && <Named className="dim" id={event.actor} limit={40} />}
          <span className="dim">{notes.join(' · ')}</span>
        </button>
        <IconButton
          icon={ExternalLink}
          size={20}
          iconSize={12}
          label={t('history.open')}
          onClick={() => openDetail(event.n)}
        />
      </div>
      {same_instant && <div className={classes.note}>{t('history.sameInstant')}</div>}
      {chosen && changes.length > 0 && (
        <dl className={classes.changes}>
          {changes.slice(0, LISTED).map((change) => (
            <div key={change.name} className={classes.change}>
              <dt>
                <bdi>
                  <Marked text={clamp(change.name, 80).text} search={search} />
                </bdi>
              </dt>
              <dd title={change.before_from === 'previous' ? t('history.fromPrevious') : undefined}>
                <Value value={change.before} /> → <Value value={change.after} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function Gap({ gap }: { readonly gap: HistoryGap }) {
  const { t } = useWords();
  return (
    <div className={classes.gap} data-testid="history-gap" data-code={gap.code}>
      <TriangleAlert size={13} aria-hidden className={classes.warn} />
      <div>
        {t(`history.gap.${gap.code}`)}
        {gap.attributes.slice(0, LISTED).map(({ name, expected, found }) => (
          <div key={name}>
            <bdi className="mono">{cellText(name, 80)}</bdi>: <span className="dim">{t('history.expected')}</span>{' '}
            <Value value={expected} /> <span className="dim">{t('history.found')}</span> <Value value={found} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** A JSON value, texts without quotes; an attribute that is not there says so. */
export function Value({ value, limit = VALUE_LIMIT }: { readonly value: ValueText | null; readonly limit?: number }) {
  const { t } = useWords();
  const search = useSearch();
  if (value === null) return <span className="dim">{t('detail.notThere')}</span>;
  const isEmpty = value.text === '""' || value.text === '';
  if (isEmpty) return <span className="dim">{t('common.empty')}</span>;
  const { text, cut } = clamp(plain(value), limit);
  return (
    <bdi className={classes.value}>
      <Marked text={text} search={search} />
      {(cut || value.cut) && !text.endsWith('…') && '…'}
    </bdi>
  );
}

function plain({ text, cut }: ValueText): string {
  if (cut || !text.startsWith('"')) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'string' ? parsed : text;
  } catch {
    return text;
  }
}
