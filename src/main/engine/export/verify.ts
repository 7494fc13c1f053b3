/** Verification: whether a file is, byte for byte, what its manifest says was exported; and if not, what was changed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Verification } from '../../../shared/contract.ts';
import { isAbort, throwIfAborted } from '../../../shared/errors.ts';
import { FLAT_FIELDS } from '../../../shared/event.ts';
import { headerLine } from './csv.ts';
import { decodeDigests } from './digest-list.ts';
import { ARRAY_HEAD } from './json.ts';
import { factsHash, manifestPath, manifestSchema, type DigestFacts, type Manifest } from './manifest.ts';
import { diffRows, FindingList } from './row-diff.ts';
import { errorCode } from './target.ts';
import { readTextRows, type TextRows } from './text-rows.ts';
import { locateInParquet } from './verify-parquet.ts';
import { locateInWorkbook } from './verify-xlsx.ts';

const READ_BYTES = 1024 * 1024;
const MANIFEST_SUFFIX = '.manifest.json';

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly path: string; readonly bytes: number; readonly total: number }) => void;
}

/**
 * Checks a file against `FILE.manifest.json` beside it; the manifest's own path names the same pair. `ok` means that
 * every byte is as it was exported and the manifest is intact. The only finding that leaves `ok` true is
 * `file_renamed`. What can't be read is a finding, not an error.
 * @throws AppError `cancelled` when the signal fires.
 */
export async function verifyFile(path: string, options: VerifyOptions = {}): Promise<Verification> {
  const file = path.endsWith(MANIFEST_SUFFIX) ? path.slice(0, -MANIFEST_SUFFIX.length) : path;
  const findings = new FindingList();
  const size = await fileSize(file, findings);
  if (size === null) return verification(file, false, null, null, findings);
  const manifest = await readManifest(manifestPath(file), findings);
  let sha256: string | null = null;
  let ok = false;
  try {
    sha256 = await hashFile(file, size, options);
    if (manifest !== null) {
      const intact = sha256 === manifest.file.sha256 && size === manifest.file.bytes;
      ok = intact && findings.isEmpty;
      if (!intact) await locate(file, size, manifest, findings, options);
      else if (basename(file) !== manifest.file.name) {
        findings.add('file_renamed', `The file was called “${manifest.file.name}” when it was exported.`);
      }
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    const code = errorCode(error);
    if (code === null) throw error;
    findings.add('file_unreadable', `“${file}” can’t be read (${code}). Check the disk and its permissions.`);
    ok = false;
  }
  return verification(file, ok, manifest?.rows.count ?? null, sha256, findings);
}

function verification(
  path: string,
  ok: boolean,
  rows: number | null,
  sha256: string | null,
  findings: FindingList,
): Verification {
  return { path, ok, rows, sha256, findings: findings.listed, more_findings: findings.more };
}

async function fileSize(path: string, findings: FindingList): Promise<number | null> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
    findings.add('file_unreadable', `“${path}” is not a regular file.`);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') findings.add('file_missing', `There is no file “${path}”.`);
    else if (code === null) throw error;
    else findings.add('file_unreadable', `“${path}” can’t be read (${code}). Check its permissions.`);
  }
  return null;
}

/** The manifest, as far as it can be read at all; what is wrong with it is added to the findings. */
async function readManifest(path: string, findings: FindingList): Promise<Manifest | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      findings.add('manifest_missing', `There is no manifest “${path}”; without it nothing can be verified.`);
    } else findings.add('manifest_damaged', `The manifest “${path}” can’t be read.`);
    return null;
  }
  const parsed = parseManifest(text);
  if (parsed === null) {
    findings.add('manifest_damaged', `“${path}” is no manifest of this format, or it is damaged beyond reading.`);
    return null;
  }
  const { manifest, facts } = parsed;
  if (factsHash(facts) !== manifest.manifest_sha256) {
    findings.add('manifest_changed', 'The manifest was changed after the export: its own checksum does not match.');
  }
  if (
    !digestsMatch(manifest.rows, manifest.row_digests) ||
    !digestsMatch(manifest.overflow, manifest.overflow_digests)
  ) {
    findings.add('manifest_changed', 'The row digests in the manifest were changed after the export.');
  }
  return manifest;
}

