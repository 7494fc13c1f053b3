/** What a finished export says of itself: to its manifest, and to whoever asked for it. */
import type {
  ExportInput,
  ExportResult,
  JournalHead,
  Note,
  SnapshotStatus,
  SourceStatus,
} from '../../../shared/contract.ts';
import { isNameColumn, isPathColumn } from '../../../shared/export-columns.ts';
import { redact } from '../../../shared/source-url.ts';
import { BLOCK_ROWS, DIGEST_BYTES, type DigestSummary } from './digests.ts';
import type { ExportSummary } from './exporter.ts';
import type { NameOrigin } from './beside.ts';
import type { DigestFacts, ManifestFacts, SourceFacts } from './manifest.ts';
import { MASK_METHOD } from './mask/pseudonyms.ts';
import type { Spool } from './spool.ts';
import { isComplete } from './words.ts';

/** An export whose bytes are written. */
export interface WrittenRows {
  readonly summary: ExportSummary;
  readonly digests: DigestSummary;
  readonly blocks: Spool;
  readonly bytes: number;
  readonly sha256: string;
  /** The state of the capture, as the file may tell it. */
  readonly status: SnapshotStatus;
  /** What was asked for, as the file may tell it. */
  readonly told: ExportInput;
  /** Where its names came from. */
  readonly names: readonly NameOrigin[];
  readonly mask: { readonly fields: readonly string[]; readonly keyId: string } | null;
  readonly createdAt: Date;
  /** Whether the formula guard was on. */
  readonly guarded: boolean;
  /** Rows with a text that the format can't hold as it is. */
  readonly halfCharacters: number;
  /** Whether the snapshot changed while its rows were read. */
  readonly moved: boolean;
}

/** Who writes the manifest. */
export interface ManifestWriter {
  /** The application's version. */
  readonly version: string;
  /** The head of the embedded journal; `null` when there is none. */
  readonly journal?: JournalHead | null | undefined;
}

/** What the manifest says of an export. `name` is the file's name without its folder. */
export function manifestFacts(
  { version, journal = null }: ManifestWriter,
  rows: WrittenRows,
  name: string,
): ManifestFacts {
  const { status, summary, told: input } = rows;
  const fields = summary.fields ?? [];
  return {
    kind: 'event-audit-manifest',
    format_version: 1,
    created_at: rows.createdAt.toISOString(),
    application: { name: 'event-audit-viewer', version: version, node: process.versions.node },
    file: {
      name,
      format: input.format,
      bytes: rows.bytes,
      sha256: rows.sha256,
      fields: summary.fields === null ? null : [...summary.fields],
      sheets: [...summary.sheets],
    },
    rows: digestFacts(rows.digests),
    overflow:
      summary.overflow === null
        ? null
        : {
            ...digestFacts(summary.overflow.digests),
            cells: summary.cutCells,
            sheets: [...summary.overflow.sheets],
          },
    guard: { on: rows.guarded, cells: summary.guardedCells },
    view: {
      filter: input.filter,
      sort: input.sort,
      time_zone: input.time_zone ?? null,
      offset: input.offset,
      limit: input.limit ?? null,
      picked: input.only?.length ?? null,
    },
    source: {
      url: togetherUrl(status),
      kind: status.source.kind,
      title: status.source.title,
    },
    sources: status.sources.map(sourceFacts),
    capture: {
      id: status.snapshot_id,
      revision: status.revision,
      state: status.state,
      complete: isComplete(status),
      read: status.read,
      captured: status.captured,
      rejected: status.rejected,
      duplicates: status.duplicates,
      started_at: status.started_at,
      finished_at: status.finished_at,
      reason: status.reason === null ? null : { code: status.reason.code, message: status.reason.message },
      notes: status.notes.map(({ severity, code, message }) => ({ severity, code, message })),
    },
    journal: journal === null ? null : { seq: journal.seq, hash: journal.hash },
    ...(rows.mask === null
      ? {}
      : { masking: { fields: [...rows.mask.fields], key_id: rows.mask.keyId, method: MASK_METHOD } }),
    ...(fields.some(isNameColumn) ? { names: rows.names.map((origin) => ({ ...origin })) } : {}),
    ...(input.format !== 'json' && input.format !== 'jsonl' && fields.some(isPathColumn)
      ? { path_values: input.path_values }
      : {}),
  };
}

