/** Notes and tags on events: kept in this application's own data, never in the store. An event is known by source, id and digest. */
import { useMemo } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Annotation } from '../../../shared/actions/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { EventDetail } from '../../../shared/event.ts';
import { asAppError, callAction } from '../../api.ts';
import { eventJson } from '../../model/event-json.ts';
import { openSource } from '../../stores/captures.ts';
import { activeSource, showSource, useSources } from '../../stores/sources.ts';
import { openDetail } from '../../stores/view.ts';

const NOTES_KEY = ['notes'];

export function useNotes(): readonly Annotation[] | undefined {
  return useQuery({
    queryKey: NOTES_KEY,
    queryFn: ({ signal }) => callAction('event_audit_list_annotations', {}, { signal }),
  }).data?.annotations;
}

/** What the noted events of a source are found by. */
export function noteKey(source: string, eventId: string): string {
  return `${source}\n${eventId}`;
}

/** The notes by {@link noteKey}, each as one text for a tooltip. */
export function useNoteTexts(): ReadonlyMap<string, string> {
  const notes = useNotes();
  return useMemo(() => {
    const texts = new Map<string, string>();
    for (const note of notes ?? []) {
      const key = noteKey(note.source, note.event_id);
      const text = [...note.tags.map((tag) => `#${tag}`), note.note].filter((part) => part !== '').join(' ');
      texts.set(key, texts.has(key) ? `${texts.get(key) ?? ''}\n${text}` : text);
    }
    return texts;
  }, [notes]);
}

/** SHA-256 of the record in hexadecimal digits: tells whether the noted event is still the same. */
export async function recordDigest(event: EventDetail): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(eventJson(event)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type NoteInput = Pick<Annotation, 'source' | 'event_id' | 'event_hash' | 'tags' | 'note'>;

export interface NoteActions {
  /** Both give the failure, for the form that asked. A note without words and tags is removed. */
  readonly keep: (input: NoteInput, id: string | undefined) => Promise<AppError | undefined>;
  readonly remove: (id: string) => Promise<AppError | undefined>;
}

export function useNoteActions(): NoteActions {
  const client = useQueryClient();
  const run = async (work: Promise<unknown>): Promise<AppError | undefined> => {
    try {
      await work;
      return undefined;
    } catch (error) {
      return asAppError(error);
    } finally {
      await client.invalidateQueries({ queryKey: NOTES_KEY });
    }
  };
  return {
    keep: (input, id) =>
      run(
        callAction('event_audit_save_annotation', {
          ...input,
          tags: [...input.tags],
          ...(id !== undefined && { id }),
        }),
      ),
    remove: (id) => run(callAction('event_audit_remove_annotation', { id })),
  };
}

/**
 * Opens the event of a note: its source is shown, or opened first. The filter stays; the event opens whatever it says.
 * @throws AppError `not_found` when the source does not hold the event any more
 */
export async function goToNote({ source, event_id, event_hash }: Annotation): Promise<void> {
  const holds = useSources.getState().sources.filter((one) => one.status?.sources.some(({ url }) => url === source));
  const shown = activeSource(useSources.getState());
  const open = holds.find((one) => one.key === shown?.key) ?? holds[0];
  if (open === undefined || open.lost) {
    const { connections } = await callAction('event_audit_list_sources', {});
    await openSource({ url: source, connection_id: connections.find(({ url }) => url === source)?.id });
  } else {
    showSource(open.key);
  }
  const status = activeSource(useSources.getState())?.status;
  // Nothing to read from: why is said where the source is.
  if (status === undefined) return;
  const { events } = await callAction('event_audit_get_event', { snapshot_id: status.snapshot_id, id: event_id });
  const here = events.filter((event) => status.sources[event.source]?.url === source);
  const digests = await Promise.all(here.map(recordDigest));
  const found = here[Math.max(0, digests.indexOf(event_hash))];
  if (found === undefined) {
    throw new AppError('not_found', `The event ${event_id} of the note is not in this copy of ${source}.`);
  }
  openDetail(found.n);
}

/** Notes as JSON text for others: what was noted on which record, by whom and when. */
export function notesJson(notes: readonly Annotation[]): string {
  return JSON.stringify(
    notes.map(({ id: _own, ...note }) => note),
    null,
    2,
  );
}

/** Tags as they are typed: parted by commas or spaces, a leading `#` dropped, each once. */
export function tagsOf(text: string): readonly string[] {
  const tags = text.split(/[\s,;]+/).map((tag) => tag.replace(/^#+/, ''));
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
