/** The event's flat fields, each with copy, include and exclude. */
import { Button } from '@mantine/core';
import { Filter, FilterX } from 'lucide-react';
import { useState } from 'react';
import { FLAT_FIELDS, type EventDetail } from '../../../shared/event.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SourceMark } from '../../components/source-mark.tsx';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { excludeValue, includeValue, isFilterField } from '../../model/filter-edit.ts';
import { cellText, clamp } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import { NameLine } from '../names/name-line.tsx';
import { isNamedField } from '../names/use-name.ts';
import { useViewSources, type ViewSource } from '../explorer/view-sources.ts';
import classes from './detail.module.css';

/** Characters of a long value that are shown first, and that are shown at most; copying takes all. */
const FOLDED = 400;
const VALUE_LIMIT = 100_000;

export function FieldList({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const source = useViewSources()[event.source];
  const search = useSearch();
  return (
    <dl className={classes.fields}>
      {source !== undefined && <SourceLine index={event.source} source={source} />}
      {FLAT_FIELDS.map((field) => {
        const value = event[field];
        const name = t(`field.${field}`);
        return (
          <div key={field} className={classes.field} data-testid={`field-${field}`}>
            <dt className={classes.name}>{name}</dt>
            <dd className={classes.value}>
              {value === '' ? (
                <span className="dim">{t('common.empty')}</span>
              ) : (
                <FieldValue
                  // Another event's value is folded again.
                  key={event.n}
                  value={value}
                  mono={field === 'timestamp' || field.endsWith('id')}
                  search={search}
                />
              )}
              {field === 'timestamp' && <div className="dim mono">{event.instant}</div>}
              {isNamedField(field) && <NameLine id={value} />}
              <div className={classes.buttons}>
                {isFilterField(field) && (
                  <>
                    <IconButton
                      icon={Filter}
                      size={20}
                      iconSize={13}
                      label={t('detail.include', { field: name })}
                      onClick={() => editFilter((filter) => includeValue(filter, field, value))}
                    />
                    <IconButton
                      icon={FilterX}
                      size={20}
                      iconSize={13}
                      label={t('detail.exclude', { field: name })}
                      onClick={() => editFilter((filter) => excludeValue(filter, field, value))}
                    />
                  </>
                )}
                <CopyButton text={value} label={t('detail.copy', { field: name })} />
              </div>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface FieldValueProps {
  readonly value: string;
  readonly mono: boolean;
  readonly search: string;
}

/** A value, folded when it is long. */
function FieldValue({ value, mono, search }: FieldValueProps) {
  const { t, number } = useWords();
  const [open, setOpen] = useState(false);
  const { text, cut } = clamp(value, open ? VALUE_LIMIT : FOLDED);
  const isLong = value.length > FOLDED;
  return (
    <>
      <bdi className={mono ? 'mono' : ''}>
        <Marked text={text} search={search} />
        {cut && '…'}
      </bdi>
      {open && cut && <div className="dim">{t('detail.beginning', { formatted: number(VALUE_LIMIT) })}</div>}
      {isLong && (
        <Button
          variant="default"
          size="compact-xs"
          mt={4}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-testid="field-fold"
        >
          {open ? t('detail.fold') : t('detail.unfold', { formatted: number(value.length) })}
        </Button>
      )}
    </>
  );
}

/** In a view over several sources, the one that this event came from. */
function SourceLine({ index, source }: { readonly index: number; readonly source: ViewSource }) {
  const { t } = useWords();
  return (
    <div className={classes.field} data-testid="field-source">
      <dt className={classes.name}>{t('field.source')}</dt>
      <dd className={classes.value} style={{ display: 'flex', alignItems: 'center' }}>
        <SourceMark index={index} />
        <bdi title={cellText(source.url, 400)}>{cellText(source.name, 120)}</bdi>
      </dd>
    </div>
  );
}
