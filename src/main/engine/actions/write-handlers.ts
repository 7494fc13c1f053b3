/** Handlers of the actions that change a store. */
import type { WRITE_ACTIONS } from '../../../shared/actions/write.ts';
import type { ActionRequest } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import { parseTimestamp } from '../../../shared/timestamp.ts';
import { newEvent } from '../tracking/new-event.ts';
import type { Handlers, Services } from './handlers.ts';

type NewEvent = ActionRequest<'event_audit_create_events'>['events'][number];

export function writeHandlers(services: Services): Pick<Handlers, keyof typeof WRITE_ACTIONS> {
  const { snapshots, tracking, version, dataDir } = services;

  /** Writes into the store that is named, or through the queue of tracking into the one that the settings name. */
  const write = async (
    source: string | undefined,
    secrets: Readonly<Record<string, string>> | undefined,
    given: readonly NewEvent[],
    signal: AbortSignal,
  ) => {
    const events = given.map(completed);
    if (source === undefined) {
      const written = await tracking.write(events);
      const { destination } = await tracking.status();
      const skipped = written.flatMap(({ event, skipped: by }) =>
        by === undefined ? [] : [`${String(event.id)} (${by})`],
      );
      const notes =
        skipped.length === 0
          ? []
          : [
              {
                severity: 'warning' as const,
                code: 'skipped',
                message: `Rules kept ${skipped.length} events from being recorded: ${skipped.slice(0, 5).join(', ')}${skipped.length > 5 ? ', …' : ''}.`,
              },
            ];
      return { events: written.map(({ event }) => event), source: destination, notes };
    }
    const { repository, text } = await snapshots.repository(source, secrets, true);
    try {
      return { events, source: text, notes: [...(await repository.writeEvents(events, signal))] };
    } finally {
      await repository.close();
    }
  };

  return {
    event_audit_create_event: async ({ source, secrets, connection_id: _, ...event }, { signal }) => {
      const { events, ...rest } = await write(source, secrets, [event], signal);
      const [written] = events;
      if (written === undefined) throw new AppError('internal', 'The event was lost.');
      return { event: written, ...rest };
    },
    event_audit_create_events: async ({ source, secrets, events }, { signal }) => {
      const { events: written, ...rest } = await write(source, secrets, events, signal);
      return { ids: written.map(({ id }) => id), ...rest };
    },
    event_audit_remove_events: async ({ source, secrets, filter, evidence }, { signal, onProgress }) => {
      const { removeByFilter } = await import('../removal/removal.ts');
      return removeByFilter(filter, { snapshots, dataDir, version, source, secrets, evidence, signal, onProgress });
    },
    event_audit_clear_source: async ({ source, secrets, evidence }, { signal, onProgress }) => {
      const { clearStore } = await import('../removal/removal.ts');
      parseSourceUrl(source);
      return clearStore({ snapshots, dataDir, version, source, secrets, evidence, signal, onProgress });
    },
  };
}

/** @throws AppError `invalid_input` when its timestamp is none */
function completed(given: NewEvent): AuditEvent {
  if (given.timestamp !== undefined && parseTimestamp(given.timestamp) === undefined) {
    throw new AppError(
      'invalid_input',
      `The timestamp “${given.timestamp.slice(0, 64)}” is no ISO 8601 date and time. Write one such as 2024-11-11T10:20:30+00:00.`,
    );
  }
  return newEvent(given);
}
