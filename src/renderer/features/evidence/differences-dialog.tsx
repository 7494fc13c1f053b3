/** The records that reading again found changed: each as it was and as it is, what differs side by side. */
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Difference } from '../../../shared/contract.ts';
import { asAppError, callAction } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { readChanges } from '../../model/changes.ts';
import { eventJson } from '../../model/event-json.ts';
import { formatInstant } from '../../model/time-format.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { ChangesView } from '../detail/changes-view.tsx';
import classes from './differences.module.css';

interface DifferencesDialogProps {
  /** The snapshots that were compared. */
  readonly before: string;
  readonly after: string;
}

const PAGE = 50;

export function DifferencesDialog({ before, after }: DifferencesDialogProps) {
  const { t, number, counted } = useWords();
  const [offset, setOffset] = useState(0);
  const { data, error } = useQuery({
    queryKey: ['differences', before, after, offset],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      callAction('event_audit_page_differences', { before, after, change: 'changed', offset, limit: PAGE }, { signal }),
  });
  const total = data?.total ?? 0;
  const last = Math.min(total, offset + PAGE);
  return (
    <AppDialog title={t('differences.title')} size={900} data-testid="differences-dialog">
      {error !== null && <ErrorNotice error={asAppError(error)} />}
      {data === undefined && error === null && <Waiting size="sm" />}
      {data !== undefined && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t('differences.text', counted(total))}
          </Text>
          {/* A list that scrolls must be reachable by keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div className={classes.list} tabIndex={0} role="group" aria-label={t('differences.title')}>
            {data.differences.map((difference) => (
              <Pair key={difference.after?.n} difference={difference} />
            ))}
          </div>
          {total > PAGE && (
            <Group justify="flex-end" gap="sm" mt="sm">
              <Text size="sm" c="dimmed">
                {t('differences.range', { first: number(offset + 1), last: number(last), total: number(total) })}
              </Text>
              <Button variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
                {t('differences.previous')}
              </Button>
              <Button variant="default" disabled={last >= total} onClick={() => setOffset(offset + PAGE)}>
                {t('differences.next')}
              </Button>
            </Group>
          )}
        </>
      )}
    </AppDialog>
  );
}

function Pair({ difference: { before, after } }: { readonly difference: Difference }) {
  const zone = usePreferences((state) => state.values.time_zone);
  const shown = after ?? before;
  if (before === null || after === null || shown === null) return null;
  // The two records as the two sides of one change, compared as an event's own old and new are.
  const list = readChanges(`{"old":${eventJson(before)},"new":${eventJson(after)}}`);
  return (
    <section className={classes.pair} data-testid="difference">
      <div className={classes.head}>
        <span className="mono">{formatInstant(shown.instant, zone)}</span>
        <SafeText value={shown.action} limit={80} />
        <span className="mono dim">
          <SafeText value={shown.id} limit={80} />
        </span>
      </div>
      {list !== undefined && <ChangesView list={list} action="" />}
    </section>
  );
}
