/** A store in the memory of the tests’ own process, registered as a plugin’s would be: it can be told to fail, to wait and to refuse. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Note } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { AuditEvent } from '../../src/shared/event.ts';
import { registerRepository } from '../../src/main/engine/repositories/registry.ts';
import { AbstractRepository, READ_ONLY } from '../../src/main/engine/repositories/repository.ts';

export interface Collector {
  /** What was written, in the order of its first arrival. */
  readonly events: AuditEvent[];
  /** How many events every call brought. */
  readonly calls: number[];
  /** Thrown by every write while it is set. */
  problem: AppError | undefined;
  /** Events that are refused for what they are. */
  refuses: (event: AuditEvent) => boolean;
  /** What every write waits for first. */
  before: (signal: AbortSignal) => Promise<void>;
  /** What closing it waits for first. */
  closing: () => Promise<void>;
  readonly reset: () => void;
}

export const collector: Collector = {
  events: [],
  calls: [],
  problem: undefined,
  refuses: () => false,
  before: () => Promise.resolve(),
  closing: () => Promise.resolve(),
  reset: () => {
    collector.events.length = 0;
    collector.calls.length = 0;
    collector.problem = undefined;
    collector.refuses = () => false;
    collector.before = () => Promise.resolve();
    collector.closing = () => Promise.resolve();
  },
};

class CollectorRepository extends AbstractRepository {
  override async *readEvents(): AsyncIterable<AuditEvent> {
    await sleep(0);
    yield* collector.events;
  }

  override async writeEvents(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Note[]> {
    collector.calls.push(events.length);
    await collector.before(signal);
    if (collector.problem !== undefined) throw collector.problem;
    const refused = events.find((event) => collector.refuses(event));
    if (refused !== undefined) throw new AppError('invalid_input', `The event ${String(refused.id)} is not wanted.`);
    const known = new Set(collector.events.map(({ id }) => id));
    collector.events.push(...events.filter(({ id }) => !known.has(id)));
    return [];
  }

  override close(): Promise<void> {
    return collector.closing();
  }
}

registerRepository('collector', CollectorRepository, { capabilities: { ...READ_ONLY, write: true } });

export const DOWN = new AppError('source_unreachable', 'The collector does not answer.');
