/**
 * The manifest, `FILE.manifest.json`: what a file is, where it came from, and what its rows were, so that anyone can
 * check it years later. docs/manifest.md says how, without our code.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { exportFormatSchema, journalHeadSchema, noteSchema, snapshotStateSchema } from '../../../shared/contract.ts';
import { errorCodeSchema } from '../../../shared/errors.ts';
import { filterSchema, sortSchema } from '../../../shared/filter.ts';
import { BLOCK_ROWS, DIGEST_BYTES } from './digests.ts';
import type { Sink } from './sink.ts';
import type { Spool } from './spool.ts';

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const digestsSchema = z.strictObject({
  count,
  /** Bytes that are kept of each row's SHA-256. */
  digest_bytes: z.literal(DIGEST_BYTES),
  /** Rows per link of the chain and per line of digests. */
  block_rows: z.literal(BLOCK_ROWS),
  /** Head of the hash chain over all rows. */
  chain: sha256,
  /** SHA-256 over the kept digests of all rows, as bytes in order. */
  digests_sha256: sha256,
});
export type DigestFacts = Readonly<z.infer<typeof digestsSchema>>;

/** What was read from one source: `captured + rejected + duplicates = read`. */
const sourceFactsSchema = z.strictObject({
  url: z.string(),
  kind: z.string(),
  title: z.string(),
  /** Whether it was read to its end and none of its records was rejected. */
  complete: z.boolean(),
  read: count,
  captured: count,
  rejected: count,
  duplicates: count,
  reason: z.strictObject({ code: errorCodeSchema, message: z.string() }).nullable(),
});
export type SourceFacts = Readonly<z.infer<typeof sourceFactsSchema>>;

/** Everything that {@link Manifest.manifest_sha256} covers. */
export const factsSchema = z.strictObject({
  kind: z.literal('event-audit-manifest'),
  format_version: z.literal(1),
  /** ISO 8601, UTC. */
  created_at: z.string(),
  application: z.strictObject({ name: z.string(), version: z.string(), node: z.string() }),
  file: z.strictObject({
    /** The file's name without its folder, when it was written. */
    name: z.string(),
    format: exportFormatSchema,
    /** What its rows are when they are not events: the records that a capture set aside, or notes on events. */
    content: z.enum(['rejects', 'notes']).optional(),
    bytes: count,
    sha256,
    /** The columns, in order; `null` for whole JSON events. */
    fields: z.array(z.string()).nullable(),
    /** XLSX: the sheets that hold the rows, in order. */
    sheets: z.array(z.string()),
  }),
  rows: digestsSchema,
  /** XLSX: the rows of the sheets that keep overlong cells whole. */
  overflow: digestsSchema.extend({ cells: count, sheets: z.array(z.string()) }).nullable(),
  guard: z.strictObject({
    /** Whether cells that could start a formula carry a leading apostrophe. */
    on: z.boolean(),
    cells: count,
  }),
  view: z.strictObject({
    filter: filterSchema,
    sort: sortSchema,
    /** The zone timestamps were written in; `null`: each as its store had it. */
    time_zone: z.string().nullable(),
    offset: count,
    limit: count.nullable(),
    /** How many rows were picked by hand; `null` when the whole view was exported. */
    picked: count.nullable(),
  }),
  source: z.strictObject({ url: z.string(), kind: z.string(), title: z.string() }),
  /** Each source by itself, in the order of the snapshot. Manifests of before have no such key. */
  sources: z.array(sourceFactsSchema).optional(),
  capture: z.strictObject({
    id: z.string(),
    revision: count,
    state: snapshotStateSchema,
    /** Whether the store was read to its end and no record was rejected. */
    complete: z.boolean(),
    read: count,
    captured: count,
    rejected: count,
    duplicates: count,
    started_at: z.string(),
    finished_at: z.string().nullable(),
    reason: z.strictObject({ code: errorCodeSchema, message: z.string() }).nullable(),
    notes: z.array(noteSchema),
  }),
  /**
   * The head of this computer's own journal when the export began, by which the journal can be checked later; `null` when
   * there was none. Manifests of before have no such key.
   */
  journal: journalHeadSchema.strict().nullable().optional(),
  /** What is masked, and by which key; absent when nothing is. The filter above is masked with it. */
  masking: z
    .strictObject({
      fields: z.array(z.string()),
      /** Names the key and gives nothing of it away. */
      key_id: z.string(),
      method: z.string(),
    })
    .optional(),
  /** Where the names in its name columns came from; absent when it has no such column. */
  names: z.array(z.strictObject({ origin: z.string(), place: z.string(), ids: count })).optional(),
  /** What the cells of JSON paths hold: their texts, or the JSON as it was written; absent when it has no such cell. */
  path_values: z.enum(['text', 'json']).optional(),
});
export type ManifestFacts = Readonly<z.infer<typeof factsSchema>>;

export const manifestSchema = factsSchema.extend({
  /** SHA-256 over the canonical text of everything else but the digests, which have their own in `digests_sha256`. */
  manifest_sha256: sha256,
  /** Base64, one text a block. */
  row_digests: z.array(z.string()),
  overflow_digests: z.array(z.string()),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

export function manifestPath(path: string): string {
  return `${path}.manifest.json`;
}

/** SHA-256 over compact JSON with sorted keys, hex. */
export function factsHash(facts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonical(facts)).digest('hex');
}

/** Writes the manifest: facts first, so that a person who opens it sees them, then the digests, one block a line. */
export async function writeManifest(
  sink: Sink,
  facts: ManifestFacts,
  rowDigests: Spool,
  overflowDigests: Spool | null,
): Promise<void> {
  const head = JSON.stringify({ ...facts, manifest_sha256: factsHash(facts) }, null, 2);
  await sink.write(`${head.slice(0, -2)},\n  "row_digests": [`);
  await writeBlocks(sink, rowDigests);
  await sink.write('],\n  "overflow_digests": [');
  if (overflowDigests !== null) await writeBlocks(sink, overflowDigests);
  await sink.write(']\n}\n');
  await sink.flush();
}

/** Turns lines of base64 into a list of JSON texts. */
async function writeBlocks(sink: Sink, blocks: Spool): Promise<void> {
  let rest = '';
  let first = true;
  for await (const chunk of blocks.read()) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      await sink.write(`${first ? '' : ','}\n    "${line}"`);
      first = false;
    }
  }
  if (!first) await sink.write('\n  ');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
