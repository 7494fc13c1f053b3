/**
 * POSIX takes away all locks that a process has on a file when it closes any descriptor of that file, and SQLite's are
 * among them: another process could then move or remove the write-ahead log of a database that is in use here. So whoever
 * looks at a database, or at the memory shared beside it, without SQLite opens and closes them here, which keeps a
 * descriptor for the next one while SQLite has the database open.
 * https://www.sqlite.org/howtocorrupt.html, section 2.2
 */
import { statSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';

interface Waiting {
  readonly path: string;
  readonly file: FileHandle;
}

interface Held {
  users: number;
  waiting: readonly Waiting[];
}

const held = new Map<string, Held>();

/** Says that SQLite has a database open in this process. @returns says that it has not any more */
export function holdDatabase(path: string): () => void {
  const key = keyOf(path);
  if (key === undefined) return () => undefined;
  const entry = held.get(key) ?? { users: 0, waiting: [] };
  held.set(key, entry);
  entry.users += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    entry.users -= 1;
    if (entry.users > 0) return;
    held.delete(key);
    for (const { file } of entry.waiting) file.close().catch(() => undefined);
  };
}

/**
 * Opens a database, or what lies beside it, for reading at given positions.
 * @throws Error as `open` of `node:fs/promises` does
 */
export async function openBeside(path: string, database: string): Promise<FileHandle> {
  const entry = held.get(keyOf(database) ?? '');
  const known = entry?.waiting.find((each) => each.path === path);
  if (entry === undefined || known === undefined) return open(path, 'r');
  entry.waiting = entry.waiting.filter((each) => each !== known);
  const [now, then] = await Promise.all([stat(path, { bigint: true }), known.file.stat({ bigint: true })]);
  if (now.ino === then.ino && now.dev === then.dev) return known.file;
  // Another file is there now, and nobody has locks on what was there before.
  await known.file.close();
  return open(path, 'r');
}

/** Closes what {@link openBeside} has opened, or keeps it where that would take locks away. */
export async function closeBeside(file: FileHandle, path: string, database: string): Promise<void> {
  const entry = held.get(keyOf(database) ?? '');
  if (entry === undefined) await file.close();
  else entry.waiting = [...entry.waiting, { path, file }];
}

function keyOf(path: string): string | undefined {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false });
  return info && `${info.dev}:${info.ino}`;
}
