/** Handler of the action that checks the embedded store's journal. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { journalHeadSchema, type JournalHead } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
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
      const { findings, ...found } = verifyJournal(path, known, signal);
      return { ...found, findings: [...findings] };
    },
  };
}

async function headIn(manifest: string): Promise<JournalHead> {
  const text = await readFile(manifest, 'utf8').catch((cause: unknown) => {
    throw new AppError('not_found', `The manifest ${manifest} can’t be read. Check the path.`, { cause });
  });
  let parsed: z.infer<typeof manifestSchema>;
  try {
    parsed = manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid_input', `${manifest} is no manifest of an export.`, { cause });
  }
  if (parsed.journal == null) {
    throw new AppError('invalid_input', `${manifest} holds no head of the journal: it was made by an older version.`);
  }
  return parsed.journal;
}
