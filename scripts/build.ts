/** `npm run build`, and `npm ci` through `prepare`: bundles main, preload and renderer into `dist`. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT, projectEnv, runNode, say } from './support/project.ts';

/** Its modification time is the moment the last complete build began. */
export const BUILD_STAMP = join(ROOT, 'dist/.built');

/** Builds everything. Says only what went wrong; returns whether it went well. */
export async function build(): Promise<boolean> {
  const startedAt = new Date();
  // The bundler runs on the project's Node.js whichever one started this script, so that its output is always the same.
  const result = await runNode(
    [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
    { env: projectEnv({ NODE_ENV: 'production' }) },
  );
  if (result.code !== 0) {
    // The bundler colours its messages even where nobody sees colours.
    say(stripVTControlCharacters(`build failed:\n${result.stdout}${result.stderr}`));
    return false;
  }
  const warnings = stripVTControlCharacters(result.stderr).trim();
  if (warnings !== '') say(warnings);
  const sample = await runNode([join(ROOT, 'scripts/prepare-sample.ts')]);
  if (sample.code !== 0) {
    say(`build failed:\n${sample.stdout}${sample.stderr}`);
    return false;
  }
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  await writeFile(BUILD_STAMP, '');
  await utimes(BUILD_STAMP, startedAt, startedAt);
  return true;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  process.exitCode = (await build()) ? 0 : 1;
}
