/** What the file system and SQLite report, in the user's words. */
import Database from 'better-sqlite3';
import { AppError } from '../../../../shared/errors.ts';

export function fileError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('source_unreachable', `There is no file ${path}. Check the path.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError('source_refused', `${path} may not be read by this user. Ask its owner for read access.`, {
      cause: error,
    });
  }
  return new AppError('source_unreachable', `${path} can’t be opened (${String(code ?? error)}).`, { cause: error });
}

/** Turns SQLite's errors into ours; others pass. */
export function sqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  if (code.startsWith('SQLITE_NOTADB')) {
    return new AppError('source_invalid', `${path} is not a SQLite file, or it is encrypted.`, { cause: error });
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AppError(
      'source_invalid',
      `${path} is damaged (${error.message}). Fetch it again, or repair a copy with sqlite3 .recover.`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('source_unreachable', `${path} is locked by another program. Try again when it is done.`, {
      cause: error,
      retryable: true,
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return new AppError(
      'source_refused',
      `${path} can’t be opened (${error.message}). Copy it, with its -wal file, to a folder of your own.`,
      { cause: error },
    );
  }
  return new AppError('source_invalid', `${path} can’t be read (${error.message}).`, { cause: error });
}
