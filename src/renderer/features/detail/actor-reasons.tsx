/** Why somebody may have caused a change: every candidate with its reasons, and what was looked at. */
import { Button } from '@mantine/core';
import type { ActorCandidate, ActorInference, Reason } from '../../../shared/analysis-schemas.ts';
import { enAnalysis } from '../../i18n/en-analysis.ts';
import { useWords } from '../../i18n/use-words.ts';
import { durationText } from '../../model/duration.ts';
import { cellText, inSentence } from '../../model/visible-text.ts';
import { openDetail } from '../../stores/view.ts';
import { Named } from '../names/named.tsx';
import classes from './actor.module.css';

const SHOWN = 3;
/** What is counted in a reason, by its code. */
const COUNTS: Readonly<Record<string, string>> = { same_values: 'count', rivals: 'events' };

export function ActorReasons({ inference }: { readonly inference: ActorInference }) {
  const { t, language, counted } = useWords();
  const { candidates, considered, n } = inference;
  const window = durationText(considered.window_ms * 1_000, language);
  return (
    <div className={classes.reasons} data-testid="actor-reasons">
      <strong>{t('inference.title')}</strong>
      <p className={classes.notFact}>{t('inference.notFact')}</p>
      {candidates.length === 0 && <p>{t('inference.noneText', { ...counted(considered.writing_events), window })}</p>}
      {candidates.slice(0, SHOWN).map((candidate) => (
        <Candidate
          key={`${candidate.kind} ${String(candidate.event.n)} ${candidate.actor}`}
          candidate={candidate}
          of={n}
        />
      ))}
      {considered.api_events > 0 && (
        <p className="dim">
          {t('inference.considered', {
            window,
            requests: t('inference.requests', counted(considered.api_events)),
            ...counted(considered.writing_events),
            actors: t('inference.actors', counted(considered.actors)),
          })}
        </p>
      )}
    </div>
  );
}

function Candidate({ candidate, of }: { readonly candidate: ActorCandidate; readonly of: number }) {
  const { t } = useWords();
  const { kind, actor, grade, event, reasons } = candidate;
  const say = useReasonText();
  return (
    <div className={classes.candidate} data-testid="actor-candidate" data-grade={grade}>
      <div>
        {actor === '' ? t('inference.anonymous') : <Named id={actor} limit={80} className={classes.name} />}{' '}
        <span className="dim">
          {t(`inference.gradeName.${grade}`)} · {t(`inference.kind.${kind}`)}
        </span>
      </div>
      <ul className={classes.list}>
        {reasons.map((reason) => (
          <li key={reason.code}>{say(reason)}</li>
        ))}
      </ul>
      {event.n !== of && (
        <Button size="compact-xs" variant="default" data-testid="actor-open" onClick={() => openDetail(event.n)}>
          {t('inference.open')}
        </Button>
      )}
    </div>
  );
}

type ReasonWord = keyof typeof enAnalysis.inference.reason;

/** A reason as a phrase of the language; one that has no words yet is told by its code rather than left out. */
function useReasonText(): (reason: Reason) => string {
  const { t, number, language } = useWords();
  return ({ code: given, values }) => {
    // A key that ends so would be taken for the plural of another one.
    const code = given === 'action_other' ? 'action_unrelated' : given;
    const text = (key: string): string => {
      const value = values[key];
      return typeof value === 'number' ? number(value) : inSentence(String(value ?? ''));
    };
    const micros = values['microseconds'];
    const told = {
      action: text('action'),
      model: text('model'),
      path: text('path'),
      name: text('name'),
      names: text('names'),
      attribute: text('attribute'),
      value: text('value'),
      time: typeof micros === 'number' ? durationText(micros, language) : '',
    };
    const count = values[COUNTS[code] ?? ''];
    if (code === 'same_values' || code === 'rivals') {
      const size = typeof count === 'number' ? count : 0;
      return t(`inference.reason.${code}`, { ...told, count: size, formatted: number(size) });
    }
    return isReasonWord(code) ? t(`inference.reason.${code}`, told) : cellText(code, 80);
  };
}

function isReasonWord(code: string): code is Exclude<ReasonWord, `${string}_one` | `${string}_other`> {
  return Object.hasOwn(enAnalysis.inference.reason, code) && !/_(one|other)$/.test(code);
}
