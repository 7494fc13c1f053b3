/** What was written, and how anyone can tell that it stayed so. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { ExportResult } from '../../../shared/contract.ts';
import { asAppError, desktop } from '../../api.ts';
import { Fact } from '../../components/fact.tsx';
import { NoteList } from '../../components/note-list.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { reportProblem } from '../../stores/problems.ts';

interface ExportDoneProps {
  readonly result: ExportResult;
  readonly onAgain: () => void;
}

export function ExportDone({ result, onAgain }: ExportDoneProps) {
  const { t, counted, bytes } = useWords();
  const { path, manifest_path, rows, sha256, guarded_cells, notes, complete } = result;
  const show = (): void => {
    desktop('show_in_folder', { path }).catch((error: unknown) => reportProblem(asAppError(error)));
  };
  return (
    <Stack gap="sm" data-testid="export-result" data-rows={rows}>
      <Text fw={600} size="lg" role="status">
        {t('export.doneTitle', counted(rows))}
      </Text>
      <Fact name={t('export.file')} value={path} />
      <Text size="sm" c="dimmed">
        {t('export.size')}: {bytes(result.bytes)}
      </Text>
      <Fact name={t('export.sha256')} value={sha256} />
      {manifest_path !== null && <Fact name={t('export.manifestFile')} value={manifest_path} />}
      {guarded_cells > 0 && <Text size="sm">{t('export.guarded', counted(guarded_cells))}</Text>}
      {!complete && (
        <Text size="sm" c="var(--wrong)">
          {t('export.incomplete')}
        </Text>
      )}
      {notes.length > 0 && <NoteList notes={notes} />}
      <Group justify="flex-end" gap="sm" mt="sm">
        <Button variant="default" onClick={onAgain}>
          {t('export.again')}
        </Button>
        <Button variant="default" onClick={show}>
          {t('export.showInFolder')}
        </Button>
        <Button onClick={closeDialog} data-testid="export-close">
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}
