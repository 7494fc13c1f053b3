/** Several files in one source: their paths apart by `|`. */

/** The paths of a file source, as the engine would take them apart when no file has the whole text as its name. */
export function splitPaths(path: string): readonly string[] {
  return path
    .split('|')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `undefined` when one of several paths has the sign in it that keeps them apart. */
export function joinPaths(paths: readonly string[]): string | undefined {
  const unique = [...new Set(paths)];
  if (unique.length > 1 && unique.some((path) => path.includes('|'))) return undefined;
  return unique.join('|');
}
