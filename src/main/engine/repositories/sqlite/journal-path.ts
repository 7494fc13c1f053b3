/** Where the embedded store lies. */
import { join } from 'node:path';

export function journalPath(dataDir: string): string {
  return join(dataDir, 'event-audit.sqlite');
}
