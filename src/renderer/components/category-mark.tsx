/** The small square that stands for a category, or for another value that the histogram tells apart; its name stands beside it. */
import { categoryColour } from '../model/category-colour.ts';
import classes from './category-mark.module.css';

export function CategoryMark({ category }: { readonly category: string }) {
  return <ColourMark colour={categoryColour(category)} />;
}

export function ColourMark({ colour }: { readonly colour: string }) {
  return <span className={classes.mark} style={{ background: colour }} data-mark aria-hidden />;
}
