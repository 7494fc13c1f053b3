/** Hands over all that was set aside: a file of JSON Lines with every byte, and its manifest. */
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { ActionOutput } from '../../../shared/contract.ts';
import { isAbort, type AppError } from '../../../shared/errors.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Fact } from '../../components/fact.tsx';
import { useWords } from '../../i18n/use-words.ts';

export function SaveRejects({ snapshot }: { readonly snapshot: string }) {
  const { t, counted } = useWords();
  const [saved, setSaved] = useState<ActionOutput<'event_audit_export_rejects'>>();
  const [problem, setProblem] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const day = new Date().toISOString().slice(0, 10);
      const { path } = await desktop('choose_export_path', {
        format: 'jsonl',
        suggested_name: `${t('evidence.rejectsFile')}-${day}.jsonl`,
      });
      if (path !== null)
        setSaved(await callAction('event_audit_export_rejects', { snapshot_id: snapshot, output: path }));
    } catch (error) {
      if (!isAbort(error)) setProblem(asAppError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {problem !== undefined && <ErrorNotice error={problem} />}
      {saved !== undefined && (
        <div role="status" data-testid="rejects-saved">
          <Fact name={t('evidence.rejectsSaved', counted(saved.records))} value={saved.path} />
        </div>
      )}
      <Group>
        <Button variant="default" loading={busy} data-testid="rejects-save" onClick={() => void save()}>
          {t('evidence.saveRejects')}
        </Button>
      </Group>
    </>
  );
}
