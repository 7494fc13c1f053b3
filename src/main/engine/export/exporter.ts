/** What a format is: something that writes a view's rows into a sink of bytes and tells the digest of each row. */
import type { ExportFormat, ExportInput, SnapshotStatus } from '../../../shared/contract.ts';
import type { ExportColumn } from '../../../shared/export-columns.ts';
import type { ViewReader, ViewSpec } from '../snapshot/view.ts';
import type { Beside } from './beside.ts';
import { csvExporter, tsvExporter } from './csv.ts';
import type { DigestSummary, RowDigests } from './digests.ts';
import { jsonExporter, jsonLinesExporter } from './json.ts';
import type { Masker } from './mask/masker.ts';
import { parquetExporter } from './parquet/parquet.ts';
import type { Sink } from './sink.ts';
import type { Spool, SpoolFactory } from './spool.ts';
import { xlsxExporter } from './xlsx.ts';
import type { ZoneClock } from './zone.ts';

/** Everything a format needs to write one export. */
export interface ExportRequest {
  readonly view: ViewReader;
  readonly spec: ViewSpec;
  /** The columns asked for, without repeats; `null` for the format's own choice. */
  readonly columns: readonly ExportColumn[] | null;
  /** What a JSON path's cell holds: its text, or its JSON. */
  readonly pathValues: ExportInput['path_values'];
  /** Masks what the rows hold; `null` when nothing is masked. */
  readonly masker: Masker | null;
  readonly beside: Beside;
  /** The zone timestamps are written in; `null` leaves each as it was written. */
  readonly clock: ZoneClock | null;
  /** Whether the formula guard is on, where the format has one. */
  readonly guard: boolean;
  readonly sink: Sink;
  readonly digests: RowDigests;
  readonly signal: AbortSignal | undefined;
  /** Called with the number of rows written so far, after every batch. */
  readonly onRows: (rows: number) => void;
  /** Makes a place for bytes that can only be written later. */
  readonly spool: SpoolFactory;
  readonly about: AboutExport;
}

/** Facts a format may write into the file itself. */
export interface AboutExport {
  readonly input: ExportInput;
  readonly status: SnapshotStatus;
  readonly createdAt: Date;
  /** The application's version. */
  readonly version: string;
}

/** What a format did. */
export interface ExportSummary {
  /** The columns by name; `null` for whole events. */
  readonly fields: readonly string[] | null;
  /** Cells that got a leading apostrophe. */
  readonly guardedCells: number;
  /** Cells that were too long for the format and stand whole on an overflow sheet. */
  readonly cutCells: number;
  /** XLSX: the names of the sheets that hold the rows, in order. Empty for text formats. */
  readonly sheets: readonly string[];
  /** What the overflow sheets hold; `null` when there are none. */
  readonly overflow: Overflow | null;
}

export interface Overflow {
  readonly sheets: readonly string[];
  readonly digests: DigestSummary;
  readonly blocks: Spool;
}

export interface Exporter {
  readonly format: ExportFormat;
  /** Whether the format has a formula guard. */
  readonly guards: boolean;
  /**
   * Writes all rows, in order, in bounded memory.
   * @throws AppError `cancelled` when the signal fires; whatever the sink throws.
   */
  readonly write: (request: ExportRequest) => Promise<ExportSummary>;
}

/** The formats, by name. A format that is missing does not compile. */
export const EXPORTERS: Readonly<Record<ExportFormat, Exporter>> = {
  csv: csvExporter,
  tsv: tsvExporter,
  json: jsonExporter,
  jsonl: jsonLinesExporter,
  xlsx: xlsxExporter,
  parquet: parquetExporter,
};
