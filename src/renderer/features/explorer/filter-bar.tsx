/** Which events: the conditions as chips, the time range, the search, and undo. */
import { FilterX, Redo2, Undo2 } from 'lucide-react';
import { isEmptyFilter } from '../../../shared/filter.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { clearFilter, redoLook, undoLook, useView } from '../../stores/view.ts';
import { AddCondition, ConditionChip } from './condition-chip.tsx';
import classes from './filter-bar.module.css';
import { ScopeChips } from './scope-chips.tsx';
import { SearchBox } from './search-box.tsx';
import { TimeRange } from './time-range.tsx';

export function FilterBar() {
  const { t } = useWords();
  const { filter, past, future } = useView();
  return (
    <section className={classes.bar} aria-label={t('filter.label')} data-testid="filter-bar">
      <div className={classes.chips}>
        <ScopeChips />
        {filter.conditions.map((condition) => (
          <ConditionChip
            key={`${condition.field}/${String(condition.negate)}`}
            condition={{ type: 'field', condition }}
          />
        ))}
        {filter.where.map((condition) => (
          <ConditionChip key={JSON.stringify(condition)} condition={{ type: 'path', condition }} />
        ))}
        <TimeRange />
        <AddCondition />
      </div>
      <SearchBox />
      <div className={classes.tools}>
        <IconButton
          icon={FilterX}
          label={t('filter.clear')}
          disabled={isEmptyFilter(filter)}
          data-testid="filter-clear"
          onClick={clearFilter}
        />
        <IconButton icon={Undo2} label={t('filter.undo')} disabled={past.length === 0} onClick={undoLook} />
        <IconButton icon={Redo2} label={t('filter.redo')} disabled={future.length === 0} onClick={redoLook} />
      </div>
    </section>
  );
}
