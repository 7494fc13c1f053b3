/** What a reader should know about a store or a capture: in their language where there are words for it, with the original. */
import { Info, TriangleAlert } from 'lucide-react';
import type { Note } from '../../shared/contract.ts';
import { useNoteText } from '../i18n/engine-words.ts';
import { cellText } from '../model/visible-text.ts';
import classes from './note-list.module.css';

const LIMIT = 600;

export function NoteList({ notes }: { readonly notes: readonly Note[] }) {
  const textOf = useNoteText();
  return (
    <ul className={classes.list} data-testid="notes">
      {notes.map((note) => {
        const { text, original } = textOf(note);
        const Icon = note.severity === 'warning' ? TriangleAlert : Info;
        return (
          <li key={`${note.code}/${note.message}`} data-severity={note.severity} data-code={note.code}>
            <Icon size={14} aria-hidden />
            <span>
              <bdi>{cellText(text, LIMIT)}</bdi>
              {original !== undefined && (
                <bdi className={classes.original} lang="en">
                  {cellText(original, LIMIT)}
                </bdi>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
