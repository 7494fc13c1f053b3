/** Every way in which the window changes a filter; pure, so that undo is keeping the former one. */
import { FILTER_FIELDS, type FilterField } from '../../shared/event.ts';
import type { FieldCondition, Filter, PathCondition } from '../../shared/filter.ts';

/** Whether a column's values can be filtered exactly. */
export function isFilterField(field: string): field is FilterField {
  return FILTER_FIELDS.some((known) => known === field);
}

function find(filter: Filter, field: FilterField, negate: boolean): FieldCondition | undefined {
  return filter.conditions.find((condition) => condition.field === field && condition.negate === negate);
}

/** The values a field is limited to (or, negated, that it must not have). */
export function valuesOf(filter: Filter, field: FilterField, negate: boolean): readonly string[] {
  return find(filter, field, negate)?.values ?? [];
}

/** Replaces the values of a field's condition; no values remove it. A new condition goes to the end, where the eye expects it. */
export function setValues(filter: Filter, field: FilterField, negate: boolean, values: readonly string[]): Filter {
  const unique = [...new Set(values)];
  const matches = (condition: FieldCondition): boolean => condition.field === field && condition.negate === negate;
  if (unique.length === 0) return { ...filter, conditions: filter.conditions.filter((one) => !matches(one)) };
  const next = { field, negate, values: unique };
  return find(filter, field, negate) === undefined
    ? { ...filter, conditions: [...filter.conditions, next] }
    : { ...filter, conditions: filter.conditions.map((one) => (matches(one) ? next : one)) };
}

/** Lets a value in: it is no longer excluded, and is added to those the field is limited to. */
export function includeValue(filter: Filter, field: FilterField, value: string): Filter {
  const excluded = valuesOf(filter, field, true).filter((one) => one !== value);
  return setValues(setValues(filter, field, true, excluded), field, false, [...valuesOf(filter, field, false), value]);
}

/** Keeps a value out, and no longer asks for it. */
export function excludeValue(filter: Filter, field: FilterField, value: string): Filter {
  const included = valuesOf(filter, field, false).filter((one) => one !== value);
  return setValues(setValues(filter, field, false, included), field, true, [...valuesOf(filter, field, true), value]);
}

/** Forgets every other condition on the field. */
export function onlyValue(filter: Filter, field: FilterField, value: string): Filter {
  return setValues(setValues(filter, field, true, []), field, false, [value]);
}

/** What a click on a facet does: a value that is asked for or kept out is let go, any other is asked for. */
export function toggleValue(filter: Filter, field: FilterField, value: string): Filter {
  for (const negate of [false, true]) {
    const values = valuesOf(filter, field, negate);
    if (values.includes(value)) {
      return setValues(
        filter,
        field,
        negate,
        values.filter((one) => one !== value),
      );
    }
  }
  return includeValue(filter, field, value);
}

/** Puts an edited condition in place of another; `undefined` for a new one. Conditions alike are joined. */
export function replaceCondition(filter: Filter, old: FieldCondition | undefined, next: FieldCondition): Filter {
  const rest =
    old === undefined ? filter : { ...filter, conditions: filter.conditions.filter((condition) => condition !== old) };
  const there = valuesOf(rest, next.field, next.negate);
  if (old !== undefined && there.length === 0) {
    return { ...filter, conditions: filter.conditions.map((condition) => (condition === old ? next : condition)) };
  }
  return setValues(rest, next.field, next.negate, [...there, ...next.values]);
}

export function removeCondition(filter: Filter, condition: FieldCondition): Filter {
  return { ...filter, conditions: filter.conditions.filter((one) => one !== condition) };
}

/** Adds a condition on a value inside `result` or `payload`; the same one twice is one, its opposite is replaced. */
export function addPath(filter: Filter, condition: PathCondition): Filter {
  const rest = filter.where.filter((one) => one.path !== condition.path || one.value !== condition.value);
  return { ...filter, where: [...rest, condition] };
}

/** Forgets every other condition on the path. */
export function onlyPath(filter: Filter, condition: PathCondition): Filter {
  return { ...filter, where: [...filter.where.filter((one) => one.path !== condition.path), condition] };
}

export function removePath(filter: Filter, condition: PathCondition): Filter {
  return { ...filter, where: filter.where.filter((one) => one !== condition) };
}

export function setRange(filter: Filter, time_from: string, time_to: string): Filter {
  return { ...filter, time_from: time_from.trim(), time_to: time_to.trim() };
}

/** Whether two filters ask the same. */
export function sameFilter(a: Filter, b: Filter): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
