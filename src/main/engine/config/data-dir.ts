/** Where the product keeps its own things on this computer: the embedded store, its state, captures. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The data folder, the same for the desktop app and the command: `EVENT_AUDIT_DATA_DIR`, else the platform's place for
 * local application data (XDG base directories, Application Support, LocalAppData). It is not created here.
 */
export function dataDir(): string {
  const named = process.env['EVENT_AUDIT_DATA_DIR'];
  if (named !== undefined && named !== '') return named;
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'event-audit-viewer');
    case 'win32':
      return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'event-audit-viewer');
    default:
      return join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'event-audit-viewer');
  }
}
