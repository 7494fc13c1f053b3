/** A look at a database's files takes no lock away that SQLite has on them in this process. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileState } from '../../src/main/engine/repositories/sqlite/file-state.ts';
import { closeBeside, holdDatabase, openBeside } from '../../src/main/engine/repositories/sqlite/held-files.ts';
import { Journal } from '../../src/main/engine/repositories/sqlite/journal.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine } from '../support/test-engine.ts';

/** What another process reaches that wants the database for itself: `delete` where nobody else has it open. */
function wantsAlone(path: string): string {
  return execFileSync('sqlite3', [path, 'PRAGMA journal_mode = delete'], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

test('while a journal is open, nobody else gets it for himself, however often its files are looked at', async () => {
  const path = join(tempDir(), 'journal.sqlite');
  const journal = Journal.open(path);
  await using own = await testEngine();
  for (let round = 0; round < 3; round += 1) {
    await fileState(path);
    await own.capture(`sqlite:${path}?table=event`).catch(() => undefined);
    expect(() => wantsAlone(path)).toThrow(/locked/);
  }
  journal.close();
  expect(wantsAlone(path)).toBe('delete');
});

test('a descriptor that is kept is used again, unless another file took its place', async () => {
  const path = join(tempDir(), 'a.db');
  execFileSync('sqlite3', [path, 'CREATE TABLE t (x)']);
  const release = holdDatabase(path);
  const first = await openBeside(path, path);
  await closeBeside(first, path, path);
  const again = await openBeside(path, path);
  expect(again).toBe(first);
  const another = await openBeside(path, path);
  expect(another).not.toBe(first);
  await closeBeside(again, path, path);
  await closeBeside(another, path, path);
  expect((await first.stat()).size).toBeGreaterThan(0);
  release();
  release();
  await expect.poll(() => first.fd).toBe(-1);
});
