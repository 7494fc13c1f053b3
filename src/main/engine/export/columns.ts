/** The columns of an export: which there are unless others are asked for, and the SQL of those the database builds. */
import { exportColumn, type ExportColumn } from '../../../shared/export-columns.ts';
import { EVENT_FIELDS, FLAT_FIELDS } from '../../../shared/event.ts';
import { redact } from '../../../shared/source-url.ts';
import { quote } from '../snapshot/schema.ts';
import type { ExportRequest } from './exporter.ts';

/** The columns of a table: with several sources, where each row is from. */
export function columnsOf({ columns, about }: ExportRequest): readonly ExportColumn[] {
  return columns ?? named([...FLAT_FIELDS, ...(about.status.sources.length > 1 ? ['source'] : [])]);
}

/** The columns with which nothing of an event is lost. */
export function wholeColumns({ columns, about }: ExportRequest): readonly ExportColumn[] {
  const source = about.status.sources.length > 1 ? ['source'] : [];
  return columns ?? named([...EVENT_FIELDS, 'instant', 'record', ...source]);
}

function named(names: readonly string[]): readonly ExportColumn[] {
  return names.map(exportColumn);
}

/** SQL: a field of the event, or its source, as the text its cell holds. */
export function sqlField(field: string, { about }: ExportRequest): string {
  if (field === 'source') {
    const urls = about.status.sources.map(({ url }) => quote(redact(url)));
    return `([${urls.join(', ')}])[source + 1]`;
  }
  return field === 'result' || field === 'payload' ? `coalesce(${field}, '')` : field;
}
