/** The manifest beside a saved snapshot, `FILE.manifest.json`: what the file is, and the digest of its bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { snapshotStateSchema, type Finding, type SnapshotStatus, type Verification } from '../../../shared/contract.ts';
import { throwIfAborted } from '../../../shared/errors.ts';
import { factsHash, manifestPath } from '../export/manifest.ts';
import type { VerifyOptions } from '../export/verify.ts';

const KIND = 'event-audit-snapshot-manifest';
const SUFFIX = '.manifest.json';
const MAX_BYTES = 1024 * 1024;

const count = z.number().int().nonnegative();
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const factsSchema = z.strictObject({
  kind: z.literal(KIND),
  format_version: z.literal(1),
  /** ISO 8601, UTC. */
  created_at: z.string(),
  application: z.strictObject({ name: z.string(), version: z.string(), node: z.string() }),
  file: z.strictObject({ name: z.string(), bytes: count, sha256: sha256Schema, encrypted: z.boolean() }),
  sources: z.array(z.strictObject({ url: z.string(), kind: z.string(), title: z.string() })),
  capture: z.strictObject({
    id: z.string(),
    state: snapshotStateSchema,
    read: count,
    captured: count,
    rejected: count,
    duplicates: count,
    started_at: z.string(),
    finished_at: z.string().nullable(),
  }),
});
const manifestSchema = factsSchema.extend({
  /** SHA-256 over the canonical text of everything else. */
  manifest_sha256: sha256Schema,
});
type SavedManifest = Readonly<z.infer<typeof manifestSchema>>;

export function savedManifestText({
  file,
  status,
  savedAt,
  version,
}: {
  readonly file: z.infer<typeof factsSchema>['file'];
  readonly status: SnapshotStatus;
  readonly savedAt: string;
  readonly version: string;
}): string {
  const { snapshot_id: id, state, read, captured, rejected, duplicates, started_at, finished_at } = status;
  const facts: z.infer<typeof factsSchema> = {
    kind: KIND,
    format_version: 1,
    created_at: savedAt,
    application: { name: 'event-audit-viewer', version, node: process.versions.node },
    file,
    sources: status.sources.map(({ url, kind, title }) => ({ url, kind, title })),
    capture: { id, state, read, captured, rejected, duplicates, started_at, finished_at },
  };
  return `${JSON.stringify({ ...facts, manifest_sha256: factsHash(facts) }, null, 2)}\n`;
}

/**
 * The manifest beside a saved snapshot, and whether it is as it was written; `undefined` when there is none or another
 * kind of manifest. Either path of the pair names it.
 */
export async function readSavedManifest(
  path: string,
): Promise<{ readonly manifest: SavedManifest; readonly intact: boolean } | undefined> {
  const file = manifestPath(path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : path);
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    const manifest = manifestSchema.safeParse(json).data;
    if (manifest === undefined || typeof json !== 'object' || json === null) return undefined;
    const { manifest_sha256: own, ...facts } = manifest;
    return { manifest, intact: factsHash(facts) === own };
  } catch {
    // None, or none that can be read: the general check says which.
    return undefined;
  }
}

/**
 * Checks a saved snapshot against its manifest, `undefined` when that is not the manifest of one.
 * @throws AppError `cancelled`
 */
export async function verifySavedSnapshot(path: string, options: VerifyOptions): Promise<Verification | undefined> {
  const read = await readSavedManifest(path);
  if (read === undefined) return undefined;
  const { manifest, intact } = read;
  const file = path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : path;
  const findings: Finding[] = [];
  const add = (code: string, message: string): number => findings.push({ code, message, row: null });
  if (!intact) add('manifest_changed', 'The manifest was changed after the saving: its own checksum does not match.');
  const sha256 = await digestOf(file, options).catch((error: unknown) => {
    throwIfAborted(options.signal);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') add('file_missing', `There is no file “${file}”.`);
    else add('file_unreadable', `“${file}” can’t be read (${code}). Check the disk and its permissions.`);
    return null;
  });
  if (sha256 !== null && sha256 !== manifest.file.sha256) {
    add('bytes_changed', 'The saved snapshot was changed after it was written.');
  }
  const ok = findings.length === 0;
  if (ok && basename(file) !== manifest.file.name) {
    add('file_renamed', `The file was called “${manifest.file.name}” when it was saved.`);
  }
  return { path: file, ok, rows: manifest.capture.captured, sha256, findings, more_findings: 0 };
}

async function digestOf(path: string, { signal, onProgress }: VerifyOptions): Promise<string> {
  const { size: total } = await stat(path);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const data of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    throwIfAborted(signal);
    const chunk: unknown = data;
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A file was read as text');
    hash.update(chunk);
    bytes += chunk.length;
    onProgress?.({ path, bytes, total });
  }
  return hash.digest('hex');
}
