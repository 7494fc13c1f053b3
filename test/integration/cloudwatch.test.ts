/** CloudWatch Logs through the real engine and the unmodified SDK, against an endpoint that speaks its protocol. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startEngine, type Engine } from '../../src/main/engine/host.ts';
import { CloudWatchRepository } from '../../src/main/engine/repositories/cloudwatch/cloudwatch-repository.ts';
import type { ActionInput, ActionOutput } from '../../src/shared/contract.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { createRandom } from '../../scripts/sample/random.ts';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY, type CloudWatchServer } from '../support/cloudwatch/server.ts';
import { expiredCredentials, throttled, unavailable } from '../support/cloudwatch/service-error.ts';
import { generateEvents, oneEvent, type GeneratedEvent } from '../support/events.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { tempDir } from '../support/temp-dir.ts';

const RESOURCES = join(import.meta.dirname, '../../resources');
const SECRETS = { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey };
const SEARCHED = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'];

type Capture = ActionOutput<'event_audit_capture_source'>;

let server: CloudWatchServer;
let engine: Engine;

beforeEach(async () => {
  // Nothing of the machine that runs the tests may be found: no keys, no files, no instance metadata.
  for (const name of SEARCHED) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const home = tempDir();
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  server = await startCloudWatch();
  engine = await startEngine({ dataDir: tempDir(), resourcesDir: RESOURCES });
});

afterEach(async () => {
  await engine.close();
  await server.stop();
  vi.unstubAllEnvs();
});

function source(parameters: Readonly<Record<string, string>> = {}, group = LOG_GROUP): string {
  const query = new URLSearchParams({ endpoint: server.endpoint, rate: '500', ...parameters });
  return `cloudwatch:${server.region}/${group}?${query.toString()}`;
}

function capture(
  input: Partial<ActionInput<'event_audit_capture_source'>> = {},
  signal?: AbortSignal,
): Promise<Capture> {
  return engine.run('event_audit_capture_source', { url: source(), secrets: SECRETS, ...input }, { signal });
}

async function idsOf(status: Capture): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await engine.run('event_audit_page_events', {
      snapshot_id: status.snapshot_id,
      offset: ids.length,
      limit: 1_000,
    });
    ids.push(...page.rows.map((row) => row.id));
    if (page.rows.length === 0) return ids;
  }
}

function idsIn(events: readonly GeneratedEvent[]): string[] {
  return events.map(({ event }) => event.id).toSorted();
}

function codes(status: { readonly notes: readonly { readonly code: string }[] }): string[] {
  return status.notes.map((note) => note.code);
}

function filterCalls(): readonly { readonly input: Readonly<Record<string, unknown>> }[] {
  return server.calls.filter((call) => call.operation === 'FilterLogEvents');
}

describe('a whole log group', () => {
  test('is captured exactly, over several streams and many slices', async () => {
    const events = fillCloudWatch(server, 25_000, { streams: ['web-1', 'web-2', 'worker'] });
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', read: 25_000, captured: 25_000, rejected: 0, duplicates: 0 });
    expect((await idsOf(status)).toSorted()).toEqual(idsIn(events));
    expect(new Set(filterCalls().map(({ input }) => input['startTime'])).size).toBeGreaterThan(3);
  });

  test('can be limited to one stream', async () => {
    fillCloudWatch(server, 1_000, { streams: ['a', 'b'] });
    const status = await capture({ url: source({ stream: 'b' }) });
    expect(status).toMatchObject({ state: 'complete', captured: 500 });
  });

  test('keeps every record as it was written', async () => {
    const events = fillCloudWatch(server, 300, { hostile: 1 });
    const status = await capture();
    const { events: details } = await engine.run('event_audit_get_event', {
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
      region: server.region,
      endpoint: server.endpoint,
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
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 2 });
  });

  test('may hold messages that are no events, and events whose payload was dropped', async () => {
    fillCloudWatch(server, 200);
    const written = Date.parse('2024-06-01T00:00:00Z');
    const foreign = REJECTED_RECORDS.filter(({ bytes, code }) => bytes.length > 0 && code !== 'not_utf8');
    const { result: _result, payload: _payload, ...dropped } = oneEvent({ id: 'dropped' }).event;
    server.store.append(LOG_GROUP, 'other', [
      ...foreign.map(({ bytes }) => ({ timestamp: written, message: bytes.toString('utf8') })),
      { timestamp: written, message: JSON.stringify(dropped) },
    ]);
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 201, rejected: foreign.length });
    const { events } = await engine.run('event_audit_get_event', { snapshot_id: status.snapshot_id, id: 'dropped' });
    expect(events).toMatchObject([{ result: null, payload: null, flags: 4 + 2 * Number(events[0]?.raw !== null) }]);
    const { rejects } = await engine.run('event_audit_list_rejects', { snapshot_id: status.snapshot_id });
    expect(rejects.map(({ code }) => code).toSorted()).toEqual(foreign.map(({ code }) => code).toSorted());
    expect(rejects[0]?.key).toMatch(/^\d{56}$/);
  });

  test('that is empty is a complete capture of nothing', async () => {
    server.store.createGroup(LOG_GROUP);
    expect(await capture()).toMatchObject({ state: 'complete', read: 0 });
  });

  test('reaches back before its own creation', async () => {
    server.store.createGroup(LOG_GROUP, Date.parse('2024-06-01T00:00:00Z'));
    fillCloudWatch(server, 500);
    expect(await capture()).toMatchObject({ state: 'complete', captured: 500 });
  });

  test('whose events all came in one hour of years is cut where they are', async () => {
    server.store.createGroup(LOG_GROUP, Date.parse('2020-01-01T00:00:00Z'));
    fillCloudWatch(server, 20_000, { from: '2024-03-01T10:00:00Z', to: '2024-03-01T11:00:00Z' });
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 20_000, duplicates: 0 });
    const hour = Date.parse('2024-03-01T10:00:00Z');
    const starts = new Set(filterCalls().map(({ input }) => Number(input['startTime'])));
    expect([...starts].filter((start) => start > hour && start < hour + 3_600_000).length).toBeGreaterThan(0);
  });

  test('whose events all carry one write time loses none at the edges of slices', async () => {
    server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    appendAtOnce(12_500);
    expect(await capture()).toMatchObject({ state: 'complete', captured: 12_500, duplicates: 0 });
  });
});

/** Events that all carry one write time, more than a page holds. */
function appendAtOnce(count: number): void {
  const timestamp = Date.parse('2024-03-01T00:00:00Z');
  const events = [...generateEvents(count)].map(({ json }) => ({ timestamp, message: json }));
  server.store.append(LOG_GROUP, 's', events);
}

