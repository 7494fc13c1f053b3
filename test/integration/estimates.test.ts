/** What reading a store would take, and counting in the store itself, as callers of the actions see it. */
import { describe, expect, test } from 'vitest';
import { estimateGroup } from '../../src/main/engine/repositories/cloudwatch/estimate.ts';
import { filterSchema } from '../../src/shared/filter.ts';
import { ServiceError } from '../support/cloudwatch/service-error.ts';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { SECRETS, useCloudWatch } from '../support/cloudwatch/fixture.ts';
import { failureOf } from '../support/source-capture.ts';

const cloudwatch = useCloudWatch();

function estimate(
  input: { exact?: boolean; narrow?: ReturnType<typeof filterSchema.parse> } = {},
  url = cloudwatch.source(),
) {
  return cloudwatch.engine.run('event_audit_estimate_source', { url, secrets: SECRETS, ...input });
}

describe('an estimate', () => {
  test('of a log group comes from its stored bytes, and reads nothing', async () => {
    fillCloudWatch(cloudwatch.server, 2_000);
    const found = await estimate({}, cloudwatch.source({ rate: '5' }));
    const { storedBytes } = cloudwatch.server.store.group(LOG_GROUP);
    expect(found.bytes).toBe(storedBytes);
    expect(found.large).toBe(false);
    expect(found.seconds).toBeGreaterThan(0);
    expect(found.cost_usd).toBeCloseTo((storedBytes / 1e9) * 0.09, 6);
    expect(found.notes.map(({ code }) => code)).toContain('cost_basis');
    expect(cloudwatch.filterCalls()).toHaveLength(0);
  });

  test('of a log group is exact where it may count, and then says what that cost', async () => {
    const events = fillCloudWatch(cloudwatch.server, 2_000);
    const found = await estimate({ exact: true });
    expect(found.records).toBe(events.length);
    expect(found.notes.map(({ code }) => code)).toContain('insights_scanned');
  });

  test('of much says that a person should be asked: for the time it takes, or for the money', () => {
    const gigabyte = 1_000_000_000;
    expect(estimateGroup(gigabyte / 10, null, 5, []).large).toBe(false);
    expect(estimateGroup(gigabyte, null, 5, [])).toMatchObject({ large: true, seconds: expect.closeTo(190.8, 1) });
    expect(estimateGroup(20 * gigabyte, null, 1_000, []).large).toBe(true);
  });

  test('says that a filter was not taken off', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    const narrow = filterSchema.parse({ time_from: '2024-06-01' });
    expect((await estimate({ narrow })).notes.map(({ code }) => code)).toContain('estimate_is_of_all');
  });

  test('of a store that can’t tell says nothing rather than something wrong', async () => {
    const found = await cloudwatch.engine.run('event_audit_estimate_source', { url: 'demo:' });
    expect([found.records, found.cost_usd, found.large]).toEqual([null, null, false]);
  });

  test('fails as the store does', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    cloudwatch.server.fault = () => new ServiceError('AccessDeniedException', 'no');
    expect(await failureOf(estimate())).toMatchObject({ code: 'source_refused' });
  });
});

describe('counting in the store', () => {
  test('gives a histogram of a log group without reading it', async () => {
    const events = fillCloudWatch(cloudwatch.server, 2_000);
    const counted = await cloudwatch.engine.run('event_audit_count_source', {
      url: cloudwatch.source(),
      secrets: SECRETS,
      buckets: 60,
      narrow: filterSchema.parse({ time_to: '2025-02-01', search: 'x' }),
    });
    expect(counted.total).toBe(events.length);
    expect(counted.buckets.reduce((sum, { total }) => sum + total, 0)).toBe(events.length);
    expect(counted.from).toBe(counted.buckets[0]?.start);
    expect(counted.notes.map(({ code }) => code)).toEqual(['insights_scanned', 'counted_by_time_only']);
    expect(cloudwatch.filterCalls()).toHaveLength(0);
  });

  test('is refused by a store that can’t', async () => {
    const asked = cloudwatch.engine.run('event_audit_count_source', { url: 'demo:' });
    expect(await failureOf(asked)).toMatchObject({ code: 'unsupported' });
  });
});

test('a partial capture is gone on with by its own sources and secrets', async () => {
  const events = fillCloudWatch(cloudwatch.server, 8_000);
  cloudwatch.server.fault = ({ operation, index }) =>
    operation === 'FilterLogEvents' && index > 2 ? new ServiceError('AccessDeniedException', 'no more') : undefined;
  const partial = await cloudwatch.capture();
  expect(partial.state).toBe('partial');
  cloudwatch.server.fault = undefined;
  const whole = await cloudwatch.engine.run('event_audit_resume_capture', { snapshot_id: partial.snapshot_id });
  expect([whole.state, whole.captured, whole.snapshot_id]).toEqual(['complete', events.length, partial.snapshot_id]);
});
