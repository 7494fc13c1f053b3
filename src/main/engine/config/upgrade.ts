/** Brings the embedded databases to the schema of this version: the state database and the embedded store. */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { UpgradedDatabase } from '../../../shared/actions/tracking.ts';
import { toErrorReply } from '../../../shared/errors.ts';
import { journalPath } from '../repositories/sqlite/journal-path.ts';
import type { Migrated } from './migrations.ts';
import type { StateDatabase } from './state-database.ts';

/** Where SQLite keeps `user_version` in a file: four bytes, the first one the highest. */
const VERSION_AT = 60;

/** Upgrades both, and says what was done. What is wrong with one of them does not keep the other from being upgraded. */
export async function upgradeDatabases(state: StateDatabase, dataDir: string): Promise<UpgradedDatabase[]> {
  const journal = journalPath(dataDir);
  return [
    await upgraded(state.path, () => state.upgrade()),
    await upgraded(journal, async () => (existsSync(journal) ? upgradeJournal(journal) : null)),
  ];
}

/** Upgrades the embedded store when its file says that it is of an earlier version; looks at a few bytes of it otherwise. */
export async function upgradeOldJournal(dataDir: string): Promise<void> {
  const path = journalPath(dataDir);
  if (!existsSync(path)) return;
  const { JOURNAL_SCHEMA } = await import('../repositories/sqlite/journal-schema.ts');
  const bytes = Buffer.alloc(4);
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(bytes, 0, 4, VERSION_AT);
    // A version that stands in the write-ahead log only is newer, and is found when the store is written to.
    if (bytesRead < 4 || bytes.readUInt32BE() >= JOURNAL_SCHEMA.migrations.length) return;
  } finally {
    await file.close();
  }
  await upgradeJournal(path);
}

async function upgradeJournal(path: string): Promise<Migrated> {
  const { Journal } = await import('../repositories/sqlite/journal.ts');
  const journal = Journal.open(path);
  journal.close();
  return journal.migrated;
}

async function upgraded(path: string, work: () => Promise<Migrated | null>): Promise<UpgradedDatabase> {
  try {
    const done = await work();
    return { path, from: done?.from ?? null, to: done?.to ?? null, backup: done?.backup ?? null, problem: null };
  } catch (error) {
    return { path, from: null, to: null, backup: null, problem: toErrorReply(error).message };
  }
}
