/** Where things are in this project, for tests. */
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Read-only folder with the bundled store. */
export const RESOURCES = join(ROOT, 'resources');
