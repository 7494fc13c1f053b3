/** What SQLite and the file system say of the state database, in the user's words. */
import { AppError } from '../../../shared/errors.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const UNWRITABLE = /^(?:SQLITE_(?:CANTOPEN|READONLY|PERM)|EACCES|EEXIST|EPERM|EROFS|ENOTDIR)/;

/** Whether the file, or the folder that it needs to work in, can't be written to. */
export function isUnwritable(error: unknown): boolean {
  return UNWRITABLE.test(codeOf(error)) || (error instanceof AppError && UNWRITABLE.test(codeOf(error.cause)));
}

export function databaseError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (isUnwritable(error)) {
    return new AppError(
      'target_unwritable',
      `${path} can’t be written. Give yourself the right to, or set EVENT_AUDIT_DATA_DIR to a folder that can be written to.`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') {
    return new AppError('disk_full', `The disk of ${path} is full. Make room and try again.`, { cause: error });
  }
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return new AppError(
      'source_invalid',
      `${path} is damaged, or is not ours. Move it away, and a new one is made; a copy of an earlier version may lie beside it.`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new AppError('source_unreachable', `${path} is locked by another program. Try again when it is done.`, {
      cause: error,
      retryable: true,
    });
  }
  return error;
}
