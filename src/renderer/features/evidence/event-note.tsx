/** What somebody noted on an event, in its detail; and the form that writes it. */
import { Badge, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { NotebookPen, StickyNote } from 'lucide-react';
import { Fragment, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Annotation } from '../../../shared/actions/models.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { EventDetail } from '../../../shared/event.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, showHidden } from '../../model/visible-text.ts';
import { formatMinute } from '../../model/time-format.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import classes from './evidence.module.css';
import { draftOf, useNoteDraft, type NotePlace } from './note-drafts.ts';
import { recordDigest, tagsOf, useNoteActions, useNotes } from './notes.ts';

const MOST_LETTERS = 20_000;

export function EventNotes({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const source = useShownStatus()?.sources[event.source]?.url;
  const notes = useNotes();
  const [editing, setEditing] = useState<string>();
  const [hash, setHash] = useState<string>();
  useEffect(() => {
    let current = true;
    void recordDigest(event).then((digest) => (current ? setHash(digest) : undefined));
    return () => {
      current = false;
    };
  }, [event]);
  if (source === undefined || notes === undefined) return null;
  const mine = notes.filter((note) => note.source === source && note.event_id === event.id);
  const NEW = 'new';
  return (
    <section className={classes.notes} aria-label={t('notes.heading')} data-testid="event-notes">
      {mine.map((note) =>
        editing === note.id ? (
          <NoteForm key={note.id} event={event} source={source} note={note} onDone={() => setEditing(undefined)} />
        ) : (
          <Fragment key={note.id}>
            <NoteView
              note={note}
              changed={hash !== undefined && note.event_hash !== '' && note.event_hash !== hash}
              onEdit={() => setEditing(note.id)}
            />
            <DraftView source={source} eventId={event.id} note={note} onEdit={() => setEditing(note.id)} />
          </Fragment>
        ),
      )}
      {editing === NEW ? (
        <NoteForm event={event} source={source} note={undefined} onDone={() => setEditing(undefined)} />
      ) : (
        <DraftView source={source} eventId={event.id} note={undefined} onEdit={() => setEditing(NEW)}>
          {mine.length === 0 && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<StickyNote size={12} aria-hidden />}
              data-testid="note-add"
              onClick={() => setEditing(NEW)}
            >
              {t('notes.add')}
            </Button>
          )}
        </DraftView>
      )}
    </section>
  );
}

interface NoteViewProps {
  readonly note: Annotation;
  /** The record is not the one that was noted. */
  readonly changed: boolean;
  readonly onEdit: () => void;
}

function NoteView({ note, changed, onEdit }: NoteViewProps) {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  return (
    <div className={classes.note} data-testid="note">
      <Group gap={4} align="flex-start" wrap="nowrap">
        <div className={classes.noteText}>
          {note.tags.map((tag) => (
            <Badge key={tag} size="sm" variant="default" mr={4} tt="none">
              <bdi>{cellText(tag, 40)}</bdi>
            </Badge>
          ))}
          <bdi>{showHidden(note.note, true)}</bdi>
        </div>
        <IconButton icon={NotebookPen} size={20} iconSize={13} label={t('notes.edit')} onClick={onEdit} />
      </Group>
      {changed && (
        <Text size="xs" className="wrong" role="status">
          {t('notes.changed')}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        <bdi>{cellText(note.author, 60)}</bdi> · {formatMinute(note.updated_at, zone)}
      </Text>
    </div>
  );
}

interface DraftViewProps extends NotePlace {
  readonly onEdit: () => void;
  /** What stands here when there is no draft. */
  readonly children?: ReactNode;
}

/** What was written here and not kept, until somebody goes on with it or discards it. */
function DraftView({ onEdit, children, ...place }: DraftViewProps) {
  const { t } = useWords();
  const { draft, drop } = useNoteDraft(place);
  if (draft === undefined) return children;
  return (
    <div className={classes.note} data-testid="note-draft">
      <Text size="xs" className="wrong" role="status">
        {t('notes.unsaved')}
      </Text>
      <div className={classes.noteText}>
        <bdi>{showHidden([draft.text, draft.tags].filter((part) => part !== '').join('\n'), true)}</bdi>
      </div>
      <Group gap="xs" justify="flex-end">
        <Button variant="default" size="compact-xs" onClick={drop}>
          {t('notes.discard')}
        </Button>
        <Button size="compact-xs" data-testid="note-continue" onClick={onEdit}>
          {t('notes.continue')}
        </Button>
      </Group>
    </div>
  );
}

interface NoteFormProps {
  readonly event: EventDetail;
  readonly source: string;
  readonly note: Annotation | undefined;
  readonly onDone: () => void;
}

function NoteForm({ event, source, note, onDone }: NoteFormProps) {
  const { t } = useWords();
  const { keep, remove } = useNoteActions();
  const { draft, setDraft, drop } = useNoteDraft({ source, eventId: event.id, note });
  const { text, tags } = draft ?? draftOf(note);
  const [problem, setProblem] = useState<AppError>();
  const box = useRef<HTMLTextAreaElement>(null);
  // Whoever asked for the form wants to write.
  useEffect(() => box.current?.focus(), []);
  const empty = text.trim() === '' && tagsOf(tags).length === 0;
  const finish = (failure: AppError | undefined): void => {
    setProblem(failure);
    if (failure !== undefined) return;
    drop();
    onDone();
  };
  const save = async (): Promise<void> => {
    const event_hash = await recordDigest(event);
    const input = { source, event_id: event.id, event_hash, tags: [...tagsOf(tags)], note: text.trim() };
    finish(await keep(input, note?.id));
  };
  // Escape ends the writing, not the detail around it, and leaves a draft; Ctrl+Enter is Enter where Enter makes a line.
  const onKeyDown = (key: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
    if (key.key === 'Escape') {
      key.preventDefault();
      onDone();
    }
    if (key.key === 'Enter' && (key.ctrlKey || key.metaKey)) {
      key.preventDefault();
      key.currentTarget.form?.requestSubmit();
    }
  };
  return (
    <form
      className={classes.note}
      onSubmit={(submit) => {
        submit.preventDefault();
        if (!empty) void save();
      }}
    >
      <Stack gap="xs">
        <Textarea
          size="xs"
          label={t('notes.text')}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={MOST_LETTERS}
          value={text}
          ref={box}
          onKeyDown={onKeyDown}
          data-testid="note-text"
          onChange={(change) => setDraft({ text: change.currentTarget.value, tags })}
        />
        <TextInput
          label={t('notes.tags')}
          value={tags}
          onKeyDown={onKeyDown}
          data-testid="note-tags"
          onChange={(change) => setDraft({ text, tags: change.currentTarget.value })}
        />
        {problem !== undefined && <ErrorNotice error={problem} />}
        <Group gap="xs" justify="flex-end">
          {note !== undefined && (
            <Button variant="subtle" color="red" mr="auto" onClick={() => void remove(note.id).then(finish)}>
              {t('notes.remove')}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => {
              drop();
              onDone();
            }}
          >
            {draft === undefined ? t('common.cancel') : t('notes.discard')}
          </Button>
          <Button type="submit" disabled={empty} data-testid="note-save">
            {t('notes.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
