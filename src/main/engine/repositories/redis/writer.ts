/** Writes events into the hash, and removes records from it that are still what was read. */
import type { ChainableCommander, Redis } from 'ioredis';
import { AppError, throwIfAborted } from '../../../../shared/errors.ts';
import type { AuditEvent } from '../../../../shared/event.ts';
import { eventField, eventJson, refusal } from '../event-json.ts';
import type { RemoveOptions, StoredRecord } from '../repository.ts';

const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** How often a removal without a script is tried again because others wrote meanwhile. */
const WATCH_TRIES = 30;

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

interface Field {
  readonly event: AuditEvent;
  readonly name: Buffer;
  readonly value: Buffer;
}

/** What has become of events so far. */
export interface WriteProgress {
  /** Where to go on. */
  next: number;
  /** How many from there on were sent without an answer yet. */
  sent: number;
  /** The events that are in the store. */
  readonly written: AuditEvent['id'][];
}

/**
 * Adds fields to the hash, a batch of them in one transaction. A field that is there already is never written over: one
 * with the same value counts as written, so that writing again after a lost answer does no harm.
 * @param progress where to begin, and how far it came
 * @throws AppError `invalid_input` naming the event whose field holds another record; the driver's errors
 */
export async function writeFields(
  client: Redis,
  key: string,
  events: readonly AuditEvent[],
  progress: WriteProgress,
  signal: AbortSignal,
): Promise<void> {
  while (progress.next < events.length) {
    throwIfAborted(signal);
    const batch = nextBatch(events, progress.next);
    const before = await valuesOf(client, key, batch);
    const taken = batch.find(({ value }, index) => before[index] != null && !before[index].equals(value));
    if (taken !== undefined) throw nameTaken(taken, key);
    progress.sent = batch.length;
    const transaction = client.multi();
    for (const { name, value } of batch) transaction.hsetnx(key, name, value);
    const added = await answersOf(transaction);
    // Others may have written in between, and two of a batch may have one name.
    const there = batch.filter((_, index) => added[index] !== 1);
    const values = there.length === 0 ? [] : await valuesOf(client, key, there);
    const lost = there.filter(({ value }, index) => values[index]?.equals(value) !== true);
    progress.written.push(...batch.flatMap((field) => (lost.includes(field) ? [] : [field.event.id])));
    progress.next += batch.length;
    progress.sent = 0;
    const [first] = lost;
    if (first !== undefined) throw nameTaken(first, key);
  }
}

function valuesOf(client: Redis, key: string, fields: readonly Field[]): Promise<(Buffer | null)[]> {
  return client.hmgetBuffer(key, ...fields.map(({ name }) => name));
}

function nameTaken({ event }: Field, key: string): AppError {
  return refusal(event, `the hash “${key}” holds another record under its name. Give it an id of its own`);
}

function nextBatch(events: readonly AuditEvent[], from: number): readonly Field[] {
  const batch: Field[] = [];
  let bytes = 0;
  for (let index = from; index < events.length && batch.length < BATCH_RECORDS && bytes < BATCH_BYTES; index += 1) {
    const event = events[index];
    if (event === undefined) break;
    const [name, value] = [Buffer.from(eventField(event)), Buffer.from(eventJson(event))];
    bytes += name.length + value.length;
    batch.push({ event, name, value });
  }
  return batch;
}

/** @throws the first error of the transaction, or of a command in it */
async function answersOf(transaction: ChainableCommander): Promise<readonly unknown[]> {
  const answers = await transaction.exec();
  // Only a key that is watched could end a transaction like that.
  if (answers === null) throw new AppError('source_unreachable', 'The server gave the transaction up. Try again.');
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}

/** @returns how many were removed @throws the driver's error */
export async function removeFields(
  client: Redis,
  key: string,
  records: Iterable<StoredRecord>,
  { signal, removed: told, removing = () => undefined }: RemoveOptions,
): Promise<number> {
  let removed = 0;
  let canRunScripts = true;
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    throwIfAborted(signal);
    let count: number | undefined;
    if (canRunScripts) {
      removing(batch.length / 2);
      count = await byScript(client, key, batch);
    }
    canRunScripts = count !== undefined;
    count ??= await byWatching(client, key, batch, { signal, removing });
    removed += count;
    told?.(count);
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

/** `undefined` when this user, or this server, runs no scripts. */
async function byScript(client: Redis, key: string, batch: readonly Buffer[]): Promise<number | undefined> {
  let answer: unknown;
  try {
    answer = await client.eval(REMOVE_UNCHANGED, 1, key, ...batch);
  } catch (error) {
    if (error instanceof Error && /NOPERM|unknown command|not allowed|disabled/i.test(error.message)) return undefined;
    throw error;
  }
  if (typeof answer === 'number') return answer;
  throw new AppError('source_invalid', `The server’s answer to a removal was “${String(answer)}”.`);
}

/** Compares, then removes in a transaction that the server gives up when anything was written in between. */
async function byWatching(
  client: Redis,
  key: string,
  batch: readonly Buffer[],
  { signal, removing }: { readonly signal: AbortSignal; readonly removing: (count: number) => void },
): Promise<number> {
  const [names, values] = [0, 1].map((rest) => batch.filter((_, index) => index % 2 === rest));
  if (names === undefined || values === undefined) return 0;
  for (let attempt = 0; attempt < WATCH_TRIES; attempt += 1) {
    throwIfAborted(signal);
    removing(0);
    await client.watch(key);
    const found = await client.hmgetBuffer(key, ...names);
    const same = names.filter(
      (_, index) => values[index] !== undefined && found[index]?.equals(values[index]) === true,
    );
    if (same.length === 0) {
      await client.unwatch();
      return 0;
    }
    removing(same.length);
    const answers = await client
      .multi()
      .hdel(key, ...same)
      .exec();
    if (answers === null) continue;
    const [error, count] = answers[0] ?? [null, 0];
    if (error !== null) throw error;
    return Number(count);
  }
  removing(0);
  throw new AppError(
    'source_unreachable',
    `Others write to the hash “${key}” all the time, so that nothing can be removed safely. Allow this user EVAL, or try again when less is going on.`,
  );
}
