/** The small square that stands for a category; the name always stands beside it. */
import { categoryColour } from '../model/category-colour.ts';
import classes from './category-mark.module.css';

export function CategoryMark({ category }: { readonly category: string }) {
  return <span className={classes.mark} style={{ background: categoryColour(category) }} aria-hidden />;
}
