/** Measures exports beside what else writes such files, from the snapshot of a file whose capture is not counted. */
import { join } from 'node:path';
import type { Bench, Figure } from './captures.ts';
import { measure } from './measure.ts';
import { megabytes, rate, times } from './table.ts';

/** The first of them is measured in a process that has captured and done nothing else, as the command does it. */
export const EXPORT_FORMATS = ['xlsx', 'csv', 'tsv', 'json', 'jsonl'] as const;
export const EXPORT_STEPS: readonly string[] = EXPORT_FORMATS.map((format) => `export:${format}`);

const COLUMNS = 'id,category,action,actor,action_object,action_object_id,target_type,target_id,timestamp';
/** openpyxl takes as long for each row, however many there are. */
const OPENPYXL_ROWS = 100_000;
const OPENPYXL = `
import openpyxl, sys
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet()
for i in range(int(sys.argv[1])):
    sheet.append(['0b1e1e2c-6f5b-4b52-9d5e-7d2b1f6a%04x' % (i % 65536), 'model', 'changed', '', 'Package', 'b2f1c2d3-0000-4000-8000-%012x' % i, '', '', '2024-03-11T10:20:30.%06d+00:00' % i])
book.save(sys.argv[2])
`;

/** @param sqlite a file of the same events, which `sqlite3 -csv` writes */
export async function addExports(bench: Bench, figure: Figure, sqlite: string): Promise<void> {
  const events = figure('captured');
  const query = `SELECT ${COLUMNS} FROM event_audit_event ORDER BY timestamp, id`;
  const csv = await measure('sqlite3', ['-csv', '-header', sqlite, `.output ${join(bench.folder, 'peer.csv')}`, query]);
  const rows = Math.min(events, OPENPYXL_ROWS);
  const xlsx = await measure('/usr/bin/python3', ['-c', OPENPYXL, String(rows), join(bench.folder, 'peer.xlsx')]);
  const peers = {
    csv: { name: 'sqlite3 -csv', rate: events / csv.seconds, least: 1, bar: 'faster' },
    xlsx: { name: 'openpyxl', rate: rows / xlsx.seconds, least: 8, bar: 'at least 8' },
  };
  for (const format of EXPORT_FORMATS) {
    const ours = events / figure(`export:${format}_seconds`);
    const peer = format === 'csv' || format === 'xlsx' ? peers[format] : undefined;
    bench.table.add({
      job: `${format} export with digests and manifest, ${megabytes(figure(`export:${format}_mb`))}`,
      ours: rate(ours),
      ...(peer === undefined
        ? {}
        : {
            peer: `${peer.name} ${rate(peer.rate)}`,
            ratio: times(ours / peer.rate),
            bar: [peer.bar, ours / peer.rate > peer.least] as const,
          }),
    });
    if (format === 'xlsx') addXlsxPeak(bench, figure);
    else {
      const peak = figure(`export:${format}_peak_mb`);
      bench.table.add({
        job: '… peak resident memory meanwhile',
        ours: megabytes(peak),
        bar: ['under 600 MB', peak < 600],
      });
    }
  }
}

/** The process has captured before, so this is the most there can be. */
export function addXlsxPeak({ table }: Bench, figure: Figure): void {
  const peak = figure('export:xlsx_peak_mb');
  table.add({
    job: `… peak resident memory meanwhile, ${figure('captured').toLocaleString('en')} rows`,
    ours: megabytes(peak),
    bar: ['under 400 MB', peak < 400],
  });
}
