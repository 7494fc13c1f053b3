/** Writing to CloudWatch Logs: what one call may carry, answers that are lost, and a log group that is deleted. */
import { describe, expect, it, vi } from 'vitest';
import type { AuditEvent } from '../../../src/shared/event.ts';
import { SECRETS, useCloudWatch } from '../../support/cloudwatch/fixture.ts';
import { LOG_GROUP, LOG_STREAM } from '../../support/cloudwatch/fill.ts';
import { ServiceError, throttled, unavailable } from '../../support/cloudwatch/service-error.ts';
import { oneEvent } from '../../support/events.ts';
import { ON, openToWrite, someEvents } from '../../support/writing.ts';

const fixture = useCloudWatch();

const url = (more = '') =>
  `cloudwatch:${fixture.server.region}/${LOG_GROUP}?endpoint=${encodeURIComponent(fixture.server.endpoint)}&rate=500${more}`;

async function write(events: readonly AuditEvent[], source = url()) {
  const repository = await openToWrite(source, { secrets: SECRETS });
  try {
    return await repository.writeEvents(events, ON);
  } finally {
    await repository.close();
  }
}

const messages = () => fixture.server.store.group(LOG_GROUP).events.map(({ message }) => message);
const puts = () => fixture.server.calls.filter(({ operation }) => operation === 'PutLogEvents');

describe('events', () => {
  it('go into a group and a stream that are made when they are not there, stamped with the time of writing', async () => {
    const before = Date.now();
    const events = someEvents(3);
    await write(events);
    await write(someEvents(2, 9), url('&stream=other'));
    const stored = fixture.server.store.group(LOG_GROUP).events;
    expect(stored.filter(({ stream }) => stream === LOG_STREAM).map(({ message }) => message)).toEqual(
      events.map((event) => JSON.stringify(event)),
    );
    expect(stored.filter(({ stream }) => stream === 'other')).toHaveLength(2);
    expect(stored.every(({ timestamp }) => timestamp >= before && timestamp <= Date.now())).toBe(true);
  });

  it('are spread over calls that are within what one may carry', async () => {
    const large = someEvents(40).map((event) => ({ ...event, payload: { text: 'ä'.repeat(50_000) } }));
    expect(await write(large)).toEqual([]);
    expect(messages()).toHaveLength(40);
    const sizes = puts().map(({ input }) => {
      const { logEvents } = Object(input);
      return logEvents.reduce(
        (sum: number, { message }: { message: string }) => sum + Buffer.byteLength(message) + 26,
        0,
      );
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_048_576);
    // The first call found no group.
    expect(sizes).toHaveLength(5);
  });

  it('that are too large are written without result and payload, and the answer names them', async () => {
    const fits = oneEvent({ id: 'fits', payload: { text: '' } }).event;
    const room = 1_048_576 - 26 - Buffer.byteLength(JSON.stringify(fits));
    const most = { ...fits, payload: { text: 'x'.repeat(room) } };
    const more = { ...fits, id: 'more', payload: { text: 'x'.repeat(room + 1) } };
    const { result: _, payload: __, ...flat } = more;
    const notes = await write([most, more]);
    expect(messages()).toEqual([JSON.stringify(most), JSON.stringify(flat)]);
    expect(notes).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'payload_dropped',
        message: expect.stringContaining('more'),
      }),
    ]);
    const { snapshot_id } = await fixture.engine.run('event_audit_capture_source', { url: url(), secrets: SECRETS });
    const { events } = await fixture.engine.run('event_audit_get_event', { snapshot_id, id: 'more' });
    expect(events).toEqual([expect.objectContaining({ result: null, payload: null, flags: 4 })]);
  });

  it('that are too large even without are refused before anything is sent', async () => {
    const huge = oneEvent({ actor: 'x'.repeat(1_048_576) }).event;
    await expect(write([...someEvents(2), huge])).rejects.toMatchObject({
      code: 'invalid_input',
      details: { written: [] },
    });
    expect(fixture.server.calls).toEqual([]);
  });

  it('fit a service that takes less in one entry, once it says so', async () => {
    fixture.server.store.createGroup(LOG_GROUP);
    fixture.server.store.createStream(LOG_GROUP, LOG_STREAM);
    fixture.server.fault = ({ operation, input }) => {
      const { logEvents = [] } = Object(input);
      const sizes = logEvents.map(({ message }: { message: string }) => Buffer.byteLength(message) + 26);
      return operation === 'PutLogEvents' && Math.max(...sizes) > 262_144
        ? new ServiceError('InvalidParameterException', 'Log event too large: 300200 bytes exceeds limit of 262144')
        : undefined;
    };
    const large = oneEvent({ payload: { text: 'x'.repeat(300_000) } }).event;
    const [small] = someEvents(1);
    if (small === undefined) throw new Error('No event was made.');
    const notes = await write([small, large]);
    expect(notes.map(({ code }) => code)).toEqual(['payload_dropped']);
    const { result: _, payload: __, ...flat } = large;
    expect(messages()).toEqual([JSON.stringify(small), JSON.stringify(flat)]);
  });

  it('whose answer was lost are named as unknown, and not sent again', async () => {
    await write(someEvents(1));
    const put = fixture.server.store.put.bind(fixture.server.store);
    vi.spyOn(fixture.server.store, 'put').mockImplementation((...given) => {
      put(...given);
      // The events are in, and the answer never says so.
      throw new ServiceError('InternalServerException', 'The answer is lost.', 500);
    });
    const events = someEvents(3, 7);
    await expect(write(events)).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('nobody knows'),
      details: { written: [], unknown: events.map(({ id }) => id) },
    });
    expect(messages()).toHaveLength(4);
  });

  it('of the calls before are named when a later one is refused', async () => {
    const large = someEvents(20).map((event) => ({ ...event, payload: { text: 'x'.repeat(100_000) } }));
    await write(someEvents(1, 3));
    fixture.server.fault = ({ operation, index }) =>
      operation === 'PutLogEvents' && index > 2
        ? new ServiceError('AccessDeniedException', 'not authorized to perform: logs:PutLogEvents')
        : undefined;
    const failure: unknown = await write(large).catch((error: unknown) => error);
    const { code, message, details } = Object(failure);
    expect([code, message]).toEqual(['source_refused', expect.stringContaining('Writing needs logs:PutLogEvents')]);
    const there = new Set(messages().map((text) => String(Object(JSON.parse(text))['id'])));
    expect(details.written).toEqual(large.map(({ id }) => id).filter((id) => there.has(id)));
    expect(details.written.length).toBeGreaterThan(0);
  });

  it('are sent again when the service was too busy, which did nothing', async () => {
    fixture.server.fault = ({ index }) => (index < 2 ? throttled() : undefined);
    await write(someEvents(3));
    expect(messages()).toHaveLength(3);
  });

  it('are taken to be written when a stand-in says that it has them already', async () => {
    await write(someEvents(1));
    fixture.server.fault = ({ operation }) =>
      operation === 'PutLogEvents' ? new ServiceError('DataAlreadyAcceptedException', 'already accepted') : undefined;
    await expect(write(someEvents(1))).resolves.toEqual([]);
  });

  it('are refused with a word on the clock when their time of writing is', async () => {
    await write(someEvents(1));
    vi.spyOn(fixture.server.store, 'put').mockReturnValue({
      nextSequenceToken: '1',
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 },
    });
    await expect(write(someEvents(2))).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('clock'),
      details: { written: [] },
    });
  });
});

