/** What the tests need of the operating system: real stores, a screen, a second reader of XLSX, Electron's libraries. */
import { readdirSync } from 'node:fs';
import { run, say } from './project.ts';

interface Need {
  /** Debian package names; the first that the system knows is taken. */
  readonly packages: readonly [string, ...string[]];
  readonly isMet: () => Promise<boolean>;
}

/** Shared libraries of Electron and the Debian packages that bring them, the newer name first. */
const LIBRARIES: readonly (readonly [library: string, packages: readonly [string, ...string[]]])[] = [
  ['libnss3.so', ['libnss3']],
  ['libnssutil3.so', ['libnss3']],
  ['libsmime3.so', ['libnss3']],
  ['libnspr4.so', ['libnspr4']],
  ['libatk-1.0.so.0', ['libatk1.0-0t64', 'libatk1.0-0']],
  ['libatk-bridge-2.0.so.0', ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0']],
  ['libatspi.so.0', ['libatspi2.0-0t64', 'libatspi2.0-0']],
  ['libgtk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0']],
  ['libgdk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0']],
  ['libgdk_pixbuf-2.0.so.0', ['libgdk-pixbuf-2.0-0']],
  ['libgbm.so.1', ['libgbm1']],
  ['libdrm.so.2', ['libdrm2']],
  ['libasound.so.2', ['libasound2t64', 'libasound2']],
  ['libcups.so.2', ['libcups2t64', 'libcups2']],
  ['libdbus-1.so.3', ['libdbus-1-3']],
  ['libexpat.so.1', ['libexpat1']],
  ['libpango-1.0.so.0', ['libpango-1.0-0']],
  ['libcairo.so.2', ['libcairo2']],
  ['libglib-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libgobject-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libgio-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libudev.so.1', ['libudev1']],
  ['libX11.so.6', ['libx11-6']],
  ['libXcomposite.so.1', ['libxcomposite1']],
  ['libXdamage.so.1', ['libxdamage1']],
  ['libXext.so.6', ['libxext6']],
  ['libXfixes.so.3', ['libxfixes3']],
  ['libXrandr.so.2', ['libxrandr2']],
  ['libxcb.so.1', ['libxcb1']],
  ['libxkbcommon.so.0', ['libxkbcommon0']],
];

const NEEDS: readonly Need[] = [
  { packages: ['redis-server'], isMet: () => hasCommand('redis-server') },
  { packages: ['postgresql'], isMet: hasPostgres },
  { packages: ['sqlite3'], isMet: () => hasCommand('sqlite3') },
  // The system's Python, which the tests use as well: the one on the PATH may be another, without the package.
  {
    packages: ['python3-openpyxl'],
    isMet: async () => (await run('/usr/bin/python3', ['-c', 'import openpyxl'])).code === 0,
  },
  { packages: ['xvfb'], isMet: () => hasCommand('xvfb-run') },
  { packages: ['xauth'], isMet: () => hasCommand('xauth') },
];

/**
 * Makes sure that everything is there; on Debian and Ubuntu, as root, installs what is missing.
 * Returns whether the tests can run; if not, it has said what to install.
 */
export async function ensureSystemNeeds(electron: string): Promise<boolean> {
  // On other systems the tests start what they find and say themselves what they miss.
  if (process.platform !== 'linux') return true;
  const missing = await missingPackages(electron);
  if (missing.length === 0) return true;
  if (!(await hasCommand('apt-get'))) {
    say(`Missing: ${missing.map((names) => names.at(-1)).join(', ')} (names of Debian packages). Install them first.`);
    return false;
  }
  if (process.getuid?.() !== 0) {
    const names = await Promise.all(missing.map(knownName));
    say(`Missing packages. Run: sudo apt-get install --no-install-recommends ${names.join(' ')}`);
    return false;
  }
  return (await install(missing)) && (await isComplete(electron));
}

async function install(missing: readonly Need['packages'][]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await run('apt-get', ['update', '-qq'], { env });
  if (updated.code !== 0) say(`apt-get update failed, trying with the lists that are there: ${updated.stderr.trim()}`);
  const names = await Promise.all(missing.map(knownName));
  say(`installing ${names.join(' ')}`);
  // Another installation may be under way, on a machine that has just started for instance.
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  const installed = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...patience, ...names], {
    env,
  });
  if (installed.code !== 0) say(`apt-get could not install them:\n${installed.stdout}${installed.stderr}`);
  return installed.code === 0;
}

async function isComplete(electron: string): Promise<boolean> {
  const missing = await missingPackages(electron);
  if (missing.length > 0) say(`Still missing after the installation: ${missing.map(([name]) => name).join(', ')}`);
  return missing.length === 0;
}

async function missingPackages(electron: string): Promise<readonly Need['packages'][]> {
  const unmet: Need['packages'][] = [];
  for (const need of NEEDS) if (!(await need.isMet())) unmet.push(need.packages);
  const { stdout } = await run('ldd', [electron]);
  for (const [, library = ''] of stdout.matchAll(/^\s*(\S+) => not found$/gm)) {
    const known = LIBRARIES.find(([name]) => name === library);
    if (known === undefined) say(`Electron misses ${library}, and no package is known here that brings it.`);
    else if (!unmet.some(([name]) => name === known[1][0])) unmet.push(known[1]);
  }
  return unmet;
}

/** Debian 13 and Ubuntu 24.04 gave some packages a new name. */
async function knownName(names: Need['packages']): Promise<string> {
  for (const name of names) if ((await run('apt-cache', ['show', name])).stdout.trim() !== '') return name;
  return names[0];
}

async function hasCommand(name: string): Promise<boolean> {
  return (await run('sh', ['-c', `command -v ${name}`])).code === 0;
}

/** Debian keeps the server's programs off the PATH. */
async function hasPostgres(): Promise<boolean> {
  if (await hasCommand('initdb')) return true;
  try {
    return readdirSync('/usr/lib/postgresql').length > 0;
  } catch {
    return false;
  }
}
