/** A finding in the words of the window: what it is called, what it means, how many there are, and each example. */
import type { TrailFinding } from '../../../shared/analysis-schemas.ts';
import { enFindings } from '../../i18n/en-findings.ts';
import { useWords } from '../../i18n/use-words.ts';
import { durationText } from '../../model/duration.ts';
import { formatInstant, formatMinute } from '../../model/time-format.ts';
import { cellText, inSentence } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useRejectReason } from '../evidence/reject-reason.ts';

type Code = keyof typeof enFindings.findings.title;
type Values = TrailFinding['values'];

/** Every finding that has words. */
export const FINDING_CODES: readonly Code[] = Object.keys(enFindings.findings.title).filter(isCode);

const SET_PREFIX = 'finding-';
const INSTANT = /^\d{4,6}-\d{2}-\d{2}T/;

function isCode(code: string): code is Code {
  return Object.hasOwn(enFindings.findings.title, code);
}

/** The name of a finding by its code, or by the set of its events; `undefined` for any other set. */
export function useFindingTitle(): (codeOrSet: string) => string | undefined {
  const { t } = useWords();
  return (name) => {
    const code = name.startsWith(SET_PREFIX) ? name.slice(SET_PREFIX.length) : name;
    return isCode(code) ? t(`findings.title.${code}`) : undefined;
  };
}

export interface FindingWords {
  readonly title: string;
  readonly text: string;
  /** `14 events`. */
  readonly count: string;
  readonly item: (values: Values) => string;
}

export function useFindingWords(): (finding: TrailFinding) => FindingWords {
  const { t, counted } = useWords();
  const told = useToldValues();
  const itemText = useItemText();
  return (finding) => {
    const { code, count, unit, message, values } = finding;
    return {
      title: isCode(code) ? t(`findings.title.${code}`) : cellText(code, 60),
      // One that has no words here is told in the engine's own.
      text: isCode(code) ? t(`findings.text.${code}`, told(values)) : cellText(message, 600),
      count: code === 'incomplete' ? '' : t(`findings.unit.${unit}`, counted(count)),
      item: (each) => itemText(code, each),
    };
  };
}

/** What the explanations name. */
type Told = Readonly<
  Record<'read' | 'last' | 'first' | 'limit' | 'worst' | 'threshold' | 'events' | 'records' | 'of', string>
>;

/** Values as a sentence takes them: numbers and instants as they are read, texts kept from turning the words around them. */
function useToldValues(): (values: Values) => Told {
  const { number, language } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  return (values) => {
    const told = (name: string): string => {
      const value = values[name] ?? '';
      if (typeof value === 'number') return number(value);
      const text = String(value);
      return INSTANT.test(text) ? formatInstant(text, zone) : inSentence(text, 120);
    };
    const duration = (name: string): string => durationText(Number(values[name] ?? 0), language);
    return {
      read: told('read'),
      last: told('last'),
      first: told('first'),
      limit: duration('limit_us'),
      worst: duration('worst_us'),
      threshold: told('threshold'),
      events: told('events'),
      records: told('records'),
      of: told('of'),
    };
  };
}

function useItemText(): (code: string, values: Values) => string {
  const { t, number, counted, language } = useWords();
  const reasonOf = useRejectReason();
  const zone = usePreferences((state) => state.values.time_zone);
  return (code, values) => {
    const text = (name: string, limit = 80): string => {
      const value = values[name];
      if (typeof value === 'number') return number(value);
      const said = String(value ?? '');
      return INSTANT.test(said) ? formatMinute(said, zone) : inSentence(said, limit);
    };
    const count = text('count');
    const [from, to] = [text('from'), shortEnd(text('from'), text('to'))];
    switch (code) {
      case 'silence':
        return t('findings.item.silence', { from, to, expected: text('expected') });
      case 'burst':
        return t('findings.item.burst', { from, to, count, expected: text('expected') });
      case 'routine_missed':
        return t('findings.item.routine', {
          actor: text('actor', 40),
          action: text('action', 40),
          ...counted(Number(values['days'] ?? 0)),
          from,
        });
      case 'write_lag':
        return t('findings.item.lag', { id: text('id'), time: durationText(Number(values['lag_us'] ?? 0), language) });
      case 'repeated_id':
      case 'repeated_event':
        return t('findings.item.id', { id: text('id'), count: text('records') });
      case 'unusual_model_event': {
        const why = String(values['why']);
        return t('findings.item.type', { type: isWhy(why) ? t(`findings.item.why.${why}`) : cellText(why, 40), count });
      }
      default:
    }
    if ('action_object_id' in values) {
      return t('findings.item.object', { type: text('action_object', 40), id: text('action_object_id'), count });
    }
    if ('action_object' in values) {
      const type = values['action_object'] === '' ? t('findings.item.noType') : text('action_object', 60);
      return t('findings.item.type', { type, count });
    }
    if ('reason' in values) {
      return t('findings.item.reason', { reason: reasonOf(String(values['reason'])) ?? text('reason'), count });
    }
    return t('findings.item.source', { source: text('source', 120), count });
  };
}

/** The end of a stretch, without the day where it is the one that it began on. */
function shortEnd(from: string, to: string): string {
  const [day = ''] = from.split(' ');
  return day !== '' && to.startsWith(`${day} `) ? to.slice(day.length + 1) : to;
}

function isWhy(why: string): why is keyof typeof enFindings.findings.item.why {
  return Object.hasOwn(enFindings.findings.item.why, why);
}

/** Why something was not looked for. */
export function useSkippedText(): (skipped: { readonly why: string; readonly message: string }) => string {
  const { t } = useWords();
  return ({ why, message }) => (isSkipped(why) ? t(`findings.why.${why}`) : cellText(message, 300));
}

function isSkipped(why: string): why is keyof typeof enFindings.findings.why {
  return Object.hasOwn(enFindings.findings.why, why);
}

/** What is looked for at the moment. */
export function useCheckText(): (check: string) => string {
  const { t } = useWords();
  return (check) => (isCheck(check) ? t(`findings.check.${check}`) : cellText(check, 60));
}

function isCheck(check: string): check is keyof typeof enFindings.findings.check {
  return Object.hasOwn(enFindings.findings.check, check);
}
