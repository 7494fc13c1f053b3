/**
 * A program of its own for tests that kill it: an engine that records events, as fast as it can, and says of each when it is
 * acknowledged. Arguments: data folder, a word for the ids of this run, how many events.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../src/main/engine/host.ts';
import { writeEvents } from '../../src/main/engine/actions/running.ts';

const [dataDir = '', run = '', count = '0'] = process.argv.slice(2);
const engine = await startEngine({
  dataDir,
  resourcesDir: join(import.meta.dirname, '../../resources'),
  options: { commandLine: ['batch.size=200', 'batch.timeout=1'], environment: {} },
});
writeSync(1, 'ready\n');
const total = Number(count);
for (let n = 0; n < total;) {
  const size = 1 + Math.floor(Math.random() * 30);
  const events = Array.from({ length: Math.min(size, total - n) }, (_, index) => ({
    id: `${run}-${n + index}`,
    category: 'proof',
    action: 'written',
    payload: { n: n + index, text: 'x'.repeat(200) },
  }));
  await writeEvents(events);
  n += events.length;
  // Said at once and by the kernel: what is read of it was acknowledged, whatever happens to this process.
  writeSync(1, `${n}\n`);
}
await engine.close();
writeSync(1, 'done\n');
