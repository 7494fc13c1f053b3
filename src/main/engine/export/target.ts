/**
 * A file that appears whole or not at all: written beside its place under a hidden, unguessable name, synced, renamed.
 * Until then, and after any failure, whatever stood in its place is untouched.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

/** The error codes by which systems say that a directory can't be synced. */
const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'ENOTSUP', 'EBADF']);

export class Target {
  /** Where the file will stand, symbolic links followed. */
  readonly path: string;
  readonly file: FileHandle;
  readonly #temporary: string;
  #backup: string | null = null;
  #state: 'open' | 'sealed' | 'installed' | 'gone' = 'open';

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.file = file;
  }

  /**
   * Starts a file that is to stand at `path`.
   * @throws AppError `target_unwritable` when the place can't be written.
   */
  static async open(path: string): Promise<Target> {
    return await onTarget(path, async () => {
      const place = await findPlace(path);
      const temporary = hiddenName(place.path);
      const file = await open(temporary, 'wx', place.mode ?? 0o666);
      return new Target(place.path, temporary, file);
    });
  }

  /** Makes sure that the bytes are on the disk. */
  async seal(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    this.#state = 'sealed';
  }

  /** Puts the file in its place. What stood there is kept aside until {@link Target.settle} or {@link Target.discard}. */
  async install(): Promise<void> {
    const backup = hiddenName(this.path);
    if (await exists(this.path)) {
      await rename(this.path, backup);
      this.#backup = backup;
    }
    await rename(this.#temporary, this.path);
    this.#state = 'installed';
  }

  /** Puts the file in its place in one step, over what stood there. There is no way back from here. */
  async replace(): Promise<void> {
    await rename(this.#temporary, this.path);
    this.#state = 'gone';
    await syncDirectory(dirname(this.path));
  }

  /** Ends an installed file's way back. */
  async settle(): Promise<void> {
    if (this.#backup !== null) await rm(this.#backup, { force: true });
    this.#backup = null;
    this.#state = 'gone';
    await syncDirectory(dirname(this.path));
  }

  /** Takes everything back: no temporary file, no new file, and what stood there stands there again. */
  async discard(): Promise<void> {
    const state = this.#state;
    this.#state = 'gone';
    if (state === 'open') await this.file.close();
    if (state === 'open' || state === 'sealed') await rm(this.#temporary, { force: true });
    if (this.#backup !== null) await rename(this.#backup, this.path);
    else if (state === 'installed') await rm(this.path, { force: true });
    this.#backup = null;
  }
}

interface Place {
  readonly path: string;
  /** The permissions of the file that stands there; `null` when none does. */
  readonly mode: number | null;
}

async function findPlace(path: string): Promise<Place> {
  if (!(await exists(path))) return { path, mode: null };
  const found = await stat(path);
  if (found.isDirectory()) throw unwritable(path, 'it is a folder', 'Choose a file name');
  if (!found.isFile()) {
    throw unwritable(path, 'it is not a regular file', 'Choose a file name, or - for standard output');
  }
  const real = await realpath(path);
  await access(real, constants.W_OK);
  return { path: real, mode: found.mode & 0o777 };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function hiddenName(path: string): string {
  return join(dirname(path), `.event-audit-${randomBytes(8).toString('hex')}.tmp`);
}

async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    // Windows and some network disks can't; the rename is then as durable as they make it.
    if (!NO_DIRECTORY_SYNC.has(errorCode(error) ?? '')) throw error;
  }
}

/** Runs work on the target, its failures put into words. */
export async function onTarget<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw targetError(error, path);
  }
}

/** What a failed file operation means to the person who asked for the export. Other errors come back as they are. */
export function targetError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof AppError || code === null) return error;
  const where = path === '-' ? 'the output' : `“${path}”`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'disk_full',
        `There is no room left on the disk for ${where}. Free some space or choose another place; nothing was written.`,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
      return unwritable(path, 'permission was denied', 'Choose another place or change its permissions', error);
    case 'EROFS':
      return unwritable(path, 'its disk is read-only', 'Choose another place', error);
    case 'ENOENT':
      return unwritable(path, 'its folder does not exist', 'Create the folder or choose another place', error);
    case 'ENOTDIR':
      return unwritable(path, 'a part of the path is a file, not a folder', 'Choose another place', error);
    case 'EISDIR':
      return unwritable(path, 'it is a folder', 'Choose a file name', error);
    case 'ENAMETOOLONG':
      return unwritable(path, 'its name is too long', 'Choose a shorter name', error);
    case 'EBUSY':
    case 'ETXTBSY':
      return unwritable(path, 'another program has it open', 'Close it there, then export again', error);
    case 'EIO':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENOTCONN':
      return unwritable(path, 'its disk is gone or does not answer', 'Connect it again or choose another place', error);
    case 'EFBIG':
      return unwritable(path, 'the file is too big for this disk', 'Choose another place or export less', error);
    case 'EPIPE':
      return new AppError('target_unwritable', 'The output was closed by its reader.', { cause: error });
    default:
      return unwritable(path, `the system says ${code}`, 'Choose another place', error);
  }
}

function unwritable(path: string, why: string, what: string, cause?: unknown): AppError {
  const where = path === '-' ? 'The output' : `“${path}”`;
  return new AppError('target_unwritable', `${where} can’t be written: ${why}. ${what}.`, { cause });
}

/** The system's name for a failed call, `null` when the error is none of the system's. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
