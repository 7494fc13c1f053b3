/** One field's values: the most frequent ones, or those that match a search. */
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { ChevronDown, ChevronRight, Minus, Search } from 'lucide-react';
import { useState } from 'react';
import type { Facet as FacetValues } from '../../../shared/contract.ts';
import type { FacetField } from '../../../shared/event.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { excludeValue, toggleValue, valuesOf } from '../../model/filter-edit.ts';
import { cellText } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import { Named } from '../names/named.tsx';
import { isNamedField } from '../names/use-name.ts';
import { FACET_LIMIT } from './facet-panel.tsx';
import classes from './facets.module.css';
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
  const { t } = useWords();
  const { snapshot_id, filter } = useShownView();
  const [text, setText] = useState('');
  const [contains] = useDebouncedValue(text.trim(), 150);
  const wide = useSnapshotQuery(
    'event_audit_get_facets',
    searching ? snapshot_id : undefined,
    { filter, wide: field, contains },
    (snapshot) => ({ snapshot_id: snapshot, filter, fields: [field], limit: MORE, contains, exclude_own: true }),
  );
  const name = t(`field.${field}`);
  const found = searching ? (wide.data?.facets[0]?.values ?? facet.values) : facet.values;
  const included = valuesOf(filter, field, false);
  const excluded = valuesOf(filter, field, true);
  // What the filter names stays in sight even when it is not among the most frequent.
  const missing = [...included, ...excluded].filter((value) => !found.some((one) => one.value === value));
  const values = [...found, ...(searching ? [] : missing.map((value) => ({ value, count: undefined })))];
  const most = Math.max(1, total, ...found.map((one) => one.count));
  return (
    <div className={classes.body}>
      {searching && (
        <TextInput
          className={classes.search ?? ''}
          aria-label={t('facets.search', { field: name })}
          placeholder={t('facets.searchHint')}
          value={text}
          ref={(node) => node?.focus({ preventScroll: true })}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            onSearch(false);
          }}
        />
      )}
      {values.map(({ value, count }) => (
        <FacetLine
          key={value}
          field={field}
          value={value}
          count={count}
          most={most}
          state={included.includes(value) ? 'in' : excluded.includes(value) ? 'out' : 'free'}
        />
      ))}
      {values.length === 0 && <div className={classes.note}>{t('facets.none')}</div>}
      {facet.distinct > FACET_LIMIT && !searching && (
        <button type="button" className={classes.head} onClick={() => onSearch(true)}>
          <Search size={12} aria-hidden />
          <span className="dim">{t('facets.more')}</span>
        </button>
      )}
    </div>
  );
}

interface FacetLineProps {
  readonly field: FacetField;
  readonly value: string;
  readonly count: number | undefined;
  readonly most: number;
  readonly state: 'in' | 'out' | 'free';
}

function FacetLine({ field, value, count, most, state }: FacetLineProps) {
  const { t, number, percent } = useWords();
  const words = { field: t(`field.${field}`), value: value === '' ? t('common.empty') : cellText(value, 60) };
  const share = (count ?? 0) / most;
  return (
    <div className={classes.line} data-state={state} data-testid="facet-value">
      <button
        type="button"
        className={classes.value}
        aria-pressed={state === 'in'}
        title={state === 'free' ? t('facets.include', words) : t('facets.release', words)}
        onClick={() => editFilter((filter) => toggleValue(filter, field, value))}
      >
        <span className={classes.bar} style={{ width: `${String(share * 100)}%` }} aria-hidden />
        {field === 'category' && value !== '' && (
          <span className={classes.name} style={{ overflow: 'visible', flex: 'none', marginRight: -4 }}>
            <CategoryMark category={value} />
          </span>
        )}
        <span className={classes.name}>
          {isNamedField(field) && value !== '' ? (
            <Named id={value} limit={120} />
          ) : (
            <SafeText value={value} limit={120} />
          )}
        </span>
        {count !== undefined && (
          <span className={classes.count} title={percent(share)}>
            {number(count)}
          </span>
        )}
      </button>
      {state === 'free' && (
        <IconButton
          className={classes.exclude ?? ''}
          icon={Minus}
          size={20}
          iconSize={12}
          label={t('facets.exclude', words)}
          onClick={() => editFilter((filter) => excludeValue(filter, field, value))}
        />
      )}
    </div>
  );
}