/** The manifest, and its facts as they stand in the file: reading them through the schema could hide a change. */
function parseManifest(text: string): { readonly manifest: Manifest; readonly facts: Record<string, unknown> } | null {
  try {
    const json: unknown = JSON.parse(text);
    const manifest = manifestSchema.safeParse(json).data;
    if (manifest === undefined || typeof json !== 'object' || json === null) return null;
    const apart = new Set(['manifest_sha256', 'row_digests', 'overflow_digests']);
    return { manifest, facts: Object.fromEntries(Object.entries(json).filter(([key]) => !apart.has(key))) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function digestsMatch(facts: DigestFacts | null, blocks: readonly string[]): boolean {
  if (facts === null) return blocks.length === 0;
  const digests = decodeDigests(blocks);
  if (digests === null || digests.values.length !== facts.count) return false;
  return createHash('sha256').update(digests.bytes).digest('hex') === facts.digests_sha256;
}

async function hashFile(path: string, total: number, { signal, onProgress }: VerifyOptions): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const data of createReadStream(path, { highWaterMark: READ_BYTES })) {
    throwIfAborted(signal);
    const chunk: unknown = data;
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A file was read as text');
    hash.update(chunk);
    bytes += chunk.length;
    onProgress?.({ path, bytes, total });
  }
  return hash.digest('hex');
}

/** Adds at least one finding that says what differs. */
async function locate(
  path: string,
  size: number,
  manifest: Manifest,
  findings: FindingList,
  { signal }: VerifyOptions,
): Promise<void> {
  const before = findings.listed.length + findings.more;
  const expected = decodeDigests(manifest.row_digests)?.values ?? null;
  const { format, fields } = manifest.file;
  if (size === 0) findings.add('file_truncated', 'The file is empty.');
  else if (expected === null) findings.add('bytes_changed', 'The file was changed; the manifest can’t say where.');
  else if (format === 'xlsx') await locateInWorkbook(path, size, manifest, expected, findings, signal);
  else if (format === 'parquet') await locateInParquet(path, fields ?? [], expected, findings, signal);
  else {
    const head =
      format === 'csv' || format === 'tsv'
        ? headerLine(fields ?? FLAT_FIELDS, format)
        : format === 'json'
          ? ARRAY_HEAD
          : '';
    const rows = await readTextRows(path, { format, head, expected }, signal, () => undefined);
    compareText(rows, expected, head, size < manifest.file.bytes, findings);
  }
  if (findings.listed.length + findings.more > before) return;
  const bytes = size === manifest.file.bytes ? '' : ` It has ${size} bytes instead of ${manifest.file.bytes}.`;
  findings.add('bytes_changed', `The file was changed outside its rows.${bytes}`);
}

function compareText(
  rows: TextRows,
  expected: BigUint64Array,
  head: string,
  shorter: boolean,
  findings: FindingList,
): void {
  const what = head === ARRAY_HEAD ? 'start of the array' : 'header row';
  if (rows.head === 'changed') findings.add('header_changed', `The ${what} was changed.`);
  if (rows.head === 'missing') findings.add('header_changed', `The ${what} is missing.`);
  const actual = rows.digests;
  const last = actual.length - 1;
  const same = actual.findIndex((digest, row) => digest !== expected[row]);
  if (shorter && rows.unfinished && (same === -1 || same === last) && actual.length <= expected.length) {
    breaksOff(rows, expected, same === last, findings);
    return;
  }
  if (rows.unfinished && same === expected.length && same === last) {
    findings.add('trailing_bytes', 'Bytes were added after the last row.');
    return;
  }
  diffRows(expected, actual, 'Row', findings);
  for (const row of rows.oddEnds) findings.add('bytes_changed', `The end of row ${row} was changed.`, row);
  if (rows.trailing) findings.add('trailing_bytes', 'Bytes were added after the end of the array.');
}

/** The rows are as they were up to where the file ends too early. */
function breaksOff(rows: TextRows, expected: BigUint64Array, inRow: boolean, findings: FindingList): void {
  const whole = rows.digests.length - (inRow ? 1 : 0);
  if (whole === expected.length) findings.add('file_truncated', 'The end of the file after the last row is missing.');
  else {
    const missing = expected.length - whole;
    findings.add('file_truncated', `The file breaks off after ${whole} whole rows; ${missing} are missing.`, whole + 1);
  }
}
