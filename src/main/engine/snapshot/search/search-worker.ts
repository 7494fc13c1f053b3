/** The thread that keeps search indexes. */
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

port?.on('message', (message: ToThread) => {
  const answer = reply(message);
  const { found, memory } = answer.answer ?? {};
  const buffer = found?.rows?.buffer ?? memory;
  port.postMessage(answer, buffer === undefined ? [] : [buffer]);
});
