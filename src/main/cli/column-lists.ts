/** Lists of columns as flags hold them: names and JSON paths, separated by commas, each once. */
import { InvalidArgumentError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { exportColumn, maskedPart } from '../../shared/export-columns.ts';

/** The columns of `--fields`. */
export function columnsFrom(argument: string): readonly string[] {
  return listFrom(argument, 'column', (name) => void exportColumn(name));
}

/** What `--mask` names. */
export function masksFrom(argument: string): readonly string[] {
  return listFrom(argument, 'field', (name) => void maskedPart(name));
}

function listFrom(argument: string, what: string, check: (name: string) => void): readonly string[] {
  // A comma inside a quoted key of a path parts nothing.
  const names = (argument.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [])
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError(`Name at least one ${what}, such as actor.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`The ${what} “${twice}” is named twice.`);
  for (const name of names) checked(check, name);
  return names;
}

function checked(check: (name: string) => void, name: string): void {
  try {
    check(name);
  } catch (error) {
    if (error instanceof AppError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
