/** What a CloudWatch repository can do beside a capture: count by Logs Insights. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { CloudWatchRepository } from '../../src/main/engine/repositories/cloudwatch/cloudwatch-repository.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { RESOURCES, SECRETS, useCloudWatch } from '../support/cloudwatch/fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const cloudwatch = useCloudWatch();

function repository(parameters: Readonly<Record<string, string>> = {}): CloudWatchRepository {
  const { url } = parseSourceUrl(cloudwatch.source(parameters));
  const made = new CloudWatchRepository({ url, secrets: SECRETS, dataDir: tempDir(), resourcesDir: RESOURCES });
  onTestFinished(() => made.close());
  return made;
}

describe('Logs Insights', () => {
  test('counts a group over time without reading it', async () => {
    const events = fillCloudWatch(cloudwatch.server, 5_000, { streams: ['a', 'b'] });
    const { signal } = new AbortController();
    const range = { to: Date.parse('2025-02-01T00:00:00Z') };
    const counted = await repository().countByTime(range, signal);
    expect(counted).toMatchObject({
      total: 5_000,
      step: '1 day',
    });
    const days = new Set(
      cloudwatch.server.store.group(LOG_GROUP).events.map(({ timestamp }) => Math.floor(timestamp / 86_400_000)),
    );
    expect(counted.buckets.map(({ start }) => start / 86_400_000)).toEqual([...days]);
    expect((await repository({ stream: 'a' }).countByTime(range, signal)).total).toBe(events.length / 2);
    expect(cloudwatch.filterCalls()).toHaveLength(0);
  });

  test('stops its query when nobody waits for it any more', async () => {
    fillCloudWatch(cloudwatch.server, 100);
    cloudwatch.server.insights.duration = 60_000;
    const controller = new AbortController();
    const running = repository().countByTime({}, controller.signal);
    setTimeout(() => controller.abort(), 500);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(cloudwatch.server.calls.some((call) => call.operation === 'StopQuery')).toBe(true);
  });
});
