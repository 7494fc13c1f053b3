import { realpath, stat } from 'node:fs/promises';

/** Tells files apart whatever names and links lead to them; `undefined` where there is none. */
export async function fileIdentity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    // Some network file systems number nothing.
    return ino === 0n ? await realpath(path) : `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
