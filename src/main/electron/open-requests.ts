/** What the person asked to open from outside: command-line arguments and files from the file manager, as source URLs. */
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** What files of a kind begin with, and where in the file that stands. */
const BEGINNINGS: readonly { readonly kind: string; readonly at: number; readonly bytes: Buffer }[] = [
  { kind: 'sqlite', at: 0, bytes: Buffer.from('SQLite format 3\0', 'latin1') },
  // A DuckDB file has a checksum before its name.
  { kind: 'snapshot', at: 8, bytes: Buffer.from('DUCK', 'latin1') },
  { kind: 'snapshot', at: 0, bytes: Buffer.from('event-audit-sealed-file ', 'latin1') },
];
const HEAD_BYTES = 32;

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

/** A source URL stays as it is; anything else is a path. */
function sourceFromText(text: string, folder: string): string {
  // A single letter before the colon is a drive.
  return /^[a-z][a-z0-9+.-]+:/i.test(text) ? text : sourceFromPath(resolve(folder, text));
}

/** The source URL of a file, by its content; a CKAN configuration is known by its name. */
export function sourceFromPath(path: string): string {
  if (/\.ini$/i.test(path)) return `ckan:${path}`;
  const head = headOf(path);
  const known = BEGINNINGS.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
  return `${known?.kind ?? 'file'}:${path}`;
}

/** Nothing for what can't be read, such as a folder: opening it will say why, or find files in it. */
function headOf(path: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      return head.subarray(0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return head.subarray(0, 0);
  }
}
