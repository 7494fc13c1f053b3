/** What the application is made of, as the build has written it down. */
import { existsSync, readFileSync } from 'node:fs';
import { licencesSchema, type Licence } from '../../shared/desktop.ts';

/** All of them by name, each version once. */
export function readLicences(files: readonly string[]): readonly Licence[] {
  const found = new Map<string, Licence>();
  for (const file of files) {
    // A list that can't be read is a broken build, and is said to be.
    if (!existsSync(file)) continue;
    for (const one of licencesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).licences) {
      found.set(`${one.name}@${one.version}`, one);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}
