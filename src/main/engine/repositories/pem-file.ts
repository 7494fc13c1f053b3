/** Certificate and key files that a source names. */
import { readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';

/** @throws AppError `invalid_input` when it can't be read */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('invalid_input', `The certificate file ${path} can’t be read. Check the path.`, { cause });
  }
}
