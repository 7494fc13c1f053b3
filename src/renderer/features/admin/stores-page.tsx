/** The stores that are known here: what is in each, and the clearing of one. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { StoreDescription } from '../../../shared/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { tryParse } from '../../model/connection-form.ts';
import { cellText } from '../../model/visible-text.ts';
import { useConnections } from '../sources/connections.ts';
import { StoreFound } from '../sources/store-found.tsx';
import classes from './admin.module.css';
import { ClearStore } from './clear-store.tsx';

interface Store {
  readonly name: string;
  readonly url: string;
  readonly connection_id?: string;
}

const EMBEDDED = 'basic:';

export function StoresPage() {
  const { t } = useWords();
  const known = useConnections();
  const [clearing, setClearing] = useState<Store>();
  if (known === undefined) return <Waiting size="sm" />;
  if (clearing !== undefined) return <ClearStore {...clearing} onBack={() => setClearing(undefined)} />;
  const stores: readonly Store[] = [
    { name: t('admin.embedded'), url: EMBEDDED },
    ...known.connections
      .filter(({ url }) => url !== EMBEDDED)
      .map(({ id, name, url }) => ({ name, url, connection_id: id })),
  ];
  return (
    <Stack gap="md">
      <Text size="sm">{t('admin.storesText')}</Text>
      <ul className={classes.list}>
        {stores.map((store) => {
          const kind = tryParse(store.url)?.url.kind;
          const clear = known.kinds.some((one) => one.kind === kind && one.capabilities.clear);
          return <StoreLine key={store.url} store={store} onClear={clear ? () => setClearing(store) : undefined} />;
        })}
      </ul>
    </Stack>
  );
}

function StoreLine({ store, onClear }: { readonly store: Store; readonly onClear: (() => void) | undefined }) {
  const { t } = useWords();
  const [found, setFound] = useState<StoreDescription>();
  const [problem, setProblem] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const test = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { url, connection_id } = store;
      setFound(
        await callAction('event_audit_test_source', { url, ...(connection_id !== undefined && { connection_id }) }),
      );
    } catch (error) {
      setFound(undefined);
      setProblem(asAppError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className={classes.line} data-testid="store-line">
      <div className={classes.what}>
        <Text size="sm" fw={600}>
          <bdi>{cellText(store.name, 120)}</bdi>
        </Text>
        <Text size="xs" c="dimmed" className="mono">
          <bdi>{cellText(store.url, 300)}</bdi>
        </Text>
        {found !== undefined && <StoreFound store={found} />}
        {problem !== undefined && <ErrorNotice error={problem} />}
      </div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Button size="xs" variant="default" loading={busy} onClick={() => void test()}>
          {t('admin.test')}
        </Button>
        {onClear !== undefined && (
          <Button size="xs" variant="outline" color="red" data-testid="store-clear" onClick={onClear}>
            {t('admin.clear')}
          </Button>
        )}
      </Group>
    </li>
  );
}
