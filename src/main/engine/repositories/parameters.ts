/** Refuses what a source URL asks for and its store does not know, instead of reading something else than was meant. */
import { AppError } from '../../../shared/errors.ts';
import type { SourceUrl } from '../../../shared/source-url.ts';

/** @throws AppError `invalid_input` naming the parameter and those there are. */
export function checkParameters(url: SourceUrl, known: readonly string[]): void {
  const unknown = Object.keys(url.parameters).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AppError(
    'invalid_input',
    `A ${url.kind}: source has no parameter “${unknown}”. ${known.length === 0 ? 'It has none' : `Known are ${known.join(', ')}`}.`,
  );
}

/** The value of `timeout`, in milliseconds: how long a server may be silent. @throws AppError `invalid_input` */
export function timeoutMillis(url: SourceUrl, fallback: number): number {
  const text = url.parameters['timeout'];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 86_400) return value * 1_000;
  throw new AppError('invalid_input', `“${text}” is no timeout. Write seconds, such as timeout=30.`);
}

/** For stores of which there is one only. @throws AppError `invalid_input` */
export function checkBare(url: SourceUrl): void {
  checkParameters(url, []);
  if (url.path !== '' || url.host !== '') {
    throw new AppError(
      'invalid_input',
      `Nothing can follow ${url.scheme}: in a source URL. Write ${url.scheme}: alone.`,
    );
  }
}
