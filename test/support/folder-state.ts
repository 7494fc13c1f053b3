/** Everything that can be seen of a folder's files: names, bytes, and when they were changed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function folderState(path: string): readonly string[] {
  return readdirSync(path)
    .toSorted()
    .map((name) => {
      const file = join(path, name);
      const { mtimeNs, mode, ino } = statSync(file, { bigint: true });
      return `${name} ${createHash('sha256').update(readFileSync(file)).digest('hex')} ${mtimeNs} ${mode} ${ino}`;
    });
}
