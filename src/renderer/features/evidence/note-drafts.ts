/** What was written into the form of a note and not kept yet: it is there again until it is kept or discarded. */
import type { Annotation } from '../../../shared/actions/models.ts';
import type { Preferences } from '../../../shared/desktop.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { noteKey } from './notes.ts';

export type NoteDraft = Preferences['note_drafts'][string];

export interface NotePlace {
  readonly source: string;
  readonly eventId: string;
  /** `undefined` for a note that is not there yet. */
  readonly note: Annotation | undefined;
}

/** What the form begins with when nothing was typed. */
export function draftOf(note: Annotation | undefined): NoteDraft {
  return { text: note?.note ?? '', tags: note?.tags.join(' ') ?? '' };
}

export interface DraftOfNote {
  /** `undefined` when nothing differs from what is kept. */
  readonly draft: NoteDraft | undefined;
  readonly setDraft: (draft: NoteDraft) => void;
  readonly drop: () => void;
}

export function useNoteDraft({ source, eventId, note }: NotePlace): DraftOfNote {
  const key = `${noteKey(source, eventId)}\n${note?.id ?? ''}`;
  const draft = usePreferences(({ values }) => values.note_drafts[key]);
  const drop = (): void => {
    const { [key]: _dropped, ...others } = usePreferences.getState().values.note_drafts;
    setPreferences({ note_drafts: others });
  };
  return {
    draft,
    drop,
    setDraft: (next) => {
      const { text, tags } = draftOf(note);
      if (next.text === text && next.tags === tags) drop();
      else setPreferences({ note_drafts: { ...usePreferences.getState().values.note_drafts, [key]: next } });
    },
  };
}
