/** CloudWatch Logs when things go wrong: throttling, tokens, connections, credentials, permissions, and what is said then. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { toErrorReply } from '../../src/shared/errors.ts';
import { createRandom } from '../../scripts/sample/random.ts';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { codes, idsIn, SECRETS, useCloudWatch } from '../support/cloudwatch/fixture.ts';
import { TEST_KEY } from '../support/cloudwatch/server.ts';
import { expiredCredentials, throttled, unavailable } from '../support/cloudwatch/service-error.ts';

const cloudwatch = useCloudWatch();

describe('a service in trouble', () => {
  test('that throttles three calls in ten is read to its end, and slows the reading down', async () => {
    const events = fillCloudWatch(cloudwatch.server, 10_000);
    const random = createRandom(3);
    cloudwatch.server.fault = () => (random.chance(0.3) ? throttled() : undefined);
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('throttled');
    expect((await cloudwatch.idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('that gives empty pages with a token is read on', async () => {
    fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.paging.emptyEvery = 2;
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
  });

  test('that forgets its tokens is taken up where reading was, without loss or repetition', async () => {
    const events = fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.fault = (call) => {
      if (call.operation === 'FilterLogEvents' && call.index % 4 === 3) cloudwatch.server.expireTokens();
      return undefined;
    };
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('token_expired');
    expect((await cloudwatch.idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('whose tokens are never good is read all the same, each time from the last event on', async () => {
    fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.paging.tokenLifetime = -1;
    expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
  });

  test('whose tokens are never good ends as partial where only a token leads on', async () => {
    cloudwatch.server.store.createGroup(LOG_GROUP, Date.parse('2024-01-01T00:00:00Z'));
    cloudwatch.appendAtOnce(5_000);
    cloudwatch.server.paging.tokenLifetime = -1;
    const status = await cloudwatch.capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_invalid' });
    expect(status.captured).toBeGreaterThan(0);
    expect(status.captured).toBeLessThan(5_000);
  });

  test('that breaks connections in the middle of a page and fails now and then is read to its end', async () => {
    fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.fault = (call) => {
      if (call.operation !== 'FilterLogEvents') return undefined;
      if (call.index % 8 === 1) return { cut: 20_000 };
      if (call.index % 8 === 3) return { cut: 0 };
      return call.index % 8 === 5 ? unavailable() : undefined;
    };
    const status = await cloudwatch.capture();
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('reconnected');
  });

  test('whose group is deleted and made anew midway leaves a part that says so, or nothing', async () => {
    fillCloudWatch(cloudwatch.server, 3_000);
    const { store } = cloudwatch.server;
    let pages = 0;
    cloudwatch.server.fault = (call) => {
      if (call.operation !== 'FilterLogEvents') return undefined;
      pages += 1;
      if (pages === 2) {
        const { creationTime } = store.group(LOG_GROUP);
        store.deleteGroup(LOG_GROUP);
        store.createGroup(LOG_GROUP, creationTime + 1);
      }
      return undefined;
    };
    // Nothing at all may have come before that.
    const found = await cloudwatch
      .capture()
      .catch((error: unknown) => ({ state: 'partial', reason: toErrorReply(error) }));
    expect(found).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining('made anew') },
    });
  });

  test('that stops answering for good leaves a partial capture that says so', async () => {
    fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.fault = (call) =>
      call.operation === 'FilterLogEvents' && call.index > 4 ? { cut: 0 } : undefined;
    const status = await cloudwatch.capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_unreachable', retryable: true });
    expect(status.captured).toBeGreaterThan(0);
  });
});

describe('credentials', () => {
  test('that expire midway and are fixed keys leave a partial capture', async () => {
    fillCloudWatch(cloudwatch.server, 10_000);
    cloudwatch.server.fault = (call) =>
      call.operation === 'FilterLogEvents' && call.index > 4 ? expiredCredentials() : undefined;
    const status = await cloudwatch.capture();
    expect(status.state).toBe('partial');
    expect(status.reason).toMatchObject({ code: 'source_refused' });
    expect(status.reason?.message).toMatch(/credentials have expired/);
    expect(status.captured).toBeGreaterThan(0);
  });

  test('of a profile that are renewed midway carry the capture on', async () => {
    const events = fillCloudWatch(cloudwatch.server, 10_000);
    const old = { accessKeyId: 'AKIAOLD', secretAccessKey: 'old', sessionToken: 'first', expired: false };
    const renewed = { accessKeyId: 'AKIANEW', secretAccessKey: 'new', sessionToken: 'second' };
    cloudwatch.server.keys.push(old, renewed);
    const write = ({ accessKeyId, secretAccessKey, sessionToken }: typeof renewed): void =>
      writeFileSync(
        process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? '',
        `[audit]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
      );
    write(old);
    cloudwatch.server.fault = (call) => {
      if (call.operation === 'FilterLogEvents' && call.index === 4) {
        old.expired = true;
        write(renewed);
      }
      return undefined;
    };
    const status = await cloudwatch.capture({ url: cloudwatch.source({ profile: 'audit' }), secrets: {} });
    expect(status).toMatchObject({ state: 'complete', captured: 10_000, duplicates: 0 });
    expect(codes(status)).toContain('credentials_renewed');
    expect(new Set(cloudwatch.server.calls.map((call) => call.signedBy))).toEqual(new Set(['AKIAOLD', 'AKIANEW']));
    expect((await cloudwatch.idsOf(status)).toSorted()).toEqual(idsIn(events));
  });

  test('come from the environment when none are given', async () => {
    fillCloudWatch(cloudwatch.server, 100);
    vi.stubEnv('AWS_ACCESS_KEY_ID', TEST_KEY.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', TEST_KEY.secretAccessKey);
    expect(await cloudwatch.capture({ secrets: {} })).toMatchObject({ state: 'complete', captured: 100 });
  });
});

function testSource(url: string, secrets: Readonly<Record<string, string>> = SECRETS) {
  return cloudwatch.engine.call('event_audit_test_source', { url, secrets });
}

describe('a connection test', () => {
  test('describes the group without reading it', async () => {
    fillCloudWatch(cloudwatch.server, 1_000, { streams: ['a', 'b'] });
    const group = cloudwatch.server.store.group(LOG_GROUP);
    group.retentionInDays = 731;
    const reply = await testSource(cloudwatch.source());
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
    expect(cloudwatch.filterCalls()).toHaveLength(0);
  });

  test.each([
    [
      'a missing group',
      () => cloudwatch.source({}, 'ckan/event-audit'),
      SECRETS,
      'source_invalid',
      /There is \/ckan\/event-audit\./,
    ],
    ['a missing stream', () => cloudwatch.source({ stream: 'nope' }), SECRETS, 'source_invalid', /no stream “nope”/],
    [
      'unknown keys',
      () => cloudwatch.source(),
      { ...SECRETS, access_key: 'AKIANOBODY' },
      'source_refused',
      /does not know these/,
    ],
    ['a wrong secret', () => cloudwatch.source(), { ...SECRETS, secret_key: 'x' }, 'source_refused', /signature/],
    ['no credentials', () => cloudwatch.source(), {}, 'source_refused', /no usable AWS credentials/],
    ['half a key', () => cloudwatch.source(), { access_key: 'AKIA' }, 'invalid_input', /without its secret key/],
    [
      'an unknown profile',
      () => cloudwatch.source({ profile: 'nobody' }),
      {},
      'source_refused',
      /no usable AWS credentials/,
    ],
    [
      'another region',
      () => cloudwatch.source().replace('eu-central-1', 'us-west-2'),
      SECRETS,
      'source_refused',
      /not in the region us-west-2/,
    ],
    [
      'a closed port',
      () => cloudwatch.source({ endpoint: 'http://127.0.0.1:9' }),
      SECRETS,
      'source_unreachable',
      /refused/,
    ],
    [
      'no such host',
      () => cloudwatch.source({ endpoint: 'http://no.invalid' }),
      SECRETS,
      'source_unreachable',
      /can’t be found/,
    ],
    [
      'a misspelt parameter',
      () => cloudwatch.source({ streem: 'x' }),
      SECRETS,
      'invalid_input',
      /no parameter “streem”/,
    ],
    ['no region', () => 'cloudwatch:/ckan/event-audit', SECRETS, 'invalid_input', /is not an AWS region/],
  ])('says in one line what is wrong: %s', async (_name, url, secrets, code, message) => {
    fillCloudWatch(cloudwatch.server, 10);
    const reply = await testSource(url(), secrets);
    expect(reply).toMatchObject({ ok: false, error: { code } });
    if (reply.ok) return;
    expect(reply.error.message).toMatch(message);
    expect(reply.error.message).not.toMatch(/\n/);
    expect(JSON.stringify(reply)).not.toContain(SECRETS.secret_key);
  });

  test('names the permissions that are missing', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    cloudwatch.server.keys.push({
      accessKeyId: 'AKIAPOOR',
      secretAccessKey: 'x',
      denied: ['FilterLogEvents', 'DescribeLogGroups'],
    });
    const reply = await testSource(cloudwatch.source(), { access_key: 'AKIAPOOR', secret_key: 'x' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'source_refused' } });
    expect(JSON.stringify(reply)).toMatch(/logs:DescribeLogGroups, logs:DescribeLogStreams and logs:FilterLogEvents/);
  });
});

test('a clock that is hours wrong does not keep anybody out', async () => {
  fillCloudWatch(cloudwatch.server, 500);
  cloudwatch.server.clockOffset = 3 * 3_600_000;
  expect(await cloudwatch.capture()).toMatchObject({ state: 'complete', captured: 500 });
});

test('who may only read events still can', async () => {
  fillCloudWatch(cloudwatch.server, 3_000);
  cloudwatch.server.keys.push({ accessKeyId: 'AKIAPOOR', secretAccessKey: 'x', denied: ['DescribeLogGroups'] });
  const status = await cloudwatch.capture({ secrets: { access_key: 'AKIAPOOR', secret_key: 'x' } });
  expect(status).toMatchObject({ state: 'complete', captured: 3_000 });
  expect(codes(status)).toContain('group_unknown');
});
