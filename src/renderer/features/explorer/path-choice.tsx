/** The paths that occur in the events of the view, the most frequent first, each a click away from being a column. */
import { Loader, Text } from '@mantine/core';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { addPathColumn, isPathField, type ColumnState } from '../../model/columns.ts';
import { cellText } from '../../model/visible-text.ts';
import classes from './path-choice.module.css';
import { setColumns } from './use-columns.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

interface PathChoiceProps {
  readonly columns: readonly ColumnState[];
  /** Part of a path, in small letters. */
  readonly text: string;
}

/** So many are listed; a few letters find the others. */
const LISTED = 60;

export function PathChoice({ columns, text }: PathChoiceProps) {
  const { t, number, percent } = useWords();
  const { snapshot_id, filter } = useShownView();
  const { data, isError } = useSnapshotQuery('event_audit_list_paths', snapshot_id, { filter }, (snapshot) => ({
    snapshot_id: snapshot,
    filter,
  }));
  if (isError) return <Text size="xs">{t('columns.failed')}</Text>;
  if (data === undefined) {
    return (
      <Text size="xs" c="dimmed" role="status">
        <Loader size={10} /> {t('columns.looking')}
      </Text>
    );
  }
  const found = data.paths.filter(
    ({ path }) =>
      path.toLowerCase().includes(text) && isPathField(path) && !columns.some(({ field }) => field === path),
  );
  return (
    <>
      {found.slice(0, LISTED).map(({ path, count, example }) => (
        <button
          key={path}
          type="button"
          className={classes.line}
          title={cellText(`${path}\n${example.text}`, 300)}
          aria-label={t('columns.add', { field: cellText(path, 120) })}
          data-testid="path-choice"
          onClick={() => {
            if (isPathField(path)) setColumns(addPathColumn(columns, path));
          }}
        >
          <span className={classes.path}>
            <SafeText value={path} limit={120} />
          </span>
          <span className={classes.share}>{percent(count / Math.max(1, data.looked_at))}</span>
          <span className={classes.example}>
            <SafeText value={example.text} limit={60} />
          </span>
        </button>
      ))}
      {found.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('columns.noPath')}
        </Text>
      )}
      {data.sampled && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('columns.sampled', { looked: number(data.looked_at), total: number(data.total) })}
        </Text>
      )}
    </>
  );
}
