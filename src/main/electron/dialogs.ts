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
  readonly chooseFiles: (
    window: BrowserWindow,
    purpose: DesktopInput<'choose_files'>['purpose'],
  ) => Promise<readonly string[]>;
  /** Absolute path with an extension; `null` when the dialog was closed. */
  readonly chooseExportPath: (
    window: BrowserWindow,
    format: ExportFormat,
    suggestedName: string,
  ) => Promise<string | null>;
}

const scriptedSchema = z.object({ export: z.string().optional(), open: z.array(z.string()).default([]) });

/** Native dialogs; outside packages `EVENT_AUDIT_TEST_DIALOGS` may answer instead: `{"export": path, "open": [paths]}`. */
export function createDialogs(texts: () => ShellTexts): Dialogs {
  const script = process.env['EVENT_AUDIT_TEST_DIALOGS'];
  return script === undefined || app.isPackaged ? nativeDialogs(texts) : scriptedDialogs(script);
}

function nativeDialogs(texts: () => ShellTexts): Dialogs {
  let exportFolder: string | undefined;
  return {
    chooseFiles: async (window, purpose) => {
      const all: FileFilter = { name: texts().allFiles, extensions: ['*'] };
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: purpose === 'verify' ? texts().verifyTitle : texts().openTitle,
        properties: purpose === 'sqlite' ? ['openFile'] : ['openFile', 'multiSelections'],
        filters:
          purpose === 'sqlite' ? [{ name: 'SQLite', extensions: ['db', 'sqlite', 'sqlite3', 'db3'] }, all] : [all],
      });
      return canceled ? [] : filePaths;
    },
    chooseExportPath: async (window, format, suggestedName) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: texts().exportTitle,
        defaultPath: join(exportFolder ?? app.getPath('downloads'), safeFileName(suggestedName)),
        filters: [{ name: format.toUpperCase(), extensions: [format] }],
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      });
      if (canceled || filePath === '') return null;
      exportFolder = dirname(filePath);
      return withExtension(filePath, format);
    },
  };
}

function scriptedDialogs(script: string): Dialogs {
  const answers = scriptedSchema.parse(JSON.parse(script));
  return {
    chooseFiles: () => Promise.resolve(answers.open),
    chooseExportPath: () => Promise.resolve(answers.export ?? null),
  };
}

/** Some systems leave the extension to the person. It is only added where that overwrites nothing unasked. */
function withExtension(path: string, format: ExportFormat): string {
  const extended = `${path}.${format}`;
  return extname(path) === '' && !existsSync(extended) ? extended : path;
}

/** A suggestion must stay in its folder and be a name everywhere, whatever a source was called. */
function safeFileName(name: string): string {
  const safe = Array.from(name, (character) => (character < ' ' || '<>:"/\\|?*'.includes(character) ? '_' : character));
  return safe.slice(0, 200).join('');
}
