/** The head of the embedded journal at this moment, as every export writes it down. */
import { existsSync } from 'node:fs';
import type { JournalHead, Note } from '../../../shared/contract.ts';
import { toErrorReply } from '../../../shared/errors.ts';
import { journalPath } from '../repositories/sqlite/journal-path.ts';

/** An export does not fail for want of it: who made the file is told. Nothing is loaded where there is no journal. */
export async function journalNow(
  dataDir: string,
): Promise<{ readonly journal: JournalHead | null; readonly notes: readonly Note[] }> {
  if (!existsSync(journalPath(dataDir))) return { journal: null, notes: [] };
  try {
    const { journalHead } = await import('../repositories/sqlite/journal-head.ts');
    return { journal: journalHead(dataDir), notes: [] };
  } catch (error) {
    const message = `The manifest says nothing of this computer’s own journal. ${toErrorReply(error).message}`;
    return { journal: null, notes: [{ severity: 'warning', code: 'journal_unread', message }] };
  }
}
