/** What stands where a filter leaves nothing: which of its parts excludes most, each with what would be there without it. */
import { Button } from '@mantine/core';
import { X } from 'lucide-react';
import type { EmptyExplanation, FilterPart } from '../../../shared/analysis-schemas.ts';
import type { Filter } from '../../../shared/filter.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, inSentence } from '../../model/visible-text.ts';
import { clearFilter, editFilter, undoLook, useView } from '../../stores/view.ts';
import { useFindingTitle } from '../findings/finding-words.ts';
import classes from './no-hits.module.css';
import { useRangeWords } from './range-words.ts';
import { useFilter, useShownView, useSnapshotQuery } from './view-query.ts';

const LISTED = 8;
const VALUES = 3;
const VALUE_LIMIT = 40;

export function NoHits() {
  const { t } = useWords();
  const { snapshot_id } = useShownView();
  const filter = useFilter();
  const undoable = useView((state) => state.past.length > 0);
  const { data, isPlaceholderData } = useSnapshotQuery(
    'event_audit_explain_empty',
    snapshot_id,
    { filter },
    (snapshot) => ({ snapshot_id: snapshot, filter }),
  );
  // Until it is known which part it is, nothing is claimed.
  const told = data === undefined || isPlaceholderData ? undefined : data;
  return (
    <EmptyState title={t('grid.noneTitle')} text={t(told === undefined ? 'noHits.looking' : textOf(told))}>
      {told !== undefined && told.parts.length > 0 && <Parts told={told} filter={filter} />}
      {undoable && (
        <Button variant="default" onClick={undoLook}>
          {t('filter.undo')}
        </Button>
      )}
      <Button variant="default" onClick={clearFilter}>
        {t('filter.clear')}
      </Button>
    </EmptyState>
  );
}

function textOf({
  all,
  parts,
}: EmptyExplanation): 'noHits.one' | 'noHits.several' | 'noHits.together' | 'noHits.nothing' {
  if (all === 0) return 'noHits.nothing';
  if (parts.length === 1) return 'noHits.one';
  return parts.some(({ without }) => without > 0) ? 'noHits.several' : 'noHits.together';
}

function Parts({ told, filter }: { readonly told: EmptyExplanation; readonly filter: Filter }) {
  const { t, counted } = useWords();
  const say = usePartText(filter);
  return (
    <ul className={classes.parts} aria-label={t('noHits.label')} data-testid="no-hits-parts">
      {told.parts.slice(0, LISTED).map(({ part, without, alone, filter: rest }) => (
        <li key={JSON.stringify(part)} data-testid="no-hits-part" data-without={without}>
          <span className={classes.what} title={t('noHits.alone', counted(alone))}>
            <bdi>{say(part)}</bdi>
          </span>
          <Button
            size="compact-xs"
            variant={without > 0 ? 'light' : 'default'}
            leftSection={<X size={12} aria-hidden />}
            data-testid="no-hits-remove"
            onClick={() => editFilter((now) => ({ ...rest, time_zone: now.time_zone }))}
          >
            {without > 0 ? t('noHits.without', counted(without)) : t('noHits.stillNone')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** A part of a filter in a few words, as its chip says it. */
function usePartText(filter: Filter): (part: FilterPart) => string {
  const { t } = useWords();
  const rangeText = useRangeWords();
  const findingTitle = useFindingTitle();
  return (part) => {
    switch (part.kind) {
      case 'condition': {
        const condition = filter.conditions[part.index];
        if (condition === undefined) return '';
        const { field, values, negate } = condition;
        const shown = values
          .slice(0, VALUES)
          .map((value) => (value === '' ? t('common.empty') : inSentence(value, VALUE_LIMIT)))
          .join(` ${t('filter.or')} `);
        const rest = values.length > VALUES ? ` +${String(values.length - VALUES)}` : '';
        return `${t(`field.${field}`)}: ${negate ? `${t('filter.not')} ` : ''}${shown}${rest}`;
      }
      case 'where': {
        const where = filter.where[part.index];
        if (where === undefined) return '';
        const value = where.value === '' ? t('common.empty') : inSentence(where.value, VALUE_LIMIT);
        return `${cellText(where.path, VALUE_LIMIT)}: ${where.negate ? `${t('filter.not')} ` : ''}${value}`;
      }
      case 'time':
        return rangeText(filter);
      case 'search':
        return t('noHits.search', { text: inSentence(filter.search, VALUE_LIMIT) });
      case 'sources':
        return `${t('field.source')}: ${filter.sources.map((url) => inSentence(url, VALUE_LIMIT)).join(` ${t('filter.or')} `)}`;
      default:
        return findingTitle(filter.set) ?? t('noHits.set');
    }
  };
}
