/** The embedded store at a glance: how much is in it, what of, and whether its journal is whole. */
import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { JournalSummary } from '../../../shared/actions/tracking.ts';
import type { ActionOutput } from '../../../shared/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { open } from '../sources/open.ts';
import classes from './admin.module.css';

const EMBEDDED = 'basic:';
const HASH_SHOWN = 16;

export function JournalPage() {
  const { t, counted, bytes: size } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const { data, error } = useQuery({
    queryKey: ['journal'],
    gcTime: 0,
    queryFn: ({ signal }) => callAction('event_audit_get_journal', {}, { signal }),
  });
  if (data === undefined) return error === null ? <Waiting size="sm" /> : <ErrorNotice error={asAppError(error)} />;
  const { path, bytes, events, entries, head, first, last } = data;
  return (
    <Stack gap="md" data-testid="journal-page">
      <div>
        <Text fw={600}>{t('admin.journalEvents', counted(events))}</Text>
        <Text size="sm">
          {first === null || last === null
            ? t('admin.journalEmpty')
            : t('admin.journalSpan', { from: formatMinute(first, zone), to: formatMinute(last, zone) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('admin.journalSize', { size: size(bytes), ...counted(entries) })}
          {head !== null && (
            <span title={head.hash}>
              {' '}
              {t('admin.journalHead')}{' '}
              <span className="mono">{`${String(head.seq)}:${head.hash.slice(0, HASH_SHOWN)}…`}</span>
            </span>
          )}
        </Text>
        <Text size="xs" c="dimmed" className="mono">
          <bdi>{cellText(path, 400)}</bdi>
        </Text>
      </div>
      {events > 0 && (
        <>
          <Days days={data.days} />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <Most title={t('admin.journalActions')} values={data.actions} />
            <Most title={t('admin.journalActors')} values={data.actors} />
            <Most title={t('admin.journalCategories')} values={data.categories} />
          </SimpleGrid>
        </>
      )}
      <Verification isThere={events > 0 || entries > 0} />
    </Stack>
  );
}

/** One bar a day; days without an event have none. */
function Days({ days }: { readonly days: JournalSummary['days'] }) {
  const { t, number, counted } = useWords();
  const most = Math.max(1, ...days.map(({ count }) => count));
  return (
    <section aria-labelledby="journal-days">
      <Title id="journal-days" order={3} size="sm" mb={4}>
        {t('admin.journalDays', counted(days.length))}
      </Title>
      <ol className={classes.days}>
        {days.map(({ value, count }) => (
          <li key={value} title={`${value}: ${number(count)}`} aria-label={`${value}: ${number(count)}`}>
            <span data-mark style={{ height: `${String(Math.max(2, (count / most) * 100))}%` }} />
          </li>
        ))}
      </ol>
      <Group justify="space-between">
        <Text size="xs" c="dimmed" className="mono">
          {days[0]?.value}
        </Text>
        <Text size="xs" c="dimmed" className="mono">
          {days.length > 1 ? days.at(-1)?.value : ''}
        </Text>
      </Group>
    </section>
  );
}

function Most({ title, values }: { readonly title: string; readonly values: JournalSummary['days'] }) {
  const { t, number } = useWords();
  return (
    <section aria-label={title}>
      <Title order={3} size="sm" mb={4}>
        {title}
      </Title>
      <ul className={classes.most}>
        {values.map(({ value, count }) => (
          <li key={value}>
            <bdi className="clip" title={cellText(value, 300)}>
              {value === '' ? t('common.empty') : cellText(value, 80)}
            </bdi>
            <span className="dim">{number(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether every entry follows from the one before; asked for by a button, because all of it is read. */
function Verification({ isThere }: { readonly isThere: boolean }) {
  const { t, counted } = useWords();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<ActionOutput<'event_audit_verify_journal'>>();
  const [problem, setProblem] = useState<AppError>();
  const verify = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setFound(undefined);
    try {
      setFound(await callAction('event_audit_verify_journal', {}));
    } catch (error) {
      setProblem(asAppError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Group>
        <Button variant="default" loading={busy} data-testid="journal-verify" onClick={() => void verify()}>
          {t('admin.journalVerify')}
        </Button>
        <Button
          variant="default"
          disabled={!isThere}
          onClick={() => {
            closeDialog();
            open({ url: EMBEDDED });
          }}
        >
          {t('admin.openTrail')}
        </Button>
      </Group>
      {problem !== undefined && <ErrorNotice error={problem} />}
      {found !== undefined && (
        <Alert
          variant="outline"
          role="status"
          color={found.ok ? 'gray' : 'red'}
          icon={found.ok ? <CircleCheck size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
          title={found.ok ? t('admin.journalWhole', counted(found.entries)) : t('admin.journalBroken')}
          data-testid="journal-verified"
          data-ok={found.ok}
        >
          {found.findings.map(({ message }, index) => (
            <Text key={`${String(index)} ${message}`} size="sm" lang="en">
              <bdi>{cellText(message, 400)}</bdi>
            </Text>
          ))}
          {found.more_findings > 0 && <Text size="sm">{t('admin.journalMore', counted(found.more_findings))}</Text>}
        </Alert>
      )}
    </>
  );
}
