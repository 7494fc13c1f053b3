/**
 * Parquet, streamed: every column a text, byte for byte, and the instant as a moment in UTC with microseconds. What an
 * event has not is NULL; an empty text is an empty text.
 *
 * DuckDB’s own writer was not chosen: rows with masks, names or JSON paths would have to be taken back into it, its memory
 * grows with the rows of a group, and it writes into no stream of ours, so that the file could be neither hashed nor taken
 * back as it is made. DuckDB reads what is written here back, in tests and when an export is verified.
 */
import { constants, zstdCompress } from 'node:zlib';
import { promisify } from 'node:util';
import type { ExportColumn } from '../../../../shared/export-columns.ts';
import { FLAT_FIELDS } from '../../../../shared/event.ts';
import { wholeColumns } from '../columns.ts';
import type { Exporter, ExportRequest, ExportSummary } from '../exporter.ts';
import { readRows, type Cell, type SourceRow } from '../rows.ts';
import type { Sink } from '../sink.ts';
import { ColumnChunk } from './column-chunk.ts';
import { footer, MAGIC, pageHeader, type ParquetColumn, type WrittenChunk, type WrittenGroup } from './file-parts.ts';
import { MARK } from './mark.ts';

/** A row group is written when it has so many rows, or so many bytes of values. */
const GROUP_ROWS = 65_536;
const GROUP_BYTES = 8 * 1024 * 1024;
const LEVEL = 3;

const compress = promisify(zstdCompress);

export const parquetExporter = parquetWithGroupsOf(GROUP_ROWS);

/** The exporter with another number of rows in a group, which tests use. */
export function parquetWithGroupsOf(rows: number): Exporter {
  return { format: 'parquet', guards: false, write: (request) => write(request, rows) };
}

/** Fields that every event has: their columns know no NULL. */
const ALWAYS = new Set<string>(FLAT_FIELDS);

export function parquetColumn(name: string): ParquetColumn {
  return { name, type: name === 'instant' ? 'instant' : 'text', optional: name !== 'instant' && !ALWAYS.has(name) };
}

async function write(request: ExportRequest, groupRows: number): Promise<ExportSummary> {
  const { sink, digests, about } = request;
  const wanted = wholeColumns(request);
  const columns = wanted.map(({ name }) => parquetColumn(name));
  const file = new ParquetFile(sink, columns);
  await sink.write(MAGIC);
  for await (const batch of batchesOf(request, wanted)) {
    let rows: string[] = [];
    for (const { cells, json } of batch) {
      file.add(cells);
      rows.push(json);
      if (!file.isFull(groupRows)) continue;
      await digests.add(rows);
      rows = [];
      await file.flush();
    }
    await digests.add(rows);
    request.onRows(digests.rows);
  }
  await file.flush();
  await sink.write(footer(columns, file.groups, `event-audit-viewer ${about.version}`, { [MARK]: '1' }));
  return { fields: wanted.map(({ name }) => name), guardedCells: 0, cutCells: 0, sheets: [], overflow: null };
}

/** A row’s cells, and their JSON, whose digest the manifest keeps. */
interface ParquetRow {
  readonly cells: readonly Cell[];
  readonly json: string;
}

async function* batchesOf(
  request: ExportRequest,
  columns: readonly ExportColumn[],
): AsyncIterable<Iterable<ParquetRow>> {
  for await (const rows of readRows(request, columns)) {
    yield rows.map((row) => {
      const cells = columns.map((column) => cellOf(row, column));
      return { cells, json: JSON.stringify(cells) };
    });
  }
}

/** What is not known of an event is NULL; its instant is a number of microseconds. */
function cellOf(row: SourceRow, column: ExportColumn): Cell {
  if (column.name === 'instant') return row.micros;
  const cell = row.cell(column);
  return cell === '' && column.kind === 'added' ? null : cell;
}

class ParquetFile {
  readonly groups: WrittenGroup[] = [];
  readonly #sink: Sink;
  readonly #chunks: readonly ColumnChunk[];
  #rows = 0;

  constructor(sink: Sink, columns: readonly ParquetColumn[]) {
    this.#sink = sink;
    this.#chunks = columns.map(({ type, optional }) => new ColumnChunk(type, optional));
  }

  add(cells: readonly Cell[]): void {
    this.#rows += 1;
    for (let at = 0; at < this.#chunks.length; at += 1) this.#chunks[at]?.add(cells[at] ?? null);
  }

  isFull(rows: number): boolean {
    if (this.#rows >= rows) return true;
    return this.#chunks.reduce((sum, { size }) => sum + size, 0) >= GROUP_BYTES;
  }

  /** Writes the rows that were added as a row group; nothing when there are none. */
  async flush(): Promise<void> {
    if (this.#rows === 0) return;
    const chunks: WrittenChunk[] = [];
    for (const chunk of this.#chunks) {
      const page = chunk.page();
      const data = await compress(page.bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
      const header = pageHeader(page, data.length);
      const offset = this.#sink.bytes();
      await this.#sink.write(header);
      await this.#sink.write(data);
      const { bytes, ...facts } = page;
      const compressed = header.length + data.length;
      chunks.push({ offset, compressed, uncompressed: header.length + bytes.length, page: facts });
      chunk.clear(GROUP_BYTES);
    }
    this.groups.push({ rows: this.#rows, chunks });
    this.#rows = 0;
  }
}
