/** The columns of an export: which there are, and the SQL of each. */
import { FLAT_FIELDS, type ExportField } from '../../../shared/event.ts';
import { redact } from '../../../shared/source-url.ts';
import { quote } from '../snapshot/schema.ts';
import type { ExportRequest } from './exporter.ts';

/** The columns of a format that has columns, unless others are asked for: with several sources, where each row is from. */
export function columnsOf({ fields, about }: ExportRequest): readonly ExportField[] {
  return fields ?? (about.status.sources.length > 1 ? [...FLAT_FIELDS, 'source'] : FLAT_FIELDS);
}

/** SQL: a field as the text its cell holds. */
export function sqlField(field: ExportField, { about }: ExportRequest): string {
  if (field === 'source') {
    const urls = about.status.sources.map(({ url }) => quote(redact(url)));
    return `([${urls.join(', ')}])[source + 1]`;
  }
  return field === 'result' || field === 'payload' ? `coalesce(${field}, '')` : field;
}
