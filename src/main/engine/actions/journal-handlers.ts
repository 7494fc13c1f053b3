/** Handler of the action that checks the embedded store's journal. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { journalHeadSchema, type JournalHead } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { manifestPath } from '../export/manifest.ts';
import { journalPath } from '../repositories/sqlite/journal-path.ts';
import type { Handlers, Services } from './handlers.ts';

const manifestSchema = z.object({ journal: journalHeadSchema.nullable().optional() });

export function journalHandlers({
  dataDir,
  tracking,
}: Pick<Services, 'dataDir' | 'tracking'>): Pick<Handlers, 'event_audit_verify_journal'> {
  return {
    event_audit_verify_journal: async ({ heads, manifests }, { signal }) => {
      const path = journalPath(dataDir);
      await tracking.settle('basic');
      const [{ verifyJournal }, { knownHead }] = await Promise.all([
        import('../repositories/sqlite/verify-journal.ts'),
        import('../repositories/sqlite/journal.ts'),
      ]);
      const known = [knownHead(path), ...heads, ...(await Promise.all(manifests.map(headIn)))];
      const { findings, ...found } = await verifyJournal(path, known, signal);
      return { ...found, findings: [...findings] };
    },
  };
}

/** @param path a manifest, or the file that it lies beside @throws AppError `not_found`, `invalid_input` */
async function headIn(path: string): Promise<JournalHead> {
  const beside = manifestPath(path);
  const manifest = path.endsWith('.json') && !existsSync(beside) ? path : beside;
  const text = await readFile(manifest, 'utf8').catch((cause: unknown) => {
    throw new AppError('not_found', `The manifest ${manifest} can’t be read. Check the path.`, { cause });
  });
  let parsed: z.infer<typeof manifestSchema>;
  try {
    parsed = manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid_input', `${manifest} is no manifest of an export.`, { cause });
  }
  if (parsed.journal === undefined) {
    throw new AppError('invalid_input', `${manifest} says nothing of the journal: an older version made it.`);
  }
  // What was exported before anything was recorded has nothing to say of the journal.
  return parsed.journal ?? { seq: 0, hash: '0'.repeat(64) };
}
