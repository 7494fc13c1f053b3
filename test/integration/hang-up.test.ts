/** A terminal that goes away, as a lost connection to another computer takes it along. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../support/project.ts';
import { runCli, type CliOptions } from '../support/cli.ts';
import { tempDir } from '../support/temp-dir.ts';

/** A server that never answers: the command waits for it. */
async function silentServer(): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const server = createServer((socket) => {
    socket.resume();
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const { port } = address;
  return { url: `redis://127.0.0.1:${port}?key=k&timeout=60`, asked: once(server, 'connection') };
}

function leftOf(dataDir: string): readonly string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /snapshot|\.duckdb/.test(name));
}

test('a command whose terminal goes away ends in order', async () => {
  const { url, asked } = await silentServer();
  const dataDir = tempDir();
  const shell = `/usr/bin/python3 ${join(ROOT, 'test/support/hang-up.py')} "$@"`;
  const onStart: CliOptions['onStart'] = (child) => void asked.then(() => child.stdin?.end('\n'));
  const run = await runCli(['events', `--source=${url}`], { dataDir, shell, onStart, stdin: 'pipe' });
  expect(run.stdout).toBe('130\n');
  expect(leftOf(dataDir)).toEqual([]);
});

test('a command that writes to no terminal goes on, as nohup promises', async () => {
  const { url, asked } = await silentServer();
  let wasRunning = false;
  const hangUp = async (child: ChildProcess): Promise<void> => {
    await asked;
    child.kill('SIGHUP');
    await sleep(500);
    wasRunning = child.exitCode === null && child.signalCode === null;
    child.kill('SIGTERM');
  };
  const onStart: CliOptions['onStart'] = (child) => void hangUp(child);
  const run = await runCli(['events', `--source=${url}`], { dataDir: tempDir(), onStart });
  expect([wasRunning, run.code]).toEqual([true, 130]);
});
