/**
 * A program of its own for tests of what a process does once, such as loading plugins: an engine that is asked by lines of
 * JSON, `[action, input]`, and answers each with a line. Argument: the data folder. Ends with its input.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEngine } from '../../src/main/engine/host.ts';
import { isActionName } from '../../src/shared/contract.ts';

const [dataDir = ''] = process.argv.slice(2);
const engine = await startEngine({ dataDir, resourcesDir: join(import.meta.dirname, '../../resources') });
for await (const line of createInterface({ input: process.stdin })) {
  const asked: unknown = JSON.parse(line);
  const [action, input] = Array.isArray(asked) ? (asked as readonly unknown[]) : [];
  if (typeof action !== 'string' || !isActionName(action)) throw new Error(`There is no action ${String(action)}.`);
  process.stdout.write(`${JSON.stringify(await engine.call(action, input))}\n`);
}
await engine.close();
