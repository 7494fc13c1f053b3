/** One field's values: the most frequent ones, or those that match a search. */
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { ChevronDown, ChevronRight, Search } from 'lucide-react';
import { useState } from 'react';
import type { Facet as FacetValues } from '../../../shared/contract.ts';
import type { FacetField } from '../../../shared/event.ts';
import { useWords } from '../../i18n/use-words.ts';
import { valuesOf } from '../../model/filter-edit.ts';
import { wouldLeave, type FacetChange } from '../../model/would-leave.ts';
import { FacetLine, moveFocus } from './facet-line.tsx';
import { FACET_LIMIT } from './facet-panel.tsx';
import classes from './facets.module.css';
import { usePreferences } from '../../stores/preferences.ts';
import { isNamedField } from '../names/use-name.ts';
import { useOwnCounts } from './own-counts.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

interface FacetProps {
  readonly field: FacetField;
  readonly facet: FacetValues | undefined;
  /** Events in the view. */
  readonly total: number;
  readonly failed: boolean;
  readonly open: boolean;
  readonly searching: boolean;
  readonly onToggle: () => void;
  readonly onSearch: (on: boolean) => void;
}

const MORE = 50;
/** So many values can be listed; whoever looks for others searches. */
const MOST = 1_000;

export function Facet({ field, facet, total, failed, open, searching, onToggle, onSearch }: FacetProps) {
  const { t, counted } = useWords();
  const Chevron = open ? ChevronDown : ChevronRight;
  const name = t(`field.${field}`);
  return (
    <div data-testid={`facet-${field}`}>
      <button type="button" className={classes.head} aria-expanded={open} onClick={onToggle}>
        <Chevron size={13} aria-hidden />
        {name}
        {open && facet !== undefined && (
          <span className={classes.distinct}>{t('facets.distinct', counted(facet.distinct))}</span>
        )}
      </button>
      {open && failed && <div className={classes.note}>{t('facets.failed')}</div>}
      {open && facet !== undefined && (
        <FacetBody field={field} facet={facet} total={total} searching={searching} onSearch={onSearch} />
      )}
    </div>
  );
}

type FacetBodyProps = Pick<FacetProps, 'field' | 'total' | 'searching' | 'onSearch'> & { readonly facet: FacetValues };

function FacetBody({ field, facet, total, searching, onSearch }: FacetBodyProps) {
  const { t, number, counted } = useWords();
  const { snapshot_id, filter } = useShownView();
  const [text, setText] = useState('');
  const [contains] = useDebouncedValue(text.trim(), 150);
  const [limit, setLimit] = useState(MORE);
  const by_name = usePreferences((state) => state.values.names === 'names') && isNamedField(field);
  const wide = useSnapshotQuery(
    'event_audit_get_facets',
    searching ? snapshot_id : undefined,
    { filter, wide: field, contains, limit, by_name },
    (snapshot) => ({ snapshot_id: snapshot, filter, fields: [field], limit, contains, by_name, exclude_own: true }),
  );
  const name = t(`field.${field}`);
  const shown = searching ? (wide.data?.facets[0] ?? facet) : facet;
  const hasMore = limit < MOST && shown.distinct > shown.values.length;
  const included = valuesOf(filter, field, false);
  const excluded = valuesOf(filter, field, true);
  // What the filter names stays in sight even when it is not among the most frequent.
  const missing = [...new Set([...included, ...excluded])].filter(
    (value) => !facet.values.some((one) => one.value === value) && !shown.values.some((one) => one.value === value),
  );
  const { base, counts: asked } = useOwnCounts(field, missing, total);
  const values = searching
    ? shown.values
    : [...shown.values, ...missing.map((value) => ({ value, count: asked.get(value) }))];
  const counts = new Map([
    ...asked,
    ...[...facet.values, ...shown.values].map(({ value, count }) => [value, count] as const),
  ]);
  const most = Math.max(1, base ?? total, ...shown.values.map((one) => one.count));
  const leaves = (change: FacetChange, value: string): number | undefined =>
    base === undefined ? undefined : wouldLeave({ base, counts, included, excluded }, change, value);
  return (
    // The values are buttons of their own; this only moves the focus among them.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.body} onKeyDown={(event) => moveFocus(event)}>
      {searching && (
        <TextInput
          className={classes.search ?? ''}
          aria-label={t('facets.search', { field: name })}
          placeholder={t('facets.searchAll', { formatted: number(facet.distinct) })}
          value={text}
          ref={(node) => node?.focus({ preventScroll: true })}
          data-testid="facet-search"
          onChange={(event) => {
            setText(event.currentTarget.value);
            setLimit(MORE);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            onSearch(false);
          }}
        />
      )}
      {values.map(({ value, count }, index) => (
        <FacetLine
          key={value}
          field={field}
          value={value}
          count={count}
          most={most}
          first={index === 0}
          state={included.includes(value) ? 'in' : excluded.includes(value) ? 'out' : 'free'}
          further={included.length > 0}
          leaves={leaves}
        />
      ))}
      {values.length === 0 && <div className={classes.note}>{t('facets.none')}</div>}
      {searching && hasMore && (
        <button type="button" className={classes.head} onClick={() => setLimit(Math.min(MOST, limit * 4))}>
          <span className="dim">{t('facets.rest', counted(shown.distinct - shown.values.length))}</span>
        </button>
      )}
      {facet.distinct > FACET_LIMIT && !searching && (
        <button type="button" className={classes.head} onClick={() => onSearch(true)}>
          <Search size={12} aria-hidden />
          <span className="dim">{t('facets.more')}</span>
        </button>
      )}
    </div>
  );
}
