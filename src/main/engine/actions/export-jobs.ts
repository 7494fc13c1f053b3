/** Remembers exports: that each began, and what became of it. */
import type { ExportResult } from '../../../shared/contract.ts';
import type { ExportJob } from '../../../shared/actions/models.ts';
import { isAbort, toErrorReply } from '../../../shared/errors.ts';
import { beginExportJob, endExportJob } from '../config/model-records.ts';
import type { StateDatabase } from '../config/state-database.ts';

/**
 * Runs an export. What goes to standard output (`-`) is no file that could be looked for later, so it is only run. One that can't be remembered, because the data folder can't be written to, is made all the same, and
 * says so in a note.
 */
export async function rememberExport(
  state: StateDatabase,
  job: Pick<ExportJob, 'path' | 'format' | 'source'>,
  actor: string,
  work: () => Promise<ExportResult>,
): Promise<ExportResult> {
  if (job.path === '-') return work();
  let problem: string | undefined;
  const remember = async <T>(step: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      problem = toErrorReply(error).message;
      return undefined;
    }
  };
  const id = await remember(() => beginExportJob(state, job, actor));
  const end = (values: Parameters<typeof endExportJob>[2]): Promise<unknown> =>
    id === undefined ? Promise.resolve() : remember(() => endExportJob(state, id, values, actor));
  let result: ExportResult;
  try {
    result = await work();
  } catch (error) {
    await end({ outcome: isAbort(error) ? 'cancelled' : 'failed', problem: toErrorReply(error).message });
    throw error;
  }
  const { rows, bytes, sha256, manifest_path } = result;
  await end({ outcome: 'done', rows, bytes, sha256, manifest_path });
  if (problem === undefined) return result;
  const note = {
    severity: 'warning' as const,
    code: 'not_remembered',
    message: `This export is whole, but it can’t be listed among the exports: ${problem}`,
  };
  return { ...result, notes: [...result.notes, note] };
}
