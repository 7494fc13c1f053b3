/** A view in words: what an export says about itself to a person. */
import type { ExportInput, SnapshotStatus } from '../../../shared/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';

/** One sentence a condition; a single sentence when every event passes. */
export function describeFilter(filter: Filter): readonly string[] {
  const sentences: string[] = [];
  for (const { field, values, negate } of filter.conditions) {
    sentences.push(`${field} ${negate ? 'is not' : 'is'} ${listed(values)}`);
  }
  if (filter.time_from !== '') sentences.push(`from ${filter.time_from} (inclusive, ${filter.time_zone})`);
  if (filter.time_to !== '') sentences.push(`to ${filter.time_to} (inclusive, ${filter.time_zone})`);
  if (filter.search !== '') sentences.push(`any field contains “${filter.search}”, upper or lower case`);
  for (const { path, value, negate } of filter.where) {
    sentences.push(`${path} ${negate ? 'is not' : 'is'} “${value}”`);
  }
  if (filter.sources.length > 0)
    sentences.push(`from the source ${filter.sources.map((url) => `“${url}”`).join(' or ')}`);
  if (filter.set !== '') sentences.push(`in the set “${filter.set}” that a comparison made`);
  return sentences.length === 0 ? ['all events'] : sentences;
}

/** The order of the rows. */
export function describeSort(sort: ExportInput['sort']): string {
  const { field, direction } = sort;
  const ties = field === 'timestamp' ? ', then id' : ', then timestamp and id';
  return `${field}${ties}, ${direction === 'asc' ? 'ascending' : 'descending'}`;
}

/** Whether the export holds everything its store held. */
export function describeCapture(status: SnapshotStatus): string {
  const counts = `${status.read} records read: ${status.captured} captured, ${status.rejected} rejected, ${status.duplicates} duplicates`;
  switch (status.state) {
    case 'complete':
      return status.rejected === 0 ? `complete; ${counts}` : `read to the end, but records were rejected; ${counts}`;
    case 'partial':
      return `partial: reading stopped early${status.reason === null ? '' : ` (${status.reason.message})`}; ${counts}`;
    case 'capturing':
    case 'sorting':
      return `still being captured when it was exported; ${counts}`;
    default:
      return assertNever(status.state);
  }
}

/** Whether the capture reached the end of its store and could read all of it. */
export function isComplete(status: SnapshotStatus): boolean {
  return status.state === 'complete' && status.rejected === 0;
}

function listed(values: readonly string[]): string {
  return values.map((value) => (value === '' ? 'empty' : `“${value}”`)).join(' or ');
}
