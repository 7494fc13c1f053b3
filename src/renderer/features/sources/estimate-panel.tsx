/** A store that takes long or costs money to read: what it takes, and the choice what to do about it. */
import { Button, Collapse, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Estimate } from '../../../shared/contract.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import { NoteList } from '../../components/note-list.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { readTypedDate } from '../../model/typed-date.ts';
import { cellText } from '../../model/visible-text.ts';
import { readAnyway } from '../../stores/captures.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { closeSource, type OpenSource } from '../../stores/sources.ts';
import classes from './estimate-panel.module.css';
import { StoreCount } from './store-count.tsx';
import { useEstimateWords } from './estimate-words.ts';

interface EstimatePanelProps {
  readonly source: OpenSource;
  readonly estimate: Estimate;
  readonly name: string;
}

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export function EstimatePanel({ source, estimate, name }: EstimatePanelProps) {
  const { t, language } = useWords();
  const words = useEstimateWords(estimate);
  const time_zone = usePreferences((state) => state.values.time_zone);
  const [narrowing, setNarrowing] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [counting, setCounting] = useState(false);
  const [first, ...rest] = source.refs;
  const time_from = readTypedDate(from, language);
  const time_to = readTypedDate(to, language);
  const narrow: Filter = { ...EMPTY_FILTER, time_from: time_from ?? '', time_to: time_to ?? '', time_zone };
  const readable = time_from !== undefined && time_to !== undefined;
  const bounded = narrow.time_from !== '' || narrow.time_to !== '';
  return (
    <Stack className={classes.panel ?? ''} gap="md" data-testid="estimate">
      <div>
        <Title order={2}>{t('estimate.title', { name })}</Title>
        <Text c="dimmed">{t('estimate.text')}</Text>
      </div>
      <dl className={classes.facts}>
        {words.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {estimate.notes.length > 0 && <NoteList notes={estimate.notes} />}
      <Group gap="sm">
        <Button data-testid="estimate-all" onClick={() => void readAnyway(source.key, undefined)}>
          {t('estimate.all')}
        </Button>
        <Button
          variant="default"
          aria-expanded={narrowing}
          data-testid="estimate-narrow"
          onClick={() => setNarrowing(!narrowing)}
        >
          {t('estimate.narrowOpen')}
        </Button>
        {rest.length === 0 && (
          <Button
            variant="default"
            disabled={counting}
            data-testid="estimate-count"
            onClick={() => {
              setCounting(true);
              setNarrowing(true);
            }}
          >
            {t('estimate.count')}
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={() => closeSource(source.key)}>
          {t('common.cancel')}
        </Button>
      </Group>
      {counting && first !== undefined && (
        <StoreCount
          source={first}
          onRange={(range) => {
            setFrom(range.from);
            setTo(range.to);
          }}
        />
      )}
      <Collapse expanded={narrowing}>
        <form
          className={classes.range}
          onSubmit={(event) => {
            event.preventDefault();
            if (readable && bounded) void readAnyway(source.key, narrow);
          }}
        >
          <TextInput
            label={t('range.from')}
            value={from}
            styles={MONO}
            data-testid="estimate-from"
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label={t('range.to')}
            value={to}
            styles={MONO}
            data-testid="estimate-to"
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            size="xs"
            disabled={!readable || !bounded}
            data-testid="estimate-range"
          >
            {t('estimate.narrow')}
          </Button>
        </form>
        <Text size="xs" c="dimmed" mt={4}>
          {t('range.hint', { zone: time_zone })}
        </Text>
        {!readable && (
          <Text size="sm" c="var(--wrong)" role="alert" data-testid="estimate-problem">
            <bdi>{t('range.unreadable', { text: cellText(time_from === undefined ? from : to, 60) })}</bdi>
          </Text>
        )}
      </Collapse>
    </Stack>
  );
}