describe('a service in trouble', () => {
  test('that throttles three calls in ten is read to its end, and slows the reading down', async () => {
    const events = fillCloudWatch(server, 10_000);
    const random = createRandom(3);
    server.fault = () => (random.chance(0.3) ? throttled() : undefined);
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('throttled');
    expect((await idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('that gives empty pages with a token is read on', async () => {
    fillCloudWatch(server, 10_000);
    server.paging.emptyEvery = 2;
    expect(await capture()).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
  });

  test('that forgets its tokens is taken up where reading was, without loss or repetition', async () => {
    const events = fillCloudWatch(server, 10_000);
    server.fault = (call) => {
      if (call.operation === 'FilterLogEvents' && call.index % 4 === 3) server.expireTokens();
      return undefined;
    };
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('token_expired');
    expect((await idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('whose tokens are never good is read all the same, each time from the last event on', async () => {
    fillCloudWatch(server, 10_000);
    server.paging.tokenLifetime = -1;
    expect(await capture()).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
  });

  test('whose tokens are never good ends as partial where only a token leads on', async () => {
    server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    appendAtOnce(5_000);
    server.paging.tokenLifetime = -1;
    const status = await capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_invalid' });
    expect(status.captured).toBeGreaterThan(0);
    expect(status.captured).toBeLessThan(5_000);
  });

  test('that breaks connections in the middle of a page and fails now and then is read to its end', async () => {
    fillCloudWatch(server, 10_000);
    server.fault = (call) => {
      if (call.operation !== 'FilterLogEvents') return undefined;
      if (call.index % 5 === 1) return { cut: 20_000 };
      if (call.index % 5 === 2) return { cut: 0 };
      return call.index % 5 === 3 ? unavailable() : undefined;
    };
    const status = await capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('reconnected');
  });

  test('that stops answering for good leaves a partial capture that says so', async () => {
    fillCloudWatch(server, 10_000);
    server.fault = (call) => (call.operation === 'FilterLogEvents' && call.index > 4 ? { cut: 0 } : undefined);
    const status = await capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_unreachable', retryable: true });
    expect(status.captured).toBeGreaterThan(0);
  });
});

describe('credentials', () => {
  test('that expire midway and are fixed keys leave a partial capture', async () => {
    fillCloudWatch(server, 10_000);
    server.fault = (call) =>
      call.operation === 'FilterLogEvents' && call.index > 4 ? expiredCredentials() : undefined;
    const status = await capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_refused' });
    expect(status.reason?.message).toMatch(/credentials have expired/);
    expect(status.captured).toBeGreaterThan(0);
  });

  test('of a profile that are renewed midway carry the capture on', async () => {
    const events = fillCloudWatch(server, 10_000);
    const old = { accessKeyId: 'AKIAOLD', secretAccessKey: 'old', sessionToken: 'first', expired: false };
    const renewed = { accessKeyId: 'AKIANEW', secretAccessKey: 'new', sessionToken: 'second' };
    server.keys.push(old, renewed);
    const write = ({ accessKeyId, secretAccessKey, sessionToken }: typeof renewed): void =>
      writeFileSync(
        process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? '',
        `[audit]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
      );
    write(old);
    server.fault = (call) => {
      if (call.operation === 'FilterLogEvents' && call.index === 4) {
        old.expired = true;
        write(renewed);
      }
      return undefined;
    };
    const status = await capture({ url: source({ profile: 'audit' }), secrets: {} });
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('credentials_renewed');
    expect(new Set(server.calls.map((call) => call.signedBy))).toEqual(new Set(['AKIAOLD', 'AKIANEW']));
    expect((await idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('come from the environment when none are given', async () => {
    fillCloudWatch(server, 100);
    vi.stubEnv('AWS_ACCESS_KEY_ID', TEST_KEY.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', TEST_KEY.secretAccessKey);
    expect(await capture({ secrets: {} })).toMatchObject({ state: 'complete', captured: 100 });
  });
});

describe('a narrowed capture', () => {
  test('holds the event that was written days after it happened', async () => {
    fillCloudWatch(server, 2_000);
    const late = oneEvent({ id: 'late', timestamp: '2024-03-05T12:00:00.000001+00:00' });
    const naive = oneEvent({ id: 'naive', timestamp: '2024-03-06T08:00:00' });
    server.store.append(LOG_GROUP, 's', [
      { timestamp: Date.parse('2024-03-09T03:00:00Z'), message: late.json },
      { timestamp: Date.parse('2024-03-05T20:00:00Z'), message: naive.json },
    ]);
    const narrow = { time_from: '2024-03-05', time_to: '2024-03-06' };
    const whole = await capture();
    const expected = await engine.run('event_audit_count_events', { snapshot_id: whole.snapshot_id, filter: narrow });
    const before = filterCalls().length;
    const status = await capture({ narrow });
    const found = await engine.run('event_audit_count_events', { snapshot_id: status.snapshot_id, filter: narrow });
    expect(found.total).toBe(expected.total);
    expect(await idsOf(status)).toEqual(expect.arrayContaining(['late', 'naive']));
    expect(status.read).toBeLessThan(200);
    expect(status.notes.find(({ code }) => code === 'narrowed')?.message).toMatch(
      /from 2024-03-04T00:00:00.000Z .24 hours before the start. until now/,
    );
    for (const { input } of filterCalls().slice(before)) {
      expect(input['startTime']).toBeGreaterThanOrEqual(Date.parse('2024-03-04T00:00:00Z'));
    }
  });

  test('ends where the owner of the store says the delay ends', async () => {
    fillCloudWatch(server, 2_000);
    const narrow = { time_from: '2024-03-05', time_to: '2024-03-06' };
    const status = await capture({ url: source({ max_lag: '48' }), narrow });
    const ends = filterCalls().map(({ input }) => Number(input['endTime']));
    expect(Math.max(...ends)).toBeLessThanOrEqual(Date.parse('2024-03-09T00:00:01Z'));
    expect(status.notes.find(({ code }) => code === 'narrowed')?.message).toMatch(/48 hours after the end/);
  });

  test('asks the service for what a pattern can say, and leaves the rest to the filter', async () => {
    const events = fillCloudWatch(server, 3_000);
    const narrow = {
      conditions: [
        { field: 'category' as const, values: ['model'], negate: false },
        { field: 'action' as const, values: ['created', 'deleted'], negate: false },
        { field: 'actor' as const, values: [''], negate: false },
      ],
    };
    const status = await capture({ narrow });
    const wanted = events.filter(({ event }) => event.category === 'model' && event.action !== 'changed');
    expect(status).toMatchObject({ state: 'complete', captured: wanted.length });
    expect(filterCalls().at(-1)?.input['filterPattern']).toBe(
      '{ ($.category = "model") && (($.action = "created") || ($.action = "deleted")) }',
    );
  });

  test('finds values with every special character', async () => {
    server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    const actions = [String.raw`a "b" \ c`, 'glob*', '*', '%x%', 'ünï', ' space ', '42', 'x && ($.y = "z")', '\\'];
    server.store.append(
      LOG_GROUP,
      's',
      actions.map((action) => ({ timestamp: 1_704_100_000_000, message: oneEvent({ id: action, action }).json })),
    );
    for (const action of actions) {
      const narrow = { conditions: [{ field: 'action' as const, values: [action] }] };
      const status = await capture({ narrow });
      const filter = { ...narrow, search: '' };
      const { total } = await engine.run('event_audit_count_events', { snapshot_id: status.snapshot_id, filter });
      expect([action, total]).toEqual([action, 1]);
    }
  });
});

describe('a connection test', () => {
  const testSource = (url: string, secrets: Readonly<Record<string, string>> = SECRETS) =>
    engine.call('event_audit_test_source', { url, secrets });

  test('describes the group without reading it', async () => {
    fillCloudWatch(server, 1_000, { streams: ['a', 'b'] });
    const group = server.store.group(LOG_GROUP);
    group.retentionInDays = 731;
    const reply = await testSource(source());
    expect(reply).toMatchObject({
      ok: true,
      value: {
        kind: 'cloudwatch',
        product: 'CloudWatch Logs in eu-central-1',
        estimated: true,
        bytes: group.storedBytes,
      },
    });
    expect(JSON.stringify(reply)).toMatch(/2 streams; the group was created on 2024-01-01/);
    expect(JSON.stringify(reply)).toMatch(/at least \d+ calls?, 1 s at 500 calls a second/);
    expect(filterCalls()).toHaveLength(0);
  });

  test.each([
    [
      'a missing group',
      () => source({}, 'ckan/event-audit'),
      SECRETS,
      'source_invalid',
      /There is \/ckan\/event-audit\./,
    ],
    ['a missing stream', () => source({ stream: 'nope' }), SECRETS, 'source_invalid', /no stream “nope”/],
    ['unknown keys', () => source(), { ...SECRETS, access_key: 'AKIANOBODY' }, 'source_refused', /does not know these/],
    ['a wrong secret', () => source(), { ...SECRETS, secret_key: 'x' }, 'source_refused', /signature/],
    ['no credentials', () => source(), {}, 'source_refused', /no usable AWS credentials/],
    ['half a key', () => source(), { access_key: 'AKIA' }, 'invalid_input', /without its secret key/],
    ['an unknown profile', () => source({ profile: 'nobody' }), {}, 'source_refused', /no usable AWS credentials/],
    [
      'another region',
      () => source().replace('eu-central-1', 'us-west-2'),
      SECRETS,
      'source_refused',
      /not in the region us-west-2/,
    ],
    ['a closed port', () => source({ endpoint: 'http://127.0.0.1:9' }), SECRETS, 'source_unreachable', /refused/],
    ['no such host', () => source({ endpoint: 'http://no.invalid' }), SECRETS, 'source_unreachable', /can’t be found/],
    ['a misspelt parameter', () => source({ streem: 'x' }), SECRETS, 'invalid_input', /no parameter “streem”/],
    ['no region', () => 'cloudwatch:/ckan/event-audit', SECRETS, 'invalid_input', /is not an AWS region/],
  ])('says in one line what is wrong: %s', async (_name, url, secrets, code, message) => {
    fillCloudWatch(server, 10);
    const reply = await testSource(url(), secrets);
    expect(reply).toMatchObject({ ok: false, error: { code } });
    if (reply.ok) return;
    expect(reply.error.message).toMatch(message);
    expect(reply.error.message).not.toMatch(/\n/);
    expect(JSON.stringify(reply)).not.toContain(SECRETS.secret_key);
  });

  test('names the permissions that are missing', async () => {
    fillCloudWatch(server, 10);
    server.keys.push({
      accessKeyId: 'AKIAPOOR',
      secretAccessKey: 'x',
      denied: ['FilterLogEvents', 'DescribeLogGroups'],
    });
    const reply = await testSource(source(), { access_key: 'AKIAPOOR', secret_key: 'x' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'source_refused' } });
    expect(JSON.stringify(reply)).toMatch(/logs:DescribeLogGroups, logs:DescribeLogStreams and logs:FilterLogEvents/);
  });
});

test('who may only read events still can', async () => {
  fillCloudWatch(server, 3_000);
  server.keys.push({ accessKeyId: 'AKIAPOOR', secretAccessKey: 'x', denied: ['DescribeLogGroups'] });
  const status = await capture({ secrets: { access_key: 'AKIAPOOR', secret_key: 'x' } });
  expect(status).toMatchObject({ state: 'complete', captured: 3_000 });
  expect(codes(status)).toContain('group_unknown');
});

test('an abort ends a capture at once and keeps what came', async () => {
  fillCloudWatch(server, 10_000);
  server.fault = (call) => (call.operation === 'FilterLogEvents' && call.index > 3 ? { delay: 30_000 } : undefined);
  const controller = new AbortController();
  const running = capture({}, controller.signal);
  while (filterCalls().length < 5) await sleep(20);
  await sleep(200);
  const started = performance.now();
  controller.abort();
  const status = await running;
  expect(status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('calls keep to the rate', async () => {
  fillCloudWatch(server, 10_000);
  await capture({ url: source({ rate: '10' }) });
  const times = server.calls.map((call) => call.at);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1_000;
  expect((times.length - 1) / seconds).toBeLessThan(12);
});

function repository(parameters: Readonly<Record<string, string>> = {}): CloudWatchRepository {
  const { url } = parseSourceUrl(source(parameters));
  const made = new CloudWatchRepository({ url, secrets: SECRETS, dataDir: tempDir(), resourcesDir: RESOURCES });
  onTestFinished(() => made.close());
  return made;
}

describe('Logs Insights', () => {
  test('counts a group over time without reading it', async () => {
    const events = fillCloudWatch(server, 5_000, { streams: ['a', 'b'] });
    const { signal } = new AbortController();
    const range = { to: Date.parse('2025-02-01T00:00:00Z') };
    const counted = await repository().countByTime(range, signal);
    expect(counted).toMatchObject({
      total: 5_000,
      step: '1d',
      scannedBytes: server.store.group(LOG_GROUP).storedBytes,
    });
    const days = new Set(
      server.store.group(LOG_GROUP).events.map(({ timestamp }) => Math.floor(timestamp / 86_400_000)),
    );
    expect(counted.buckets.map(({ start }) => start / 86_400_000)).toEqual([...days]);
    expect((await repository({ stream: 'a' }).countByTime(range, signal)).total).toBe(events.length / 2);
    expect(filterCalls()).toHaveLength(0);
  });

  test('stops its query when nobody waits for it any more', async () => {
    fillCloudWatch(server, 100);
    server.insights.duration = 60_000;
    const controller = new AbortController();
    const running = repository().countByTime({}, controller.signal);
    setTimeout(() => controller.abort(), 500);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(server.calls.some((call) => call.operation === 'StopQuery')).toBe(true);
  });
});

test('live tail shows what is written from now on', async () => {
  fillCloudWatch(server, 100);
  const controller = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { values } of repository().follow({ signal: controller.signal, note: () => undefined })) {
      seen.push(...values.map((value) => Buffer.from(value).toString('utf8')));
      if (seen.length >= 2) controller.abort();
    }
  })();
  while (!server.calls.some((call) => call.operation === 'StartLiveTail')) await sleep(20);
  await sleep(100);
  const fresh = [oneEvent({}, 5).json, oneEvent({}, 6).json];
  server.store.append(
    LOG_GROUP,
    's',
    fresh.map((message) => ({ timestamp: Date.now(), message })),
  );
  await following;
  expect(seen).toEqual(fresh);
});
