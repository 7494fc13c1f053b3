/** Writes the pages of `docs/` that are made from the code. A test fails when one is not up to date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from './docs/pages.ts';
import { ROOT } from './support/project.ts';

for (const { path, text } of await generatedPages()) {
  writeFileSync(join(ROOT, path), text);
  console.log(path);
}