/** Each URL by itself: what hides a password in one would take the beginning of the next along. */
function togetherUrl({ source, sources }: SnapshotStatus): string {
  return sources.length > 1 ? sources.map(({ url }) => redact(url)).join(' ') : redact(source.url);
}

/** What a manifest says of one source. */
export function sourceFacts(source: SourceStatus): SourceFacts {
  const { url, kind, title, state, read, captured, rejected, duplicates, reason } = source;
  return {
    url: redact(url),
    kind,
    title,
    complete: state === 'complete' && rejected === 0,
    read,
    captured,
    rejected,
    duplicates,
    reason: reason === null ? null : { code: reason.code, message: reason.message },
  };
}

function digestFacts(summary: DigestSummary): DigestFacts {
  return {
    count: summary.rows,
    digest_bytes: DIGEST_BYTES,
    block_rows: BLOCK_ROWS,
    chain: summary.chain,
    digests_sha256: summary.sha256,
  };
}

/** What the export's caller gets to know. */
export function exportResult(
  input: ExportInput,
  rows: WrittenRows,
  path: string,
  manifest: string | null,
  notes: readonly Note[],
): ExportResult {
  return {
    path,
    manifest_path: manifest,
    rows: rows.digests.rows,
    bytes: rows.bytes,
    sha256: rows.sha256,
    guarded_cells: rows.summary.guardedCells,
    notes: [...notes, ...exportNotes(input, rows)],
    complete: isComplete(rows.status) && !rows.moved,
  };
}

function exportNotes(input: ExportInput, rows: WrittenRows): Note[] {
  const notes: Note[] = [];
  const { status, summary } = rows;
  if (status.state !== 'complete') {
    const what = status.state === 'partial' ? 'stopped before the end of the store' : 'was still running';
    notes.push({
      severity: 'warning',
      code: 'capture_incomplete',
      message: `The capture ${what}: events may be missing.`,
    });
  }
  if (status.rejected > 0) {
    const message = `${status.rejected} records of the store could not be read and are not in this file.`;
    notes.push({ severity: 'warning', code: 'records_rejected', message });
  }
  if (rows.moved) {
    const message = 'The snapshot changed while it was exported. Export again for a file of one moment.';
    notes.push({ severity: 'warning', code: 'snapshot_changed', message });
  }
  if (summary.guardedCells > 0) {
    const message = `${summary.guardedCells} cells got a leading apostrophe, so that no spreadsheet runs them as formulas.`;
    notes.push({ severity: 'info', code: 'cells_guarded', message });
  }
  if (summary.cutCells > 0) {
    const message = `${summary.cutCells} cells are longer than a spreadsheet allows; they stand whole on the overflow sheet.`;
    notes.push({ severity: 'info', code: 'cells_cut', message });
  }
  if (rows.halfCharacters > 0) {
    const holders = rows.halfCharacters === 1 ? '1 row has' : `${rows.halfCharacters} rows have`;
    const message = `${holders} a text with half a character (a lone surrogate), which no text file can hold: U+FFFD (�) stands in its place. JSON, JSON Lines and the column “record” have it as it was stored.`;
    notes.push({ severity: 'warning', code: 'half_characters', message });
  }
  if (rows.mask !== null) {
    const message = `Values of ${rows.mask.fields.join(', ')} are pseudonyms, made with the key ${rows.mask.keyId}.`;
    notes.push({ severity: 'info', code: 'values_masked', message });
  }
  if (summary.sheets.length > 1) {
    const message = `The rows fill ${summary.sheets.length} sheets.`;
    notes.push({ severity: 'info', code: 'several_sheets', message });
  }
  if (input.output !== '-' && !input.manifest) {
    notes.push({ severity: 'info', code: 'no_manifest', message: 'Without a manifest this file can’t be verified.' });
  }
  return notes;
}
