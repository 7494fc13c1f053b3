/** The native open and save dialogs, and what answers for them in tests. */
import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { app, dialog, type BrowserWindow, type FileFilter } from 'electron';
import { z } from 'zod';
import type { ExportFormat } from '../../shared/contract.ts';
import type { DesktopInput } from '../../shared/desktop.ts';
import type { ShellTexts } from './shell-texts.ts';

export interface Dialogs {
  /** Absolute paths; none when the dialog was closed. */
  readonly chooseFiles: (window: BrowserWindow, purpose: Purpose) => Promise<readonly string[]>;
  /** Absolute path with an extension; `null` when the dialog was closed. */
  readonly chooseExportPath: (
    window: BrowserWindow,
    format: ExportFormat,
    suggestedName: string,
  ) => Promise<string | null>;
  /** The same for a snapshot that is kept. */
  readonly chooseSnapshotPath: (window: BrowserWindow, suggestedName: string) => Promise<string | null>;
  /** `null` when the dialog was closed. */
  readonly choosePlugin: (window: BrowserWindow) => Promise<string | null>;
}

const SNAPSHOT_EXTENSION = 'duckdb';

type Purpose = DesktopInput<'choose_files'>['purpose'];

/** Purposes for which several may be chosen at once. */
const SEVERAL: ReadonlySet<Purpose> = new Set(['any', 'verify']);

/** The usual extensions, as a first offer; everything else can be chosen as well. */
const FILTERS: Readonly<Partial<Record<Purpose, FileFilter>>> = {
  sqlite: { name: 'SQLite', extensions: ['db', 'sqlite', 'sqlite3', 'db3'] },
  certificate: { name: 'PEM', extensions: ['pem', 'crt', 'cer', 'key'] },
  ckan: { name: 'ckan.ini', extensions: ['ini'] },
  snapshot: { name: 'DuckDB', extensions: [SNAPSHOT_EXTENSION] },
  names: { name: 'CSV, JSON', extensions: ['csv', 'tsv', 'json', 'jsonl'] },
};

const scriptedSchema = z.object({
  export: z.string().optional(),
  snapshot: z.string().optional(),
  plugin: z.string().optional(),
  open: z.array(z.string()).default([]),
});

/**
 * Native dialogs; outside packages `EVENT_AUDIT_TEST_DIALOGS` may answer instead:
 * `{"export": path, "snapshot": path, "plugin": path, "open": [paths]}`.
 */
export function createDialogs(texts: () => ShellTexts): Dialogs {
  const script = process.env['EVENT_AUDIT_TEST_DIALOGS'];
  return script === undefined || app.isPackaged ? nativeDialogs(texts) : scriptedDialogs(script);
}

interface SaveWish {
  readonly title: string;
  readonly suggestedName: string;
  /** What files of this kind are called, and how their names end. */
  readonly name: string;
  readonly extension: string;
}

function nativeDialogs(texts: () => ShellTexts): Dialogs {
  let folder: string | undefined;
  const save = async (window: BrowserWindow, wish: SaveWish): Promise<string | null> => {
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      title: wish.title,
      defaultPath: join(folder ?? app.getPath('downloads'), safeFileName(wish.suggestedName)),
      filters: [{ name: wish.name, extensions: [wish.extension] }],
      properties: ['showOverwriteConfirmation', 'createDirectory'],
    });
    if (canceled || filePath === '') return null;
    folder = dirname(filePath);
    return withExtension(filePath, wish.extension);
  };
  return {
    chooseFiles: async (window, purpose) => {
      const all: FileFilter = { name: texts().allFiles, extensions: ['*'] };
      const filter = FILTERS[purpose];
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: purpose === 'verify' ? texts().verifyTitle : texts().openTitle,
        properties: [
          purpose === 'folder' ? 'openDirectory' : 'openFile',
          ...(SEVERAL.has(purpose) ? (['multiSelections'] as const) : []),
        ],
        filters: filter === undefined ? [all] : [filter, all],
      });
      return canceled ? [] : filePaths;
    },
    chooseExportPath: (window, format, suggestedName) =>
      save(window, { title: texts().exportTitle, suggestedName, name: format.toUpperCase(), extension: format }),
    chooseSnapshotPath: (window, suggestedName) =>
      save(window, { title: texts().saveTitle, suggestedName, name: texts().snapshot, extension: SNAPSHOT_EXTENSION }),
    choosePlugin: async (window) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: texts().pluginTitle,
        properties: ['openFile'],
        filters: [{ name: 'JavaScript', extensions: ['js', 'mjs'] }],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
  };
}

function scriptedDialogs(script: string): Dialogs {
  const answers = scriptedSchema.parse(JSON.parse(script));
  return {
    chooseFiles: () => Promise.resolve(answers.open),
    chooseExportPath: () => Promise.resolve(answers.export ?? null),
    chooseSnapshotPath: () => Promise.resolve(answers.snapshot ?? null),
    choosePlugin: () => Promise.resolve(answers.plugin ?? null),
  };
}

/** Some systems leave the extension to the person. It is only added where that overwrites nothing unasked. */
function withExtension(path: string, extension: string): string {
  const extended = `${path}.${extension}`;
  return extname(path) === '' && !existsSync(extended) ? extended : path;
}

/** A suggestion must stay in its folder and be a name everywhere, whatever a source was called. */
function safeFileName(name: string): string {
  const safe = Array.from(name, (character) => (character < ' ' || '<>:"/\\|?*'.includes(character) ? '_' : character));
  return safe.slice(0, 200).join('');
}
