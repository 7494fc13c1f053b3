/** CloudWatch Logs through the real engine and the unmodified SDK: what a capture holds, and what it asks for. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificates } from '../support/certificates.ts';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { codes, idsIn, useCloudWatch } from '../support/cloudwatch/fixture.ts';
import { startCloudWatch, TEST_KEY } from '../support/cloudwatch/server.ts';
import { oneEvent } from '../support/events.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { createTempDir } from '../support/temp-dir.ts';

const cloudwatch = useCloudWatch();

describe('a whole log group', () => {
  test('is captured exactly, over several streams and many slices', async () => {
    const events = fillCloudWatch(cloudwatch.server, 25_000, { streams: ['web-1', 'web-2', 'worker'] });
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', read: 25_000, captured: 25_000, rejected: 0, duplicates: 0 });
    expect((await cloudwatch.idsOf(status)).toSorted()).toEqual(idsIn(events));
    expect(new Set(cloudwatch.filterCalls().map(({ input }) => input['startTime'])).size).toBeGreaterThan(3);
  });

  test('is captured exactly however the service counts the end of a range', async () => {
    cloudwatch.server.paging.endExclusive = true;
    fillCloudWatch(cloudwatch.server, 20_000, { streams: ['a', 'b'] });
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 20_000, duplicates: 0 });
  });

  test.each([true, false])('delivers what lies on a cut once, with the end of a range left out: %s', async (left) => {
    cloudwatch.server.paging.endExclusive = left;
    const created = Date.parse('2024-06-01T00:00:00Z');
    cloudwatch.server.store.createGroup(LOG_GROUP, created);
    // Reading is always cut 15 days before the group's creation.
    const cut = created - 15 * 86_400_000;
    const messages = [cut - 1, cut, cut, cut + 1].map((timestamp, index) => ({
      timestamp,
      message: oneEvent({}, index + 1).json,
    }));
    cloudwatch.server.store.append(LOG_GROUP, 's', messages);
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', read: 4, captured: 4, duplicates: 0 });
    expect(cloudwatch.filterCalls().map(({ input }) => input['startTime'])).toContain(cut);
  });

  test('can be limited to one stream', async () => {
    fillCloudWatch(cloudwatch.server, 1_000, { streams: ['a', 'b'] });
    const status = await cloudwatch.capture({ url: cloudwatch.source({ stream: 'b' }) });
    expect(status).toMatchObject({ state: 'complete', captured: 500 });
  });

  test('keeps every record as it was written', async () => {
    const events = fillCloudWatch(cloudwatch.server, 300, { hostile: 1 });
    const status = await cloudwatch.capture();
    const { events: details } = await cloudwatch.engine.run('event_audit_get_event', {
      snapshot_id: status.snapshot_id,
      id: events[7]?.event.id ?? '',
    });
    expect(status).toMatchObject({ captured: 300, rejected: 0 });
    const [detail] = details;
    const { payload, result, ...fields } = events[7]?.event ?? oneEvent().event;
    expect(detail).toMatchObject({ ...fields, payload: JSON.stringify(payload), result: JSON.stringify(result) });
  });

  test('is read as the SDK wrote it, with its real limits', async () => {
    const client = new CloudWatchLogsClient({
      region: cloudwatch.server.region,
      endpoint: cloudwatch.server.endpoint,
      credentials: TEST_KEY,
    });
    onTestFinished(() => client.destroy());
    await client.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
    await client.send(new CreateLogStreamCommand({ logGroupName: LOG_GROUP, logStreamName: 's' }));
    const put = (timestamps: readonly number[]) =>
      client.send(
        new PutLogEventsCommand({
          logGroupName: LOG_GROUP,
          logStreamName: 's',
          logEvents: timestamps.map((timestamp, index) => ({ timestamp, message: oneEvent({}, index + 1).json })),
        }),
      );
    const now = Date.now();
    await expect(put([now, now - 1])).rejects.toThrow(/chronological/);
    const { rejectedLogEventsInfo } = await put([now - 20 * 86_400_000, now - 1_000, now]);
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 2 });
  });

  test('may hold messages that are no events, and events whose payload was dropped', async () => {
    fillCloudWatch(cloudwatch.server, 200);
    const written = Date.parse('2024-06-01T00:00:00Z');
    const foreign = REJECTED_RECORDS.filter(({ bytes, code }) => bytes.length > 0 && code !== 'not_utf8');
    const { result: _result, payload: _payload, ...dropped } = oneEvent({ id: 'dropped' }).event;
    cloudwatch.server.store.append(LOG_GROUP, 'other', [
      ...foreign.map(({ bytes }) => ({ timestamp: written, message: bytes.toString('utf8') })),
      { timestamp: written, message: JSON.stringify(dropped) },
    ]);
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 201, rejected: foreign.length });
    const { events } = await cloudwatch.engine.run('event_audit_get_event', {
      snapshot_id: status.snapshot_id,
      id: 'dropped',
    });
    expect(events).toMatchObject([{ result: null, payload: null, flags: 4 + 2 * Number(events[0]?.raw !== null) }]);
    const { rejects } = await cloudwatch.engine.run('event_audit_list_rejects', { snapshot_id: status.snapshot_id });
    expect(rejects.map(({ code }) => code).toSorted()).toEqual(foreign.map(({ code }) => code).toSorted());
    expect(rejects[0]?.key).toMatch(/^\d{56}$/);
  });

  test('says that it is large, masked, and still written to', async () => {
    fillCloudWatch(cloudwatch.server, 3_000);
    const group = cloudwatch.server.store.group(LOG_GROUP);
    group.storedBytes = 5e9;
    group.dataProtectionStatus = 'ACTIVATED';
    cloudwatch.server.fault = (call) => {
      if (call.operation !== 'FilterLogEvents' || call.index > 0) return undefined;
      const { json } = oneEvent({ id: 'new' });
      cloudwatch.server.store.append(
        LOG_GROUP,
        's',
        [{ timestamp: Date.now() + 60_000, message: json }],
        Date.now() + 5,
      );
      return undefined;
    };
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 3_001 });
    expect(codes(status).toSorted()).toEqual(['capture_size', 'changed_while_read', 'masked']);
    expect(status.notes.find(({ code }) => code === 'capture_size')).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/about 5.0 GB; .* at least 4,769 calls, 10 s at 500 calls a second. Narrow/),
    });
  });

  test('that is empty is a complete capture of nothing', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP);
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', read: 0 });
  });

  test('reaches back before its own creation', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP, Date.parse('2024-06-01T00:00:00Z'));
    fillCloudWatch(cloudwatch.server, 500);
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 500 });
  });

  test('whose events all came in one hour of years is cut where they are', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP, Date.parse('2020-01-01T00:00:00Z'));
    fillCloudWatch(cloudwatch.server, 20_000, { from: '2024-03-01T10:00:00Z', to: '2024-03-01T11:00:00Z' });
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 20_000, duplicates: 0 });
    const hour = Date.parse('2024-03-01T10:00:00Z');
    const starts = new Set(cloudwatch.filterCalls().map(({ input }) => Number(input['startTime'])));
    expect([...starts].filter((start) => start > hour && start < hour + 3_600_000).length).toBeGreaterThan(0);
  });

  test('whose events all carry one write time loses none at the edges of slices', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    cloudwatch.appendAtOnce(12_500);
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 12_500, duplicates: 0 });
  });
});

describe('a narrowed capture', () => {
  test('holds the event that was written days after it happened', async () => {
    fillCloudWatch(cloudwatch.server, 2_000);
    const late = oneEvent({ id: 'late', timestamp: '2024-03-05T12:00:00.000001+00:00' });
    const naive = oneEvent({ id: 'naive', timestamp: '2024-03-06T08:00:00' });
    cloudwatch.server.store.append(LOG_GROUP, 's', [
      { timestamp: Date.parse('2024-03-09T03:00:00Z'), message: late.json },
      { timestamp: Date.parse('2024-03-05T20:00:00Z'), message: naive.json },
    ]);
    const narrow = { time_from: '2024-03-05', time_to: '2024-03-06' };
    const whole = await cloudwatch.capture();
    const expected = await cloudwatch.engine.run('event_audit_count_events', {
      snapshot_id: whole.snapshot_id,
      filter: narrow,
    });
    const before = cloudwatch.filterCalls().length;
    const status = await cloudwatch.capture({ narrow });
    const found = await cloudwatch.engine.run('event_audit_count_events', {
      snapshot_id: status.snapshot_id,
      filter: narrow,
    });
    expect(found.total).toBe(expected.total);
    expect(await cloudwatch.idsOf(status)).toEqual(expect.arrayContaining(['late', 'naive']));
    expect(status.read).toBeLessThan(200);
    expect(status.notes.find(({ code }) => code === 'narrowed')?.message).toMatch(
      /from 2024-03-04T00:00:00.000Z .24 hours before the start. until now/,
    );
    for (const { input } of cloudwatch.filterCalls().slice(before)) {
      expect(input['startTime']).toBeGreaterThanOrEqual(Date.parse('2024-03-04T00:00:00Z'));
    }
  });

  test('ends where the owner of the store says the delay ends', async () => {
    fillCloudWatch(cloudwatch.server, 2_000);
    const narrow = { time_from: '2024-03-05', time_to: '2024-03-06' };
    const status = await cloudwatch.capture({ url: cloudwatch.source({ max_lag: '48' }), narrow });
    const ends = cloudwatch.filterCalls().map(({ input }) => Number(input['endTime']));
    expect(Math.max(...ends)).toBeLessThanOrEqual(Date.parse('2024-03-09T00:00:01Z'));
    expect(status.notes.find(({ code }) => code === 'narrowed')?.message).toMatch(/48 hours after the end/);
  });

  test('asks the service for what a pattern can say, and leaves the rest to the filter', async () => {
    const events = fillCloudWatch(cloudwatch.server, 3_000);
    const narrow = {
      conditions: [
        { field: 'category' as const, values: ['model'], negate: false },
        { field: 'action' as const, values: ['created', 'deleted'], negate: false },
        { field: 'actor' as const, values: [''], negate: false },
      ],
    };
    const status = await cloudwatch.capture({ narrow });
    const wanted = events.filter(({ event }) => event.category === 'model' && event.action !== 'changed');
    expect(status).toMatchObject({ state: 'complete', captured: wanted.length });
    expect(cloudwatch.filterCalls().at(-1)?.input['filterPattern']).toBe(
      '{ ($.category = "model") && (($.action = "created") || ($.action = "deleted")) }',
    );
  });

  test('finds values with every special character', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    const actions = [String.raw`a "b" \ c`, 'glob*', '*', '%x%', 'ünï', ' space ', '42', 'x && ($.y = "z")', '\\'];
    cloudwatch.server.store.append(
      LOG_GROUP,
      's',
      actions.map((action) => ({ timestamp: 1_704_100_000_000, message: oneEvent({ id: action, action }).json })),
    );
    for (const action of actions) {
      const narrow = { conditions: [{ field: 'action' as const, values: [action] }] };
      const status = await cloudwatch.capture({ narrow });
      const filter = { ...narrow, search: '' };
      const { total } = await cloudwatch.engine.run('event_audit_count_events', {
        snapshot_id: status.snapshot_id,
        filter,
      });
      expect([action, total]).toEqual([action, 1]);
    }
  });
});

/** Milliseconds. */
const LONGER_THAN_A_TEST = 3_600_000;

