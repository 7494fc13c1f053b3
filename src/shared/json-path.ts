/** Paths into `result` and `payload` as people write them: `result.new.title`, `payload.tags[0]`, `result.new."a.b"`. */
import { AppError } from './errors.ts';

export interface JsonPath {
  readonly root: 'result' | 'payload';
  readonly steps: readonly string[];
  /** The steps as a JSON pointer (RFC 6901); `''` is the root itself. */
  readonly pointer: string;
}

/** @throws AppError `invalid_input` when the text is no path, saying what one looks like. */
export function parsePath(text: string): JsonPath {
  const steps: string[] = [];
  const token = /\.?"((?:[^"\\]|\\.)*)"|\[(\d+)\]|\.?([^.[\]"]+)/gy;
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw bad(text);
    const [whole, quoted, index, plain] = match;
    if (at > 0 && index === undefined && !whole.startsWith('.')) throw bad(text);
    steps.push(quoted === undefined ? (index ?? plain ?? '') : quoted.replaceAll(/\\(.)/g, '$1'));
    at = token.lastIndex;
  }
  const [root, ...rest] = steps;
  if ((root !== 'result' && root !== 'payload') || text.startsWith('.')) throw bad(text);
  const pointer = rest.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { root, steps: rest, pointer };
}

/** The path's text, quoting the keys that need it. */
export function formatPath(root: 'result' | 'payload', steps: readonly string[]): string {
  const tail = steps.map((step) =>
    /^[^.[\]"\\]+$/.test(step) ? `.${step}` : `."${step.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return `${root}${tail.join('')}`;
}

function bad(text: string): AppError {
  return new AppError(
    'invalid_input',
    `“${text}” is not a path into an event. Begin with result or payload, as in result.new.title or payload."a.b".`,
  );
}
