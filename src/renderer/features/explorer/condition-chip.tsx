/** A chip with its form: for a condition on a field or on a value inside the JSON, and the button that adds one. */
import { Button, Popover } from '@mantine/core';
import { Plus } from 'lucide-react';
import { Fragment, useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { addPath, removeCondition, removePath, replaceCondition } from '../../model/filter-edit.ts';
import { cellText } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import { PART } from '../frame/window-parts.ts';
import { Named } from '../names/named.tsx';
import { isNamedField } from '../names/use-name.ts';
import { Chip } from './chip.tsx';
import { ConditionEditor, type Condition } from './condition-editor.tsx';
import classes from './filter-bar.module.css';

const SHOWN_VALUES = 3;
const VALUE_LIMIT = 48;

export function ConditionChip({ condition }: { readonly condition: Condition }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const name =
    condition.type === 'field'
      ? t(`field.${condition.condition.field}`)
      : cellText(condition.condition.path, VALUE_LIMIT);
  const values = condition.type === 'field' ? condition.condition.values : [condition.condition.value];
  const shown = values.map((value) => (value === '' ? t('common.empty') : cellText(value, VALUE_LIMIT)));
  const rest = shown.length - SHOWN_VALUES;
  const or = ` ${t('filter.or')} `;
  const { negate } = condition.condition;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Chip
          negate={negate}
          title={`${name}: ${negate ? `${t('filter.not')} ` : ''}${shown.slice(0, 50).join(or)}`}
          removeLabel={t('filter.remove', { field: name })}
          onEdit={() => setOpen(!open)}
          onRemove={() =>
            editFilter((filter) =>
              condition.type === 'field'
                ? removeCondition(filter, condition.condition)
                : removePath(filter, condition.condition),
            )
          }
        >
          <span className="dim">
            <bdi>{name}</bdi>:{' '}
          </span>
          {negate && <span className={classes.not}>{t('filter.not')} </span>}
          {condition.type === 'field' && isNamedField(condition.condition.field) ? (
            <NamedValues ids={values.slice(0, SHOWN_VALUES)} or={or} />
          ) : (
            <bdi>{shown.slice(0, SHOWN_VALUES).join(or)}</bdi>
          )}
          {rest > 0 && ` +${String(rest)}`}
        </Chip>
      </Popover.Target>
      <Popover.Dropdown p="md" data-testid="condition">
        <ConditionEditor
          initial={condition}
          onApply={(next) => {
            setOpen(false);
            applyCondition(condition, next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Ids in a chip by their names; the chip's tooltip and its form hold the ids. */
function NamedValues({ ids, or }: { readonly ids: readonly string[]; readonly or: string }) {
  return ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 && or}
      <Named id={id} limit={VALUE_LIMIT} />
    </Fragment>
  ));
}

export function AddCondition() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          data-part={PART.condition}
          variant="subtle"
          color="gray"
          leftSection={<Plus size={13} aria-hidden />}
          title={t('filter.addHint')}
          data-testid="filter-add"
          onClick={() => setOpen(!open)}
        >
          {t('filter.add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="md" data-testid="condition">
        <ConditionEditor
          initial={undefined}
          onApply={(next) => {
            setOpen(false);
            applyCondition(undefined, next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function applyCondition(old: Condition | undefined, next: Condition): void {
  editFilter((filter) => {
    if (next.type === 'field') {
      const base = old?.type === 'path' ? removePath(filter, old.condition) : filter;
      return replaceCondition(base, old?.type === 'field' ? old.condition : undefined, next.condition);
    }
    const base =
      old === undefined
        ? filter
        : old.type === 'field'
          ? removeCondition(filter, old.condition)
          : removePath(filter, old.condition);
    return addPath(base, next.condition);
  });
}
