/** The first rows as they will stand in the file, how many there will be, and about how large it gets. */
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ActionInput, ExportPreview as Preview } from '../../../shared/contract.ts';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import classes from './export.module.css';

const WAIT_MS = 250;
const CELL = 120;
const LINE = 400;

export function ExportPreview({ input }: { readonly input: ActionInput<'event_audit_preview_export'> | undefined }) {
  const { t } = useWords();
  const [asked] = useDebouncedValue(input, WAIT_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: ['export-preview', asked],
    enabled: asked !== undefined,
    queryFn: ({ signal }) => {
      if (asked === undefined) throw new Error('Nothing was asked');
      return callAction('event_audit_preview_export', asked, { signal });
    },
    placeholderData: keepPreviousData,
  });
  const isStale = isFetching || asked !== input;
  return (
    <section className={classes.preview} aria-label={t('export.preview')} aria-busy={isStale}>
      <Text size="sm" fw={500}>
        {t('export.preview')} {isStale && <Waiting size={10} label={t('export.previewWaiting')} />}
      </Text>
      {error !== null && !isStale ? (
        <ErrorNotice error={asAppError(error)} />
      ) : (
        <>
          <Facts preview={data} />
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
          <div className={classes.sheet} data-stale={isStale || undefined} data-testid="export-preview" tabIndex={0}>
            {data !== undefined && <Rows preview={data} isArray={asked?.format === 'json'} />}
          </div>
        </>
      )}
    </section>
  );
}

function Facts({ preview }: { readonly preview: Preview | undefined }) {
  const { t, bytes, counted } = useWords();
  if (preview === undefined) return null;
  const { total, about_bytes, columns } = preview;
  const facts = [
    t(columns === null ? 'export.previewEvents' : 'export.previewRows', counted(total)),
    ...(columns === null ? [] : [t('export.previewColumns', counted(columns.length))]),
    t('export.previewAbout', { size: bytes(about_bytes) }),
  ];
  return (
    <Text size="xs" c="dimmed" data-testid="export-preview-facts" data-total={total}>
      {facts.join(' · ')}
    </Text>
  );
}

/** @param isArray whether the lines stand in one JSON array */
function Rows({ preview, isArray }: { readonly preview: Preview; readonly isArray: boolean }) {
  const { columns, rows, total } = preview;
  const isCut = total > rows.length;
  const { t } = useWords();
  if (rows.length === 0 && columns === null) return <Text p="sm">{t('export.previewNone')}</Text>;
  if (columns === null) {
    return (
      <ol className={`mono ${classes.lines ?? ''}`}>
        {isArray && <li>[</li>}
        {rows.map(([line], at) => (
          // oxlint-disable-next-line react/no-array-index-key -- rows of a preview have no other identity than their place
          <li key={at}>
            <bdi>{cellText(line ?? '', LINE)}</bdi>
            {isArray && at + 1 < total && ','}
          </li>
        ))}
        {isCut && <li className="dim">…</li>}
        {isArray && <li>]</li>}
      </ol>
    );
  }
  return (
    <table className={`mono ${classes.table ?? ''}`}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" title={cellText(column, 200)}>
              {cellText(column, 80)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, row) => (
          // oxlint-disable-next-line react/no-array-index-key -- rows of a preview have no other identity than their place
          <tr key={row}>
            {columns.map((column, at) => {
              const cell = cells[at] ?? null;
              return (
                <td key={column} title={cell === null ? undefined : cellText(cell, LINE)}>
                  {cell === null ? (
                    <span className="dim" title={t('export.previewMissing')}>
                      NULL
                    </span>
                  ) : (
                    <bdi>{cellText(cell, CELL)}</bdi>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
