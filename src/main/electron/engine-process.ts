/** The engine process: answers the shell's calls with the same engine that the command and the tests run. */
import { startEngine, type Engine } from '../engine/host.ts';
import type { EngineStart, FromEngine, ToEngine } from '../../shared/engine-protocol.ts';
import { assertNever, toErrorReply } from '../../shared/errors.ts';
import { log } from './log.ts';

const port = process.parentPort;
const running = new Map<string, AbortController>();
let engine: Engine | undefined;

function send(message: FromEngine): void {
  port.postMessage(message);
}

async function start(message: EngineStart): Promise<void> {
  engine = await startEngine({
    dataDir: message.data_dir,
    resourcesDir: message.resources_dir,
    sessionDir: message.session_dir,
    warn: (text) => log(`engine: ${text}`),
  });
  send({ type: 'ready', reopened: engine.reopened, lost: engine.lost });
  // The window is still being drawn.
  void engine.warmUp();
}

async function serve(message: Extract<ToEngine, { type: 'call' }>): Promise<void> {
  const { id, action, input } = message;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    if (engine === undefined) throw new Error('the engine was called before it was ready');
    const reply = await engine.call(action, input, {
      signal: controller.signal,
      onProgress: (progress) => send({ type: 'progress', id, progress }),
    });
    send({ type: 'reply', id, reply });
  } catch (error) {
    send({ type: 'reply', id, reply: { ok: false, error: toErrorReply(error) } });
  } finally {
    running.delete(id);
  }
}

async function stop(): Promise<void> {
  for (const controller of running.values()) controller.abort();
  await engine?.close();
  process.exit(0);
}

/** What can't be answered ends the process: the shell sees it end and starts another one. */
function fail(error: unknown): void {
  log(`engine: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

port.on('message', ({ data }) => {
  const message: ToEngine = data;
  switch (message.type) {
    case 'start':
      start(message).catch(fail);
      break;
    case 'call':
      serve(message).catch(fail);
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
    case 'stop':
      stop().catch(fail);
      break;
    default:
      assertNever(message);
  }
});
