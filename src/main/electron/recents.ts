/** The sources that were opened last, for the menu and the start page: a small file in the app's folder. */
import { app } from 'electron';
import { recentsSchema, type Recent } from '../../shared/desktop.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

export interface RecentSources {
  /** The last one first. */
  readonly list: () => readonly Recent[];
  /** Puts a source first. @throws AppError `invalid_input` for what is no source URL */
  readonly add: (url: string, name: string) => readonly Recent[];
  readonly clear: () => readonly Recent[];
}

const MOST = 12;

/** Opens the list in this file; `onChange` hears of every change after it was written. */
export function openRecents(path: string, onChange: () => void): RecentSources {
  let current: readonly Recent[] = readJsonFile(path, recentsSchema).recents;
  const write = (next: readonly Recent[]): readonly Recent[] => {
    writeJsonFile(path, { recents: next });
    current = next;
    onChange();
    return next;
  };
  return {
    list: () => current,
    add: (text, name) => {
      // Whatever the window says, no secret gets into the file.
      const { url } = parseSourceUrl(text);
      if (url.kind === 'file') app.addRecentDocument(url.text.slice('file:'.length));
      const rest = current.filter((one) => one.url !== url.text);
      return write([{ url: url.text, name, at: new Date().toISOString() }, ...rest].slice(0, MOST));
    },
    clear: () => {
      app.clearRecentDocuments();
      return write([]);
    },
  };
}
