/** Collects the licences of everything that is bundled or shipped beside the bundle, for the window to show offline. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface Licence {
  readonly name: string;
  readonly version: string;
  /** SPDX expression as the package names it. */
  readonly licence: string;
  readonly text: string;
}

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly license?: unknown;
}

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * A plugin that writes `licences.json` beside the bundle.
 * @param shipped folders of packages that are not bundled but go along, below the checkout
 */
export function licences(root: string, shipped: () => readonly string[] = () => []): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const folders = new Set(shipped().map((folder) => join(root, folder)));
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id);
        if (folder !== undefined) folders.add(folder);
      }
      const found = [...folders].flatMap(licenceOf);
      const byName = found.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify({ licences: byName }) });
    },
  };
}

/** Packages of `dependencies` and what they need, as the lock file has them. */
export function productionFolders(root: string): readonly string[] {
  const lock: unknown = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  if (typeof lock !== 'object' || lock === null || !('packages' in lock)) return [];
  const { packages } = lock;
  if (typeof packages !== 'object' || packages === null) return [];
  return Object.entries(packages).flatMap(([folder, entry]: [string, unknown]) => {
    const isDev = typeof entry === 'object' && entry !== null && ('dev' in entry || 'devOptional' in entry);
    // What is optional may be for another system, and not be here.
    return folder === '' || isDev || !existsSync(join(root, folder, 'package.json')) ? [] : [folder];
  });
}

/** The folder of the package a module is from; `undefined` for a module of our own. */
function packageFolder(id: string): string | undefined {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  const at = path.lastIndexOf('/node_modules/');
  if (at === -1) return undefined;
  const [scope = '', name = ''] = path.slice(at + '/node_modules/'.length).split('/');
  return join(path.slice(0, at), 'node_modules', scope.startsWith('@') ? join(scope, name) : scope);
}

function licenceOf(folder: string): readonly Licence[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest.name !== 'string') return licenceOf(dirname(folder));
  return [
    {
      name: manifest.name,
      version: typeof manifest.version === 'string' ? manifest.version : '',
      licence: typeof manifest.license === 'string' ? manifest.license : 'see its text',
      text: readdirSync(folder)
        .filter((name) => LICENCE_FILE.test(name))
        .map((name) => readFileSync(join(folder, name), 'utf8').trim())
        .join('\n\n'),
    },
  ];
}
