/** The middle of the window: which events, over time, row by row. */
import { useFeedNames } from '../names/use-name.ts';
import { Welcome } from '../sources/welcome.tsx';
import { useFeedPages } from './event-pages.ts';
import classes from './explorer.module.css';
import { FilterBar } from './filter-bar.tsx';
import { Grid } from './grid.tsx';
import { Histogram } from './histogram.tsx';

export function Explorer() {
  useFeedPages();
  useFeedNames();
  return (
    <main className={classes.centre}>
      <Welcome />
      <FilterBar />
      <Histogram />
      <Grid />
    </main>
  );
}
