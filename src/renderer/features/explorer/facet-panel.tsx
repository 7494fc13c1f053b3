/** The values of seven fields with their counts under the filter: a click includes, the cross excludes. */
import { useState } from 'react';
import { FACET_FIELDS, type FacetField } from '../../../shared/event.ts';
import { useWords } from '../../i18n/use-words.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { Facet } from './facet.tsx';
import classes from './facets.module.css';
import { SourceFacet } from './source-facet.tsx';
import { useEventPages, useRowsAnswered } from './event-pages.ts';
import { useShownView, useSnapshotQuery } from './view-query.ts';

const OPEN_AT_FIRST: ReadonlySet<FacetField> = new Set(['category', 'action', 'actor', 'action_object']);
export const FACET_LIMIT = 8;

export function FacetPanel() {
  const { t } = useWords();
  const { snapshot_id, filter } = useShownView();
  const panels = usePreferences((state) => state.values.panels);
  const [searching, setSearching] = useState<FacetField>();
  const total = useEventPages().total ?? 0;
  const answered = useRowsAnswered();
  const isOpen = (field: FacetField): boolean => (panels[`facet_${field}`] ?? (OPEN_AT_FIRST.has(field) ? 1 : 0)) === 1;
  const fields = FACET_FIELDS.filter((field) => isOpen(field));
  const { data, isError } = useSnapshotQuery(
    'event_audit_get_facets',
    answered && fields.length > 0 ? snapshot_id : undefined,
    { filter, fields },
    (snapshot) => ({ snapshot_id: snapshot, filter, fields, limit: FACET_LIMIT, exclude_own: true }),
  );
  return (
    <section className={classes.panel} aria-label={t('facets.heading')} data-testid="facets">
      <SourceFacet />
      {FACET_FIELDS.map((field) => (
        <Facet
          key={field}
          field={field}
          facet={data?.facets.find((one) => one.field === field)}
          total={total}
          failed={isError}
          open={isOpen(field)}
          searching={searching === field}
          onToggle={() => setPreferences({ panels: { ...panels, [`facet_${field}`]: isOpen(field) ? 0 : 1 } })}
          onSearch={(on) => setSearching(on ? field : undefined)}
        />
      ))}
    </section>
  );
}
