/** What a connection test found. */
import { Alert, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import type { StoreDescription } from '../../../shared/contract.ts';
import { NoteList } from '../../components/note-list.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';

export function StoreFound({ store }: { readonly store: StoreDescription }) {
  const { t, counted, bytes } = useWords();
  const records =
    store.records === null
      ? t('connect.recordsUnknown')
      : store.estimated
        ? t('connect.recordsAbout', counted(store.records))
        : t('connect.records', counted(store.records));
  return (
    <Alert
      variant="light"
      color="gray"
      role="status"
      icon={<CircleCheck size={16} color="var(--added)" aria-hidden />}
      title={t('connect.reachable')}
      data-testid="store-found"
    >
      <Text size="sm">
        <bdi>{cellText(store.product)}</bdi> · {records}
        {store.bytes !== null && ` · ${bytes(store.bytes)}`}
      </Text>
      {store.notes.length > 0 && <NoteList notes={store.notes} />}
    </Alert>
  );
}
