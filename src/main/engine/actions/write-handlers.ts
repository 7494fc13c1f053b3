/** Handlers of the actions that change a store. */
import { newEventSchema, type WRITE_ACTIONS } from '../../../shared/actions/write.ts';
import type { ActionRequest, ExportResult } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AuditEvent } from '../../../shared/event.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import { checkEvent } from '../repositories/event-json.ts';
import { jsonObject } from '../repositories/json-object.ts';
import { newEvent } from '../tracking/new-event.ts';
import { rememberExport } from './export-jobs.ts';
import type { Handlers, Services } from './handlers.ts';

type NewEvent = ActionRequest<'event_audit_create_events'>['events'][number];

export function writeHandlers(services: Services): Pick<Handlers, keyof typeof WRITE_ACTIONS> {
  const { snapshots, state, tracking, version, dataDir } = services;

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
                message: `Rules kept ${skipped.length === 1 ? 'an event' : `${skipped.length} events`} from being recorded: ${skipped.slice(0, 5).join(', ')}${skipped.length > 5 ? ', …' : ''}.`,
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

  const rememberAs =
    (source: string, actor: string) =>
    (path: string, work: () => Promise<ExportResult>): Promise<ExportResult> =>
      rememberExport(state, { path, format: 'jsonl', source: parseSourceUrl(source).url.text }, actor, work);

  return {
    event_audit_create_event: async (input, { signal }) => {
      const { source, secrets } = input;
      const { events, ...rest } = await write(source, secrets, [newEventSchema.parse(input)], signal);
      const [written] = events;
      if (written === undefined) throw new AppError('internal', 'The event was lost.');
      return { event: written, ...rest };
    },
    event_audit_create_events: async ({ source, secrets, events }, { signal }) => {
      const { events: written, ...rest } = await write(source, secrets, events, signal);
      return { ids: written.map(({ id }) => id), ...rest };
    },
    event_audit_remove_events: async ({ source, secrets, filter, evidence }, { actor, signal, onProgress }) => {
      const { removeByFilter } = await import('../removal/removal.ts');
      const remember = rememberAs(source, actor);
      return removeByFilter(filter, {
        snapshots,
        dataDir,
        version,
        source,
        secrets,
        evidence,
        signal,
        onProgress,
        remember,
      });
    },
    event_audit_clear_source: async ({ source, secrets, evidence }, { actor, signal, onProgress }) => {
      const { clearStore } = await import('../removal/removal.ts');
      const remember = rememberAs(source, actor);
      return clearStore({ snapshots, dataDir, version, source, secrets, evidence, signal, onProgress, remember });
    },
  };
}

/** @throws AppError `invalid_input` when it is no event that every reader takes for one */
function completed({ result, payload, ...given }: NewEvent): AuditEvent {
  const event = newEvent({ ...given, result: bodyOf(result, 'result'), payload: bodyOf(payload, 'payload') });
  checkEvent(event);
  return event;
}

/** An object, or the text of one, which then stays as it is. */
function bodyOf(given: NewEvent['result'], name: string): AuditEvent['result'] {
  return typeof given === 'string' ? jsonObject(given, name) : given;
}
