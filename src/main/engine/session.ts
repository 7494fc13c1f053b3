/** The private folder in which a run of the product keeps its captures, and the removal of folders that a crash left. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** `app-1234-5f3a…`: who made the folder, and the process that owns it. */
const NAME = /^(?:app|cli)-(\d+)-[0-9a-f]+$/;

/** Names given out by this process: their folders are in use, whatever the number of the process says. */
const own = new Set<string>();

/** A name that no other run has, for a folder owned by this process. */
export function sessionName(prefix: 'app' | 'cli', pid = process.pid): string {
  const name = `${prefix}-${pid}-${randomBytes(6).toString('hex')}`;
  own.add(name);
  return name;
}

/**
 * Makes a session folder that only this user can enter.
 * @throws AppError `target_unwritable` naming the folder and the variable that moves it.
 */
export async function makeSessionFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    throw new AppError(
      'target_unwritable',
      `The folder ${folder} for captures can’t be made. Set EVENT_AUDIT_DATA_DIR to a folder that can be written to.`,
      { cause },
    );
  }
}

/** Removes the captures of runs whose process is gone. `keep` is this run's own folder. */
export async function sweepSessions(capturesDir: string, keep: string): Promise<void> {
  const names = await readdir(capturesDir).catch(() => []);
  for (const name of names) {
    const folder = join(capturesDir, name);
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (folder === keep || own.has(name) || Number.isNaN(pid)) continue;
    // In a container a new run often gets the number of the one that crashed.
    if (pid === process.pid || !isAlive(pid)) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
