/** The middle of the window: which events, over time, row by row. */
import { useFeedNames } from '../names/use-name.ts';
import { Welcome } from '../sources/welcome.tsx';
import { useFeedPages } from './event-pages.ts';
import classes from './explorer.module.css';
import { FilterBar } from './filter-bar.tsx';
import { Grid } from './grid.tsx';
import { Histogram } from './histogram.tsx';

interface ExplorerProps {
  /** A panel takes the whole window: nothing here is seen, or to be reached by keys. */
  readonly covered: boolean;
}

export function Explorer({ covered }: ExplorerProps) {
  useFeedPages();
  useFeedNames();
  return (
    <main className={classes.centre} data-covered={covered || undefined}>
      <Welcome />
      <FilterBar />
      <Histogram />
      <Grid />
    </main>
  );
}
