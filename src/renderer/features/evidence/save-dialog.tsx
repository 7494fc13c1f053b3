/** Keeps the shown snapshot as a file that opens without its store, encrypted when a passphrase is given. */
import { Button, Checkbox, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ActionOutput, ActionProgress } from '../../../shared/contract.ts';
import { isAbort, type AppError } from '../../../shared/errors.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { sourceLabel } from '../../model/source-label.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { SavedFacts } from './saved-facts.tsx';

const SHORTEST = 8;

export function SaveDialog() {
  const { t, bytes } = useWords();
  const status = useShownStatus();
  const [encrypt, setEncrypt] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [progress, setProgress] = useState<ActionProgress<'event_audit_save_snapshot'>>();
  const [saved, setSaved] = useState<ActionOutput<'event_audit_save_snapshot'>>();
  const [problem, setProblem] = useState<AppError>();
  const [cancelled, setCancelled] = useState(false);
  const [busy, setBusy] = useState(false);
  const controller = useRef<AbortController | undefined>(undefined);
  // A dialog that is closed withdraws what it started; nothing is left behind then.
  useEffect(() => () => controller.current?.abort(), []);
  const reading = status?.state === 'capturing' || status?.state === 'sorting';
  const short = encrypt && passphrase !== '' && passphrase.length < SHORTEST;
  const differs = encrypt && again !== '' && again !== passphrase;
  const ready =
    status !== undefined && !reading && (!encrypt || (passphrase.length >= SHORTEST && again === passphrase));

  const start = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy(true);
    setProblem(undefined);
    setCancelled(false);
    try {
      const day = new Date().toISOString().slice(0, 10);
      const label = status.sources.length === 1 ? sourceLabel(status.source.url) : t('save.suggested');
      const { path } = await desktop('choose_snapshot_path', {
        suggested_name: `${label.replace(/:$/, '')}-${day}.duckdb`,
      });
      if (path === null) return;
      controller.current = new AbortController();
      setSaved(
        await callAction(
          'event_audit_save_snapshot',
          { snapshot_id: status.snapshot_id, path, ...(encrypt && { passphrase }) },
          { signal: controller.current.signal, onProgress: setProgress },
        ),
      );
    } catch (error) {
      if (isAbort(error)) setCancelled(true);
      else setProblem(asAppError(error));
    } finally {
      setBusy(false);
      setProgress(undefined);
    }
  };

  return (
    <AppDialog title={t('save.title')} size={520} data-testid="save-dialog">
      {saved !== undefined ? (
        <SavedFacts saved={saved} encrypted={encrypt} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <Stack gap="md">
            <Text>{t('save.text')}</Text>
            <Checkbox
              label={t('save.encrypt')}
              checked={encrypt}
              disabled={busy}
              data-testid="save-encrypt"
              onChange={(event) => setEncrypt(event.currentTarget.checked)}
            />
            {encrypt && (
              <Group gap="sm" grow align="flex-start">
                <PasswordInput
                  label={t('save.passphrase')}
                  value={passphrase}
                  error={short ? t('save.short') : undefined}
                  disabled={busy}
                  autoComplete="new-password"
                  visibilityToggleButtonProps={{ 'aria-label': t('connect.showSecret') }}
                  data-autofocus
                  data-testid="save-passphrase"
                  onChange={(event) => setPassphrase(event.currentTarget.value)}
                />
                <PasswordInput
                  label={t('save.again')}
                  value={again}
                  error={differs ? t('save.differs') : undefined}
                  disabled={busy}
                  autoComplete="new-password"
                  visibilityToggleButtonProps={{ 'aria-label': t('connect.showSecret') }}
                  data-testid="save-again"
                  onChange={(event) => setAgain(event.currentTarget.value)}
                />
              </Group>
            )}
            <Text size="sm" fw={encrypt ? 600 : 400} {...(!encrypt && { c: 'dimmed' })}>
              {encrypt ? t('save.lost') : t('save.clear')}
            </Text>
            {reading && (
              <Text size="sm" c="dimmed">
                {t('save.running')}
              </Text>
            )}
            {progress !== undefined && (
              <div role="status">
                <Text size="sm">{t('save.saving', { done: bytes(progress.bytes), total: bytes(progress.total) })}</Text>
                <Progress aria-label={t('save.title')} value={(100 * progress.bytes) / Math.max(1, progress.total)} />
              </div>
            )}
            {problem !== undefined && <ErrorNotice error={problem} />}
            {cancelled && <Text role="status">{t('save.cancelled')}</Text>}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={busy ? () => controller.current?.abort() : closeDialog}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={busy} disabled={!ready} data-testid="save-start">
                {t('save.start')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </AppDialog>
  );
}
