/**
 * The plugins that a person chose in a dialog of the system, with the checksum that was shown: nothing else can be agreed
 * to from a window, and not the same path with other contents either.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';

export interface ShownPlugins {
  /** What to show of a chosen file. @throws AppError `not_found` when it can't be read */
  readonly show: (path: string) => Promise<{ readonly path: string; readonly sha256: string }>;
  /** @throws AppError `invalid_input` unless the file was shown and is still what was shown */
  readonly check: (path: string) => Promise<void>;
}

export function shownPlugins(): ShownPlugins {
  const shown = new Map<string, string>();
  return {
    show: async (path) => {
      const sha256 = await digest(path);
      shown.set(path, sha256);
      return { path, sha256 };
    },
    check: async (path) => {
      const seen = shown.get(path);
      if (seen === undefined) {
        throw new AppError('invalid_input', `“${path}” was not chosen in the dialog. Choose the plugin there first.`);
      }
      if ((await digest(path)) !== seen) {
        shown.delete(path);
        throw new AppError('invalid_input', `“${path}” is not the file any more that was shown. Choose it again.`);
      }
    },
  };
}

async function digest(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (cause) {
    throw new AppError('not_found', `“${path}” can’t be read. Choose a file that can.`, { cause });
  }
}
