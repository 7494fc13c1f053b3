/** Temporary folders that remove themselves: after the test that asked, or when their block ends. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface TempDir extends Disposable {
  readonly path: string;
  readonly remove: () => void;
}

/** A new folder of our own, with symbolic links in its path resolved. For hooks and scripts: the caller removes it. */
export function createTempDir(prefix = 'event-audit-test-'): TempDir {
  const path = mkdtempSync(join(realpathSync(tmpdir()), prefix));
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  };
  return { path, remove, [Symbol.dispose]: remove };
}

/** The path of a new folder that is removed when the running test ends. Only inside a test. */
export function tempDir(prefix?: string): string {
  const folder = createTempDir(prefix);
  onTestFinished(folder.remove);
  return folder.path;
}
