/** All notes, the latest first, each with the way to its event; and all of them as JSON to hand over. */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { asAppError } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { copyText } from '../../components/copy-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, showHidden } from '../../model/visible-text.ts';
import { formatMinute } from '../../model/time-format.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { SaveNotes } from '../export/save-notes.tsx';
import { useSourceName } from '../sources/source-name.ts';
import classes from './evidence.module.css';
import { goToNote, notesJson, useNotes } from './notes.ts';

const PREVIEW = 400;

export function NotesDialog() {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const nameOf = useSourceName();
  const snapshot = useShownStatus()?.snapshot_id;
  const notes = useNotes() ?? [];
  const latest = notes.toSorted((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  return (
    <AppDialog title={t('notes.heading')} size={680} data-testid="notes-dialog">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {notes.length === 0 ? t('notes.none') : t('notes.hint')}
        </Text>
        {latest.map((note) => (
          <article key={note.id} className={classes.reject} data-testid="noted">
            <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
              <div className={classes.noteText}>
                {note.tags.map((tag) => (
                  <Badge key={tag} size="sm" variant="default" mr={4} tt="none">
                    <bdi>{cellText(tag, 40)}</bdi>
                  </Badge>
                ))}
                <bdi>{showHidden(note.note.slice(0, PREVIEW), true)}</bdi>
                {note.note.length > PREVIEW && '…'}
              </div>
              <Button
                variant="default"
                data-testid="note-go"
                onClick={() => {
                  closeDialog();
                  goToNote(note).catch((error: unknown) => reportProblem(asAppError(error)));
                }}
              >
                {t('notes.go')}
              </Button>
            </Group>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              <SafeText value={nameOf(note.source)} limit={80} /> ·{' '}
              <bdi className="mono">{cellText(note.event_id, 80)}</bdi> · <bdi>{cellText(note.author, 60)}</bdi> ·{' '}
              {formatMinute(note.updated_at, zone)}
            </Text>
          </article>
        ))}
        <Group justify="flex-end" gap="sm">
          {notes.length > 0 && snapshot !== undefined && <SaveNotes snapshot={snapshot} />}
          {notes.length > 0 && (
            <Button variant="default" data-testid="notes-copy" onClick={() => copyText(notesJson(latest))}>
              {t('notes.copyAll')}
            </Button>
          )}
          <Button onClick={closeDialog}>{t('common.close')}</Button>
        </Group>
      </Stack>
    </AppDialog>
  );
}
