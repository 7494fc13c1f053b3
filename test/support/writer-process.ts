/** Runs a small program in a process of its own: a writer that really is somebody else, and that can be killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface WriterProcess extends AsyncDisposable {
  /** Waits until the program has printed this word. */
  readonly said: (word: string) => Promise<void>;
  readonly kill: () => Promise<void>;
}

const DRIVER = join(import.meta.dirname, '../../node_modules/better-sqlite3/lib/index.js');

/** Starts a program that finds `Database` (better-sqlite3), `path` and `say(word)` in its scope. */
export function startWriter(path: string, program: string): WriterProcess {
  const source = `
    import Database from ${JSON.stringify(DRIVER)};
    const path = ${JSON.stringify(path)};
    const say = (word) => process.stdout.write(word + '\\n');
    setInterval(() => {}, 1000);
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    said: async (word) => {
      while (!printed.includes(`${word}\n`)) {
        if (child.exitCode !== null) throw new Error(`the writer ended before it said ${word}`);
        await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      }
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
