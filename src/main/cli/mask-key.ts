/** The key of pseudonyms: from a file, which is made on first use, or from the environment. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { say } from './say.ts';

const KEY = /^[0-9a-f]{64}$/i;

/**
 * @param file a file with 64 hexadecimal digits; made, for its owner alone, when it is not there
 * @throws AppError `invalid_input` when there is no key, or it is none
 */
export async function maskKey(file: string | undefined, fromEnvironment: string | undefined): Promise<string> {
  if (file !== undefined) return keyIn(file);
  const key = (fromEnvironment ?? '').trim();
  if (KEY.test(key)) return key;
  const why = key === '' ? 'Masking needs a key.' : 'EVENT_AUDIT_MASK_KEY is no key.';
  throw new AppError(
    'invalid_input',
    `${why} Set EVENT_AUDIT_MASK_KEY to 64 hexadecimal digits, or name a file with --mask-key-file; it is made if it is not there.`,
  );
}

async function keyIn(file: string): Promise<string> {
  const made = randomBytes(32).toString('hex');
  try {
    await writeFile(file, `${made}\n`, { flag: 'wx', mode: 0o600 });
    say(`A new key was made in ${file}. Keep it: without it, no later export has the same pseudonyms.`);
    return made;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST') throw unusable(file, error);
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(file, error);
  });
  const key = text.trim();
  if (!KEY.test(key)) {
    throw new AppError('invalid_input', `${file} holds no key: 64 hexadecimal digits. Nothing was changed.`);
  }
  return key;
}

function unusable(file: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError('invalid_input', `The key file ${file} can’t be used: ${why}.`, { cause });
}
