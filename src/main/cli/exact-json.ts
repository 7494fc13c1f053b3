/** JSON objects from a command line or a file, whose numbers are written on exactly as they were given. */
import { AppError } from '../../shared/errors.ts';
import { parseExactly } from '../../shared/exact-json.ts';

/**
 * @param what names it in messages: `--payload`
 * @throws AppError `invalid_input` when it is no JSON object
 */
export function exactObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : '';
    throw new AppError('invalid_input', `${what} is not JSON: ${why}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_input', `${what} is no JSON object. Write one such as {"id": "…"}.`);
  }
  return Object.fromEntries(Object.entries(value));
}
