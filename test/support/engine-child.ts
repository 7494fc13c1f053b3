/**
 * A program of its own for tests that kill it: an engine that captures an endless or a bounded source and then waits.
 * Arguments: data folder, session folder, source URL. Prints each status as one JSON line.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreDescription } from '../../src/shared/contract.ts';
import { startEngine } from '../../src/main/engine/host.ts';
import { registerRepository } from '../../src/main/engine/repositories/registry.ts';
import {
  READ_ONLY,
  RecordRepository,
  type JsonBatch,
  type ReadOptions,
} from '../../src/main/engine/repositories/repository.ts';
import { generateEvents } from './events.ts';

const BATCH = 500;

/** `endless:` never ends, `endless:N` ends after N events. Each batch also holds a reject and a repeated key. */
class EndlessRepository extends RecordRepository {
  override describe(): Promise<StoreDescription> {
    return Promise.reject(new Error('Nobody asks for this.'));
  }

  override async *readRecords({ signal }: ReadOptions): AsyncIterable<JsonBatch> {
    const count = this.context.url.path === '' ? Number.POSITIVE_INFINITY : Number(this.context.url.path);
    let values: Buffer[] = [];
    let keys: Buffer[] = [];
    for (const { json, field } of generateEvents(count === Number.POSITIVE_INFINITY ? 10_000_000 : count)) {
      values.push(Buffer.from(json));
      keys.push(Buffer.from(field));
      if (values.length < BATCH) continue;
      const [first, key] = [values[0], keys[0]];
      if (first === undefined || key === undefined) continue;
      yield {
        kind: 'json',
        values: [...values, first, Buffer.from('no event')],
        keys: [...keys, key, Buffer.from(`reject ${field}`)],
      };
      values = [];
      keys = [];
      await sleep(5, undefined, { signal }).catch(() => undefined);
    }
  }
}

const [dataDir = '', sessionDir = '', url = ''] = process.argv.slice(2);
registerRepository('endless', { title: 'Endless', example: 'endless:', capabilities: READ_ONLY }, () =>
  Promise.resolve(EndlessRepository),
);
const resourcesDir = join(import.meta.dirname, '../../resources');
const engine = await startEngine({ dataDir, resourcesDir, sessionDir });
const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
const status = await engine.run('event_audit_capture_source', { url }, { onProgress: print });
print(status);
// Waits to be killed.
setInterval(() => undefined, 60_000);