test('an abort ends a capture at once and keeps what came', async () => {
  fillCloudWatch(cloudwatch.server, 10_000);
  cloudwatch.server.fault = (call) =>
    call.operation === 'FilterLogEvents' && call.index > 3 ? { delay: LONGER_THAN_A_TEST } : undefined;
  const controller = new AbortController();
  const running = cloudwatch.capture({}, controller.signal);
  while (cloudwatch.filterCalls().length < 5) await sleep(20);
  await sleep(200);
  controller.abort();
  const status = await running;
  expect(status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
});

test('calls keep to the rate', async () => {
  fillCloudWatch(cloudwatch.server, 10_000);
  const before = Date.now();
  await cloudwatch.capture({ url: cloudwatch.source({ rate: '10' }) });
  const times = cloudwatch.server.calls.map((call) => call.at);
  expect(times.length).toBeGreaterThan(5);
  // None comes sooner than the rate allows. On a slow machine they come later, some of them at the same time.
  for (const [index, at] of times.toSorted((a, b) => a - b).entries()) {
    expect(at - before).toBeGreaterThanOrEqual(index * 100 - 5);
  }
});

test('an endpoint with TLS is read when its authority is known, and refused when it is not', async () => {
  const folder = createTempDir();
  onTestFinished(() => folder.remove());
  const { ca, server: tls, strangerCa } = makeCertificates(folder.path, 'auditor');
  await using server = await startCloudWatch({ tls });
  const events = fillCloudWatch(server, 3_000);
  const capture = (parameters: Readonly<Record<string, string>>): ReturnType<typeof cloudwatch.capture> =>
    cloudwatch.capture({ url: cloudwatch.source({ endpoint: server.endpoint, ...parameters }) });
  const status = await capture({ ca });
  expect(status).toMatchObject({ state: 'complete', captured: 3_000, duplicates: 0 });
  expect((await cloudwatch.idsOf(status)).toSorted()).toEqual(idsIn(events));
  const asked = server.calls.length;
  for (const parameters of [{}, { ca: strangerCa }]) {
    await expect(capture(parameters)).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringMatching(/no secure connection .*ca=FILE names the authority/),
    });
  }
  expect(server.calls.length).toBe(asked);
  await expect(capture({ ca: `${ca}.missing` })).rejects.toMatchObject({
    code: 'invalid_input',
    message: `The certificate file ${ca}.missing can’t be read. Check the path.`,
  });
});
