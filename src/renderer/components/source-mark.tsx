/** The letter that stands for one of several sources. Grey: colours belong to categories. */
import { sourceLetter } from '../model/source-filter.ts';
import classes from './source-mark.module.css';

export function SourceMark({ index }: { readonly index: number }) {
  return (
    <span className={classes.mark} aria-hidden>
      {sourceLetter(index)}
    </span>
  );
}
