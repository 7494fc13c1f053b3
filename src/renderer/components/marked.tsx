/** A text with what is searched for marked in it, and everything invisible made visible. */
import { searchStretches } from '../model/search-hits.ts';
import { showHidden } from '../model/visible-text.ts';
import { useView } from '../stores/view.ts';
import classes from './marked.module.css';

interface MarkedProps {
  readonly text: string;
  readonly search: string;
  /** Line breaks and tabs stay what they are. */
  readonly keepLines?: boolean;
}

export function Marked({ text, search, keepLines = false }: MarkedProps) {
  if (search === '') return showHidden(text, keepLines);
  return searchStretches(text, search).map((stretch, index) =>
    stretch.hit ? (
      // The stretches of a text change only with the text.
      // oxlint-disable-next-line react/no-array-index-key
      <mark key={index} className={classes.hit} data-testid="hit">
        {showHidden(stretch.text, keepLines)}
      </mark>
    ) : (
      showHidden(stretch.text, keepLines)
    ),
  );
}

/** What is searched for in the shown view. */
export function useSearch(): string {
  return useView(({ filter }) => filter.search);
}