const clear = (source = url(), onProgress: (progress: { readonly phase: string }) => void = () => undefined) =>
  fixture.engine.run('event_audit_clear_source', { source, secrets: SECRETS, confirm: true }, { onProgress });

describe('clearing', () => {
  it('deletes the group, or only the stream that the source names', async () => {
    await write(someEvents(3));
    await write(someEvents(2, 9), url('&stream=other'));
    expect(await clear(url('&stream=other'))).toMatchObject({ removed: 2, left: 0 });
    expect(messages()).toHaveLength(3);
    expect(await clear()).toMatchObject({ removed: 3, left: 0 });
    expect(fixture.server.store.groups.has(LOG_GROUP)).toBe(false);
  });

  it('deletes nothing when something came while the rest was kept', async () => {
    await write(someEvents(3));
    let came = false;
    const late = ({ phase }: { readonly phase: string }): void => {
      if (came || phase !== 'removing') return;
      came = true;
      fixture.server.store.append(LOG_GROUP, LOG_STREAM, [{ timestamp: Date.now(), message: oneEvent({}, 99).json }]);
    };
    await expect(clear(url(), late)).rejects.toMatchObject({ code: 'source_refused', retryable: true });
    expect(messages()).toHaveLength(4);
  });

  it.each([
    ['', 'DeleteLogGroup'],
    ['&stream=event-audit-stream', 'DeleteLogStream'],
  ])('that is not allowed names its own rights (%s)', async (tail, forbidden) => {
    await write(someEvents(3));
    fixture.server.fault = ({ operation }) =>
      operation === forbidden ? new ServiceError('AccessDeniedException', 'Denied by a policy.') : undefined;
    await expect(clear(url(tail))).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('Clearing needs logs:DeleteLogGroup (with stream=, logs:DeleteLogStream)'),
      details: { removed: 0, unknown: 0 },
    });
    expect(messages()).toHaveLength(3);
  });

  it('is done when the service did it and its answer was lost', async () => {
    await write(someEvents(3));
    const remove = fixture.server.store.deleteGroup.bind(fixture.server.store);
    vi.spyOn(fixture.server.store, 'deleteGroup').mockImplementationOnce((name) => {
      remove(name);
      throw new ServiceError('InternalServerException', 'The answer is lost.', 500);
    });
    expect(await clear()).toMatchObject({ removed: 3, left: 0 });
  });

  it('whose answers are all lost is not said to have removed nothing', async () => {
    await write(someEvents(3));
    fixture.server.fault = ({ operation }) => (operation === 'DeleteLogGroup' ? unavailable() : undefined);
    await expect(clear()).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('whether 3 records were removed'),
      details: { removed: 0, unknown: 3 },
    });
  });
});
