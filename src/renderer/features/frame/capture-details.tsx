/** How complete the shown snapshot is, source by source, with everything that was noticed while reading. */
import { Popover, Table, Text, UnstyledButton } from '@mantine/core';
import { Info, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { SnapshotStatus, SourceStatus } from '../../../shared/contract.ts';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { NoteList } from '../../components/note-list.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { SourceMark } from '../../components/source-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { useSourceName } from '../sources/source-name.ts';
import { useRangeWords } from '../explorer/range-words.ts';
import classes from './title-bar.module.css';

const COUNTS = ['read', 'captured', 'rejected', 'duplicates'] as const;

export function CaptureDetails({ status }: { readonly status: SnapshotStatus }) {
  const { t, number, counted } = useWords();
  const [open, setOpen] = useState(false);
  const counts = { captured: number(status.captured), read: number(status.read) };
  const warnings = status.notes.some(({ severity }) => severity === 'warning');
  const Noticed = warnings ? TriangleAlert : Info;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={560} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={classes.counts ?? ''}
          title={t('title.countsHint', { captured: counts.captured, ...counted(status.read) })}
          aria-label={`${t('title.counts', counts)}. ${t('facts.open')}`}
          data-testid="title-counts"
          onClick={() => setOpen(!open)}
        >
          {t('title.counts', counts)}
          {status.notes.length > 0 && <Noticed size={13} color={warnings ? 'var(--warn)' : 'var(--dim)'} aria-hidden />}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="md" data-testid="capture-details">
        <Details status={status} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Details({ status }: { readonly status: SnapshotStatus }) {
  const { t, number } = useWords();
  const narrow = useSources((state) => activeSource(state)?.narrow);
  const range = useRangeWords();
  const several = status.sources.length > 1;
  return (
    <>
      <Text fw={600} mb="xs">
        {t('facts.title')}
      </Text>
      <Table verticalSpacing={4} horizontalSpacing={8} className={classes.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('facts.source')}</Table.Th>
            {COUNTS.map((name) => (
              <Table.Th key={name}>{t(`facts.${name}`)}</Table.Th>
            ))}
            <Table.Th>{t('facts.state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {status.sources.map((source, index) => (
            <SourceLine key={source.url} source={source} {...(several && { index })} />
          ))}
          {several && (
            <Table.Tr data-testid="facts-total">
              <Table.Td>{t('facts.total')}</Table.Td>
              {COUNTS.map((name) => (
                <Table.Td key={name}>{number(status[name])}</Table.Td>
              ))}
              <Table.Td />
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={4}>
        {t('facts.sum')}
      </Text>
      {narrow !== undefined && !isEmptyFilter(narrow) && (
        <Text size="sm" mt="sm">
          {t('facts.narrowed', { range: range(narrow) })}
        </Text>
      )}
      {status.notes.length > 0 && (
        <>
          <Text fw={600} mt="sm" mb={4}>
            {t('facts.notes')}
          </Text>
          <NoteList notes={status.notes} />
        </>
      )}
    </>
  );
}

function SourceLine({ source, index }: { readonly source: SourceStatus; readonly index?: number }) {
  const { t, number } = useWords();
  const name = useSourceName()(source.url);
  return (
    <Table.Tr data-testid="facts-source" data-state={source.state}>
      <Table.Td title={cellText(source.url, 400)}>
        <span style={{ display: 'flex', alignItems: 'center', maxWidth: 180 }}>
          {index !== undefined && <SourceMark index={index} />}
          <SafeText value={name} limit={60} className="clip" />
        </span>
      </Table.Td>
      {COUNTS.map((count) => (
        <Table.Td key={count} className={count === 'rejected' && source.rejected > 0 ? 'wrong' : ''}>
          {number(source[count])}
        </Table.Td>
      ))}
      <Table.Td
        className={source.state === 'partial' ? 'wrong' : ''}
        title={source.reason === null ? undefined : cellText(source.reason.message, 500)}
      >
        {t(`facts.${source.state}`)}
      </Table.Td>
    </Table.Tr>
  );
}
