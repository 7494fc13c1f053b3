/** The clearing of a store: said in full, confirmed by typing, with all of it kept first. */
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ActionOutput, ActionProgress } from '../../../shared/contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { asAppError, callAction } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Fact } from '../../components/fact.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';

interface ClearStoreProps {
  readonly name: string;
  readonly url: string;
  readonly connection_id?: string;
  readonly onBack: () => void;
}

export function ClearStore({ name, url, connection_id, onBack }: ClearStoreProps) {
  const { t, counted } = useWords();
  const [typed, setTyped] = useState('');
  const [progress, setProgress] = useState<ActionProgress<'event_audit_clear_source'>>();
  const [done, setDone] = useState<ActionOutput<'event_audit_clear_source'>>();
  const [problem, setProblem] = useState<AppError>();
  const running = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState(false);
  const clear = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setProblem(undefined);
    try {
      const input = { source: url, confirm: true as const, ...(connection_id !== undefined && { connection_id }) };
      setDone(
        await callAction('event_audit_clear_source', input, { signal: controller.signal, onProgress: setProgress }),
      );
    } catch (error) {
      setProblem(asAppError(error));
    } finally {
      setBusy(false);
      setProgress(undefined);
    }
  };
  if (done !== undefined) {
    return (
      <Stack gap="md" data-testid="cleared">
        <Text fw={600}>{t('admin.cleared', counted(done.removed))}</Text>
        {done.evidence !== null && <Fact name={t('admin.evidence')} value={done.evidence} />}
        <Group>
          <Button variant="default" data-autofocus onClick={onBack}>
            {t('common.close')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Alert
      variant="outline"
      color="red"
      icon={<TriangleAlert size={16} aria-hidden />}
      title={t('admin.clearTitle', { name: cellText(name, 120) })}
      data-testid="clear-store"
    >
      <Stack gap="md">
        <Text size="sm">{t('admin.clearText')}</Text>
        <TextInput
          label={t('admin.clearType', { text: cellText(url, 300) })}
          classNames={{ input: 'mono' }}
          value={typed}
          disabled={busy}
          data-autofocus
          data-testid="clear-typed"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {problem !== undefined && <ErrorNotice error={problem} />}
        <Group justify="flex-end" gap="sm">
          {progress !== undefined && (
            <Text size="sm" role="status">
              {t(`admin.clearing.${progress.phase}`)}
            </Text>
          )}
          <Button
            variant="default"
            onClick={() => {
              if (busy) running.current?.abort();
              else onBack();
            }}
          >
            {t('common.cancel')}
          </Button>
          <Button
            color="red"
            disabled={typed !== url}
            loading={busy}
            data-testid="clear-do"
            onClick={() => void clear()}
          >
            {t('admin.clearDo')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
