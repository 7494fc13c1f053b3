/** Finds the installed package: its resources and its version. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

/** The folder that holds `package.json` and `resources`, from wherever this file was bundled to. */
export function packageRoot(): string {
  if (found !== undefined) return found;
  let folder = import.meta.dirname;
  while (!(existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'resources')))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('The installation is incomplete: its resources are missing. Install it again.');
    folder = parent;
  }
  found = folder;
  return folder;
}

export function resourcesDir(): string {
  return join(packageRoot(), 'resources');
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0';
}

/** The capture of the bundled store that was made with the bundle; `undefined` where this runs from its sources. */
export function preparedSample(): string | undefined {
  return ['.', '..'].map((up) => join(import.meta.dirname, up, 'sample')).find((folder) => existsSync(folder));
}
