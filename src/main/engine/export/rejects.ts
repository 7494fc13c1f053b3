/** The records that were set aside, as a file of JSON Lines with a manifest. */
import type { ExtraResult } from '../../../shared/contract.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { exportExtra, type ExtraFile } from './extra-file.ts';
import { JSON_LINES } from './json.ts';
import { countRejects, rejectLines } from './reject-lines.ts';

/** @throws AppError `target_unwritable`, `disk_full`, `invalid_input` (relative path), `cancelled` */
export async function exportRejects(snapshot: Snapshot, options: ExtraFile): Promise<ExtraResult> {
  const { written, ...done } = await exportExtra(options, async () => ({
    content: 'rejects',
    format: 'jsonl',
    status: snapshot.status(),
    frame: JSON_LINES,
    summary: { fields: null, guardedCells: 0, cutCells: 0, sheets: [], overflow: null },
    guard: false,
    total: await countRejects(snapshot, options.signal),
    lines: rejectLines(snapshot, options.signal),
  }));
  return { ...done, records: written };
}
