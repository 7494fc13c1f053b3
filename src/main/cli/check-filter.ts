/** Finds what is wrong with a filter before a store is read for it. */
import type { Filter } from '../../shared/filter.ts';
import { filterToSql } from '../engine/snapshot/filter-sql.ts';
import { assertTimeZone } from '../engine/time-zone.ts';

/** @throws AppError `invalid_input` for a date, range, zone or path that can't be read. */
export function checkFilter(filter: Filter): void {
  assertTimeZone(filter.time_zone);
  filterToSql(filter);
}
