/** Folders for private copies of foreign files, removed after use, and after a crash when the next one is made. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

const NAME = /^(\d+)-[0-9a-f]{12}$/;
const own = new Set<string>();

export interface PrivateFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Makes a folder that only this user can enter. @throws AppError `target_unwritable` */
export async function makePrivateFolder(dataDir: string): Promise<PrivateFolder> {
  const parent = join(dataDir, 'copies');
  await sweep(parent);
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const path = join(parent, name);
  own.add(name);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    own.delete(name);
    throw new AppError(
      'target_unwritable',
      `The folder ${path} for a private copy can’t be made. Set EVENT_AUDIT_DATA_DIR to a folder that can be written to.`,
      { cause },
    );
  }
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      own.delete(name);
    },
  };
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || own.has(name) || (pid !== process.pid && isAlive(pid))) continue;
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
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
