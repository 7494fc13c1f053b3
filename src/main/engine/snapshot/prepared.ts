/**
 * A capture of the bundled store that is made with the product, so that a start need not read the store again. It is used
 * only while both are, byte for byte, what they were when it was made; otherwise the store is read like any other.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DATABASE_FILE, SNAPSHOT_FORMAT } from './schema.ts';
import { Snapshot } from './snapshot.ts';

const CAPTURE = 'capture.duckdb';
const FACTS = 'facts.json';

const factsSchema = z.object({
  /** How the capture is laid out. */
  format: z.literal(SNAPSHOT_FORMAT),
  /** SHA-256 of the store's file and of the capture. */
  store: z.string(),
  capture: z.string(),
});

/**
 * Keeps a finished capture in a folder.
 * @param store the file that was captured
 */
export async function keepPrepared(snapshot: Snapshot, store: string, prepared: string): Promise<void> {
  await snapshot.writer.run('CHECKPOINT');
  const bytes = await readFile(join(snapshot.folder, DATABASE_FILE));
  const facts: z.input<typeof factsSchema> = {
    format: SNAPSHOT_FORMAT,
    store: sha256(await readFile(store)),
    capture: sha256(bytes),
  };
  await mkdir(prepared, { recursive: true });
  await writeFile(join(prepared, CAPTURE), bytes);
  await writeFile(join(prepared, FACTS), JSON.stringify(facts));
}

/** A snapshot of its own from what was kept; `undefined` when that is not there, or not of this store and this product. */
export async function openPrepared(
  { prepared, store }: { readonly prepared: string; readonly store: string },
  folder: string,
  id: string,
): Promise<Snapshot | undefined> {
  const now = new Date().toISOString();
  try {
    const [facts, capture, original] = await Promise.all(
      [join(prepared, FACTS), join(prepared, CAPTURE), store].map((path) => readFile(path)),
    );
    if (facts === undefined || capture === undefined || original === undefined) return undefined;
    const expected = factsSchema.parse(JSON.parse(facts.toString('utf8')));
    if (sha256(capture) !== expected.capture || sha256(original) !== expected.store) return undefined;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await writeFile(join(folder, DATABASE_FILE), capture, { mode: 0o600, flag: 'wx' });
    return await Snapshot.reopen(folder, { snapshot_id: id, started_at: now, finished_at: now, elapsed_ms: 0 });
  } catch {
    // Reading the store says what is wrong, if that is wrong too.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
