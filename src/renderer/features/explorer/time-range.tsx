/** The time range: typed, picked on a calendar, or a preset reckoned from the newest event. The engine judges the texts. */
import { Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { CalendarDays } from 'lucide-react';
import { useRef, useState } from 'react';
import { isAbort } from '../../../shared/errors.ts';
import { asAppError, callAction } from '../../api.ts';
import { useIsForeign } from '../../i18n/engine-words.ts';
import { useWords } from '../../i18n/use-words.ts';
import { setRange } from '../../model/filter-edit.ts';
import { zonedTime } from '../../model/time-format.ts';
import { lastDays } from '../../model/time-range.ts';
import { readTypedDate } from '../../model/typed-date.ts';
import { cellText } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import { PART } from '../frame/window-parts.ts';
import { Chip } from './chip.tsx';
import { useRangeWords } from './range-words.ts';
import { useFilter, useShownView } from './view-query.ts';
import { useWholeRange } from './use-whole-range.ts';

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

const PRESETS = [
  ['lastDay', 1],
  ['lastWeek', 7],
  ['lastMonth', 30],
  ['lastYear', 365],
] as const;

export function TimeRange() {
  const { t } = useWords();
  const { time_from, time_to, time_zone } = useFilter();
  const [open, setOpen] = useState(false);
  const whole = useWholeRange();
  const range = useRangeWords();
  const text = time_from === '' && time_to === '' ? '' : range({ time_from, time_to, time_zone });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        {text === '' ? (
          <Button
            data-part={PART.timeRange}
            variant="subtle"
            color="gray"
            leftSection={<CalendarDays size={13} aria-hidden />}
            data-testid="time-range"
            onClick={() => setOpen(!open)}
          >
            {t('range.any')}
          </Button>
        ) : (
          <Chip
            part={PART.timeRange}
            title={t('range.label', { range: text })}
            removeLabel={t('range.remove')}
            onEdit={() => setOpen(!open)}
            onRemove={() => editFilter((filter) => setRange(filter, '', ''))}
          >
            <CalendarDays size={12} style={{ verticalAlign: -1, marginRight: 4 }} aria-hidden />
            {text}
          </Chip>
        )}
      </Popover.Target>
      <Popover.Dropdown p="md" data-testid="range">
        <RangeForm whole={whole} onDone={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface RangeFormProps {
  /** First and last instant of the capture, where known. */
  readonly whole: { readonly from: string; readonly to: string } | undefined;
  readonly onDone: () => void;
}

/** The calendar day a text begins with. */
function dateOf(text: string): string | null {
  return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? null;
}

type Bound = 'from' | 'to';

/** Which of the two the engine could not read. */
function boundOf(details: unknown): Bound {
  const isTo = typeof details === 'object' && details !== null && 'bound' in details && details.bound === 'to';
  return isTo ? 'to' : 'from';
}

function RangeForm({ whole, onDone }: RangeFormProps) {
  const { t, language } = useWords();
  const filter = useFilter();
  const { snapshot_id } = useShownView();
  const [from, setFrom] = useState(filter.time_from);
  const [to, setTo] = useState(filter.time_to);
  const [problem, setProblem] = useState('');
  const [wrong, setWrong] = useState<Bound>();
  const fromField = useRef<HTMLInputElement>(null);
  const toField = useRef<HTMLInputElement>(null);
  const [checking, setChecking] = useState(false);
  const isForeign = useIsForeign();
  const zone = filter.time_zone;
  const newest = whole === undefined ? undefined : zonedTime(whole.to, zone).date;

  const refuse = (words: string, bound: Bound): void => {
    setProblem(words);
    setWrong(bound);
    (bound === 'to' ? toField : fromField).current?.focus();
  };

  const apply = async (typedFrom: string, typedTo: string): Promise<void> => {
    if (snapshot_id === undefined) return;
    const time_from = readTypedDate(typedFrom, language);
    const time_to = readTypedDate(typedTo, language);
    if (time_from === undefined || time_to === undefined) {
      const bound = time_from === undefined ? 'from' : 'to';
      refuse(t('range.unreadable', { text: cellText(bound === 'from' ? typedFrom : typedTo, 60) }), bound);
      return;
    }
    setChecking(true);
    try {
      // What they mean in the zone, the engine knows; asking it first keeps an error inside this form.
      await callAction('event_audit_count_events', { snapshot_id, filter: { ...filter, time_from, time_to } });
      editFilter((one) => setRange(one, time_from, time_to));
      onDone();
    } catch (error) {
      if (isAbort(error)) return;
      // Both ends can be read, so only their order can be wrong.
      const { code, message, details } = asAppError(error);
      const words = code === 'invalid_input' ? t('range.reversed') : isForeign ? t(`error.${code}`) : message;
      refuse(words, boundOf(details));
    } finally {
      setChecking(false);
    }
  };
  const first = dateOf(readTypedDate(from, language) ?? '');
  const last = dateOf(readTypedDate(to, language) ?? '');
  const shown = first ?? newest;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void apply(from, to);
      }}
      data-testid="range-form"
    >
      <Group align="flex-start" gap="lg">
        <Stack gap={2}>
          {newest !== undefined &&
            PRESETS.map(([name, days]) => (
              <Button
                key={name}
                variant="subtle"
                color="gray"
                justify="flex-start"
                onClick={() => void apply(lastDays(newest, days), newest)}
              >
                {t(`range.${name}`)}
              </Button>
            ))}
          <Button variant="subtle" color="gray" justify="flex-start" onClick={() => void apply('', '')}>
            {t('range.clear')}
          </Button>
          {newest !== undefined && (
            <Text size="xs" c="dimmed" maw={150} px={8} mt={4} data-testid="range-presets">
              {t('range.presetHint', { date: newest })}
            </Text>
          )}
        </Stack>
        <Stack gap="sm" w={252}>
          <TextInput
            label={t('range.from')}
            value={from}
            ref={fromField}
            error={problem !== '' && wrong === 'from'}
            styles={MONO}
            data-autofocus
            data-testid="range-from"
            onChange={(event) => {
              setFrom(event.currentTarget.value);
              setProblem('');
            }}
          />
          <TextInput
            label={t('range.to')}
            value={to}
            ref={toField}
            error={problem !== '' && wrong === 'to'}
            styles={MONO}
            data-testid="range-to"
            onChange={(event) => {
              setTo(event.currentTarget.value);
              setProblem('');
            }}
          />
          <DatePicker
            type="range"
            size="sm"
            hideOutsideDates
            previousLabel={t('range.earlier')}
            nextLabel={t('range.later')}
            allowSingleDateInRange
            value={[first, last]}
            {...(shown !== undefined && { defaultDate: shown })}
            onChange={([start, end]) => {
              setFrom(start ?? '');
              setTo(end ?? '');
              setProblem('');
            }}
          />
          <Text size="xs" c="dimmed">
            {t('range.hint', { zone })}
          </Text>
          {problem !== '' && (
            <Text size="sm" c="var(--wrong)" role="alert" data-testid="range-problem">
              <bdi>{problem}</bdi>
            </Text>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={checking} data-testid="range-apply">
              {t('range.apply')}
            </Button>
          </Group>
        </Stack>
      </Group>
    </form>
  );
}
