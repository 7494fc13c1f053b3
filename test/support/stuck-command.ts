/** A program that leaves a thread which is stuck for ever, and then ends as the command does. Argument: a file that it removes. */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { endByInterrupt } from '../../src/main/cli/end.ts';
import { leaveStuckThreads, ReaderThread } from '../../src/main/engine/repositories/sqlite/reader-thread.ts';

const [file = ''] = process.argv.slice(2);
const thread = new ReaderThread(
  { work: 'read', file: '', writable: false, shown: 'for ever', table: undefined },
  { script: new URL('stuck-reader.ts', import.meta.url), after: () => rm(file) },
);
for await (const message of thread.messages(new AbortController().signal)) {
  if (message.type === 'layout') break;
}
// Until it is well inside its endless step.
await sleep(500);
await thread.stop();
process.exitCode = 130;
if (await leaveStuckThreads()) endByInterrupt();
