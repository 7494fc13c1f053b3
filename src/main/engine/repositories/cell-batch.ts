/** Turns records that lie in cells into records of JSON, for those who want each as one text of its own. */
import type { CellBatch, JsonBatch } from './repository.ts';

/** The records of a batch of cells as a batch of JSON, for whoever wants each as one text. It may be kept. */
export function jsonBatchOf({ rows, record }: CellBatch): JsonBatch {
  return jsonBatch(Array.from({ length: rows }, (_, row) => record(row)));
}

/** Records without keys; one that is set aside is named by its id. */
export function jsonBatch(values: readonly Uint8Array[]): JsonBatch {
  return { kind: 'json', values, keys: [], place: (index) => idOf(values[index]) };
}

function idOf(record: Uint8Array | undefined): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(record ?? []).toString('utf8'));
    return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '';
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}
