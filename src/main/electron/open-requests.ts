/** What the person asked to open from outside: command-line arguments and files from the file manager, as source URLs. */
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/**
 * The sources among a process's arguments. Switches are skipped, and so is the app's own folder, which comes first when
 * Electron was started with it (`isDevelopment`).
 */
export function sourcesFromArguments(
  argv: readonly string[],
  isDevelopment: boolean,
  folder: string,
): readonly string[] {
  const texts = argv.slice(1).filter((text) => text !== '' && !text.startsWith('-'));
  return texts.slice(isDevelopment ? 1 : 0).map((text) => sourceFromText(text, folder));
}

/** A source URL stays as it is; anything else is a path: `sqlite:` when the file is a SQLite database, else `file:`. */
function sourceFromText(text: string, folder: string): string {
  // A single letter before the colon is a drive.
  return /^[a-z][a-z0-9+.-]+:/i.test(text) ? text : sourceFromPath(resolve(folder, text));
}

/** The source URL of a file, by its content; a CKAN configuration is known by its name. */
export function sourceFromPath(path: string): string {
  if (/\.ini$/i.test(path)) return `ckan:${path}`;
  return `${isSqlite(path) ? 'sqlite' : 'file'}:${path}`;
}

/** False as well for what can't be read: opening it will say why. */
function isSqlite(path: string): boolean {
  const head = Buffer.alloc(SQLITE_MAGIC.length);
  try {
    const file = openSync(path, 'r');
    try {
      return readSync(file, head, 0, head.length, 0) === head.length && head.equals(SQLITE_MAGIC);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
