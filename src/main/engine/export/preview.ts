/** What an export will write, before it is written: its first rows as they will stand in the file, how many, about how large. */
import { tmpdir } from 'node:os';
import type { ExportInput, ExportPreview } from '../../../shared/contract.ts';
import { exportColumn } from '../../../shared/export-columns.ts';
import type { ViewReader } from '../snapshot/view.ts';
import type { Beside } from './beside.ts';
import { columnsOf, wholeColumns } from './columns.ts';
import { RowDigests } from './digests.ts';
import { EXPORTERS, type ExportRequest } from './exporter.ts';
import { guardCell } from './guard.ts';
import { ARRAY_HEAD } from './json.ts';
import type { Masker } from './mask/masker.ts';
import { readRows } from './rows.ts';
import type { Sink } from './sink.ts';
import { SpoolBox } from './spool.ts';
import { ZoneClock } from './zone.ts';

/** UTF-16 units of a cell or line that are shown. */
const SHOWN = 400;
/** The estimate is made from so many stretches of so many rows, spread over the view. */
const STRETCHES = 4;
const STRETCH_ROWS = 250;

export interface PreviewOptions {
  /** How many rows are shown. */
  readonly rows: number;
  readonly version: string;
  readonly beside: Beside;
  readonly masker: Masker | null;
  readonly signal: AbortSignal;
}

/** @throws AppError `invalid_input` (time zone), `cancelled` */
export async function previewExport(
  view: ViewReader,
  input: ExportInput,
  { rows, version, beside, masker, signal }: PreviewOptions,
): Promise<ExportPreview> {
  const { filter, sort, only } = input;
  const whole = { filter, sort, ...(only === undefined ? {} : { only }) };
  const matching = Math.max(0, (await view.count(whole, signal)) - input.offset);
  const total = Math.min(matching, input.limit ?? matching);
  const sink = memorySink();
  const spools = new SpoolBox(tmpdir());
  const exporter = EXPORTERS[input.format];
  const requestOf = (offset: number, limit: number, into: Sink): ExportRequest => ({
    view,
    spec: { ...whole, offset, limit },
    columns: input.fields === undefined ? null : [...new Set(input.fields)].map(exportColumn),
    pathValues: input.path_values,
    masker,
    beside,
    clock: input.time_zone === undefined ? null : new ZoneClock(input.time_zone),
    guard: !input.raw && exporter.guards,
    sink: into,
    digests: new RowDigests(spools.make()),
    signal,
    onRows: () => undefined,
    spool: spools.make,
    about: { input, status: view.status(), createdAt: new Date(), version },
  });
  try {
    const first = requestOf(input.offset, Math.min(rows, total), sink);
    const isJson = input.format === 'json' || input.format === 'jsonl';
    const shown = isJson ? await jsonRows(first, sink) : await tableRows(first, input.format === 'parquet');
    const bytes = await estimate(requestOf, input.offset, total, exporter.write);
    return { ...shown, total, about_bytes: bytes };
  } finally {
    await spools.dispose();
  }
}

type Shown = Pick<ExportPreview, 'columns' | 'rows'>;

/** Lines as the file will have them; what stands around them is left out. */
async function jsonRows(request: ExportRequest, sink: MemorySink): Promise<Shown> {
  await EXPORTERS[request.about.input.format].write(request);
  const lines = sink.text().split('\n');
  const rows = lines
    .filter((line) => line !== '' && line !== ARRAY_HEAD.trim() && line !== ']')
    .map((line) => [shortened(line)]);
  return { columns: null, rows };
}

async function tableRows(request: ExportRequest, isParquet: boolean): Promise<Shown> {
  const columns = isParquet ? wholeColumns(request) : columnsOf(request);
  const rows: (string | null)[][] = [];
  for await (const batch of readRows(request, columns)) {
    for (const row of batch) {
      const cells = columns.map((column) => {
        const cell = row.cell(column);
        if (cell === null || (isParquet && cell === '' && column.kind === 'added')) return isParquet ? null : '';
        return shortened(request.guard ? guardCell(cell) : cell);
      });
      rows.push(cells);
    }
  }
  return { columns: columns.map(({ name }) => name), rows };
}

/** What a file of so many rows takes, told from rows spread over the view, less what a file without rows takes. */
async function estimate(
  requestOf: (offset: number, limit: number, into: Sink) => ExportRequest,
  offset: number,
  total: number,
  write: (request: ExportRequest) => Promise<unknown>,
): Promise<number> {
  const sizeOf = async (from: number, rows: number): Promise<number> => {
    const sink = memorySink(false);
    await write(requestOf(from, rows, sink));
    return sink.bytes();
  };
  const empty = await sizeOf(offset, 0);
  if (total === 0) return empty;
  const stretches = total <= STRETCHES * STRETCH_ROWS ? 1 : STRETCHES;
  const rows = Math.min(total, stretches === 1 ? total : STRETCH_ROWS);
  let [looked, bytes] = [0, 0];
  for (let at = 0; at < stretches; at += 1) {
    const from = stretches === 1 ? 0 : Math.floor((at * (total - rows)) / (stretches - 1));
    bytes += (await sizeOf(offset + from, rows)) - empty;
    looked += rows;
  }
  return Math.round(empty + (bytes / looked) * total);
}

function shortened(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}…`;
}

interface MemorySink extends Sink {
  readonly text: () => string;
}

/** @param keeps whether it keeps what is written, or only counts it */
function memorySink(keeps = true): MemorySink {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return {
    write: (chunk) => {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (keeps) chunks.push(data);
      bytes += data.length;
      return Promise.resolve();
    },
    flush: () => Promise.resolve(),
    bytes: () => bytes,
    sha256: () => '',
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
