/** A log group watched: live tail shows entries at once, and reading again makes sure that none is left out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { fillCloudWatch, LOG_GROUP } from '../../support/cloudwatch/fill.ts';
import { codes, SECRETS, useCloudWatch } from '../../support/cloudwatch/fixture.ts';
import { ServiceError } from '../../support/cloudwatch/service-error.ts';
import { generateEvents, type GeneratedEvent } from '../../support/events.ts';
import { watchSnapshot, type Watching } from '../../support/watching.ts';

const cloudwatch = useCloudWatch();

function write(events: readonly GeneratedEvent[]): void {
  const timestamp = Date.now();
  cloudwatch.server.store.append(
    LOG_GROUP,
    's',
    events.map(({ json }) => ({ timestamp, message: json })),
  );
}

async function watching(between: () => void = () => undefined): Promise<Watching> {
  const { snapshot_id } = await cloudwatch.capture();
  between();
  return watchSnapshot(cloudwatch.engine, snapshot_id);
}

function ids(events: readonly GeneratedEvent[]): string[] {
  return events.map(({ event }) => event.id).toSorted();
}

async function shown(status: SnapshotStatus): Promise<string[]> {
  return (await cloudwatch.idsOf(status)).toSorted();
}

describe('watching CloudWatch Logs', () => {
  test('shows what was written since the capture, then what is written, each once', async () => {
    fillCloudWatch(cloudwatch.server, 300);
    write([...generateEvents(5, { seed: 2 })]);
    const between = [...generateEvents(3, { seed: 3 })];
    const watch = await watching(() => write(between));
    await watch.until(({ captured }) => captured === 3);
    const later = [...generateEvents(4, { seed: 4 })];
    write(later);
    await watch.until(({ captured }) => captured === 7);
    const kept = await watch.end();
    expect([kept.state, kept.captured]).toEqual(['complete', 7]);
    expect(await shown(kept)).toEqual(ids([...between, ...later]));
  });

  test('reads what live tail left out when too much came at once', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    const watch = await watching();
    const many = [...generateEvents(1_300, { seed: 5 })];
    write(many);
    const status = await watch.until(({ captured }) => captured === 1_300);
    expect(codes(status)).toContain('live_tail_sampled');
    const kept = await watch.end();
    expect(kept.state).toBe('complete');
    expect(await shown(kept)).toEqual(ids(many));
  });

  test('begins a new session when the service ends one, and loses nothing in between', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    const watch = await watching();
    const fresh = [...generateEvents(2, { seed: 6 })];
    cloudwatch.server.endLiveTail();
    write(fresh);
    await watch.until(({ captured }) => captured === 2);
    const sessions = (): number =>
      cloudwatch.server.calls.filter(({ operation }) => operation === 'StartLiveTail').length;
    while (sessions() < 2) await sleep(50);
    const more = [...generateEvents(1, { seed: 7 })];
    write(more);
    const status = await watch.until(({ captured }) => captured === 3);
    expect(await shown(status)).toEqual(ids([...fresh, ...more]));
    await watch.end();
  });

  test('reads every few seconds where live tail is not allowed', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    cloudwatch.server.fault = ({ operation }) =>
      operation === 'StartLiveTail'
        ? new ServiceError('AccessDeniedException', 'User is not authorized to perform: logs:StartLiveTail')
        : undefined;
    const watch = await watching();
    const fresh = [...generateEvents(2, { seed: 8 })];
    write(fresh);
    const status = await watch.until(({ captured }) => captured === 2);
    expect(codes(status)).toContain('live_tail_unavailable');
    expect((await watch.end()).state).toBe('complete');
  });

  test('shows entries that were written again byte for byte', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    const watch = await watching();
    const [one] = [...generateEvents(1, { seed: 9 })];
    if (one === undefined) throw new Error('No event was made.');
    write([one, one]);
    await watch.until(({ captured }) => captured === 2);
    expect((await watch.end()).captured).toBe(2);
  });

  test('needs its secrets no second time', async () => {
    fillCloudWatch(cloudwatch.server, 10);
    const base = await cloudwatch.capture({ secrets: SECRETS });
    const { comparison } = await cloudwatch.engine.run('event_audit_refresh_snapshot', {
      snapshot_id: base.snapshot_id,
    });
    expect([comparison.same, comparison.added.count, comparison.gone.count]).toEqual([10, 0, 0]);
  });
});
