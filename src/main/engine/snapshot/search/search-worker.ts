/** The thread that keeps search indexes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { toErrorReply } from '../../../../shared/errors.ts';
import { IndexKeeper } from './index-keeper.ts';
import type { FromThread, ToThread } from './protocol.ts';

const keeper = new IndexKeeper();
const port = parentPort;

function reply({ call, index, task }: ToThread): FromThread {
  try {
    return { call, answer: keeper.do(index, task) };
  } catch (error) {
    return { call, error: toErrorReply(error) };
  }
}

/** What was gathered lies about until a thread makes garbage again, and one that only searches makes hardly any. */
function letGo(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

port?.on('message', (message: ToThread) => {
  const answer = reply(message);
  const { found, at, memory } = answer.answer ?? {};
  const buffer = found?.rows.buffer ?? at?.rows.buffer ?? memory;
  port.postMessage(answer, buffer instanceof ArrayBuffer ? [buffer] : []);
  if (message.task.do === 'finish') letGo();
});
