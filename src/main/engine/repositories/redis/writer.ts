/** Writes events into the hash, and removes records from it that are still what was read. */
import type { Redis } from 'ioredis';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { eventField, eventJson } from '../event-json.ts';
import type { StoredRecord } from '../repository.ts';

const BATCH_RECORDS = 200;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Removes, as one step, each field that holds exactly the value that was read. What another program changed meanwhile
 * stays. KEYS: the hash. ARGV: field, value, field, value, …
 */
const REMOVE_UNCHANGED = `
local removed = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    removed = removed + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return removed`;

/** Sets all events in one command, which Redis does wholly or not at all. */
export async function writeFields(client: Redis, key: string, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.hset(key, ...events.flatMap((event) => [eventField(event), eventJson(event)]));
}

/** @returns how many were removed @throws the driver's error; AppError `source_refused` when the user may run no script */
export async function removeFields(
  client: Redis,
  key: string,
  records: readonly StoredRecord[],
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    throwIfAborted(signal);
    const answer = await client.eval(REMOVE_UNCHANGED, 1, key, ...batch);
    if (typeof answer !== 'number')
      throw new AppError('source_invalid', `The server’s answer to a removal was “${String(answer)}”.`);
    removed += answer;
    batch = [];
    bytes = 0;
  };
  for (const record of records) {
    if (record.kind !== 'json') continue;
    batch.push(Buffer.from(record.key), Buffer.from(record.value));
    bytes += record.key.length + record.value.length;
    if (batch.length >= BATCH_RECORDS * 2 || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  return removed;
}
