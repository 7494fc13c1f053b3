/** What a connection test found. */
import { Alert, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import type { StoreDescription } from '../../../shared/contract.ts';
import { NoteList } from '../../components/note-list.tsx';
import { productText } from '../../i18n/engine-words.ts';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';

export function StoreFound({ store }: { readonly store: StoreDescription }) {
  const { t, counted, bytes, language } = useWords();
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
        <bdi>{cellText(productText(language, store.product))}</bdi> · {records}
        {store.bytes !== null && ` · ${bytes(store.bytes)}`}
      </Text>
      {store.notes.length > 0 && <NoteList notes={store.notes} />}
    </Alert>
  );
}
