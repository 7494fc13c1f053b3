import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { getAction } from '../../../../src/main/engine/actions/running.ts';
import { registerTracker } from '../../../../src/main/engine/tracking/trackers.ts';
import type { AuditEvent } from '../../../../src/shared/event.ts';
import { collector } from '../../../support/collector.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { trackingEngine } from '../../../support/tracking-engine.ts';

beforeEach(() => collector.reset());

const settings = (...more: string[]) => ['active_repo=collector', 'batch.size=10000', 'track_model=false', ...more];
const STORED = 'store_payload_and_result=true';

describe('a call', () => {
  it('becomes one event of the signed-in user, without request and reply', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    const before = Date.now();
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    const [event, ...more] = own.queue();
    expect(more).toEqual([]);
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      category: 'api',
      action: 'event_audit_test_source',
      actor: userInfo().username,
      action_object: '',
      action_object_id: '',
      target_type: '',
      target_id: '',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00$/),
      result: {},
      payload: {},
    });
    expect(Date.parse(event?.timestamp ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('through getAction has the actor of its context', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    const found = await getAction('event_audit_get_events')(
      { actor: 'robot' },
      { category: 'api', user_id: 'harvest', limit: 2, offset: 0 },
    );
    expect(found.events).toHaveLength(2);
    await own.engine.getAction('event_audit_test_source')({ actor: '' }, { url: 'demo:' });
    expect(own.queue().map(({ action, actor }) => [action, actor])).toEqual([
      ['event_audit_get_events', 'robot'],
      ['event_audit_test_source', ''],
    ]);
  });

  it('has request and reply when they are stored', async () => {
    await using own = await trackingEngine(tempDir(), settings(STORED));
    const view = await own.engine.run('event_audit_save_view', { name: 'March', view: { a: [1, null] } });
    expect(own.queue()).toMatchObject([{ payload: { name: 'March', view: { a: [1, null] } }, result: view }]);
  });

  it('that fails is recorded with its code, and its message only when replies are stored', async () => {
    for (const [more, error] of [
      [[], { code: 'not_found' }],
      [[STORED], { code: 'not_found', message: 'This snapshot is not open any more. Open its source again.' }],
    ] as const) {
      await using own = await trackingEngine(tempDir(), settings(...more));
      const failing = own.engine.run('event_audit_get_event', { snapshot_id: 'x', n: 1 });
      await expect(failing).rejects.toMatchObject({ code: 'not_found' });
      expect(own.queue()).toMatchObject([{ action: 'event_audit_get_event', result: { error } }]);
      expect(Object.keys(Object(own.queue()[0]?.result['error']))).toEqual(Object.keys(error));
    }
  });

  it('that is refused is recorded: no such action, wrong input', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    const names = ['event_audit_nothing', '', '__proto__', 'x'.repeat(5_000), 'a\0b'];
    for (const name of names) await own.engine.call(name, {}, { actor: 'mallory' });
    await own.engine.call('event_audit_close_snapshot', { snapshot_id: 7 });
    expect(own.queue().map(({ action, result }) => [action, result])).toEqual([
      ...['event_audit_nothing', '(empty)', '__proto__', `${'x'.repeat(200)}…`, 'a�b'].map((name) => [
        name,
        { error: { code: 'invalid_input' } },
      ]),
      ['event_audit_close_snapshot', { error: { code: 'invalid_input' } }],
    ]);
  });

  it('does not show the secrets of the settings, wherever they turn up', async () => {
    await using own = await trackingEngine(
      tempDir(),
      settings(STORED, 'cloudwatch.secret_key=hunter-six', 'sqlalchemy.url=postgresql://ckan:hunter-seven@h/ckan'),
    );
    await own.engine.call('event_audit_test_source', { url: 'file:/nowhere/hunter-six' });
    await own.engine.call('event_audit_save_view', { name: 'about hunter-seven', view: {} });
    expect(own.queue()).toHaveLength(2);
    expect(JSON.stringify(own.queue())).not.toMatch(/hunter-s/);
  });

  it('does not show the secrets it was given, not in the request, the reply or the error', async () => {
    await using own = await trackingEngine(tempDir(), settings(STORED));
    await own.engine.call('event_audit_test_source', {
      url: 'redis://auditor:hunter2@127.0.0.1:1/0?token=hunter3',
      secrets: { password: 'hunter4' },
    });
    await own.engine.call('event_audit_set_option', { name: 'cloudwatch.secret_key', text: 'hunter5' });
    await own.engine.call('hunter:', 'redis://a:hunter6@h');
    expect(own.queue()).toHaveLength(3);
    expect(JSON.stringify(own.queue())).not.toContain('hunter2');
    expect(JSON.stringify(own.queue())).not.toMatch(/hunter\d/);
  });

  it('that is not recorded touches no file', async () => {
    const dataDir = join(tempDir(), 'data');
    await using own = await trackingEngine(dataDir, settings());
    await own.engine.run('event_audit_list_sources', {});
    await own.engine.run('event_audit_list_snapshots', {});
    await own.engine.run('event_audit_get_tracking', {});
    expect(existsSync(dataDir)).toBe(false);
  });

  it('is not recorded with track_api=false', async () => {
    await using own = await trackingEngine(join(tempDir(), 'data'), settings('track_api=false'));
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    await own.engine.call('event_audit_nothing', {});
    expect(existsSync(own.dataDir)).toBe(false);
  });

  it('is done even when it can’t be recorded, and a person is told why', async () => {
    const dataDir = join(tempDir(), 'file');
    writeFileSync(dataDir, '');
    await using own = await trackingEngine(dataDir, settings());
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    expect(own.warnings).toEqual([expect.stringMatching(/^What is done is not recorded: .*state\.sqlite can’t be/)]);
    expect(await own.engine.run('event_audit_get_tracking', {})).toMatchObject({
      off_because: expect.stringContaining('EVENT_AUDIT_DATA_DIR'),
    });
  });

  it('is recorded by the default rules when the settings are wrong, and waits until they say where to', async () => {
    const dataDir = tempDir();
    {
      await using own = await trackingEngine(dataDir, ['active_repo=nowhere', 'track_model=false']);
      await own.engine.run('event_audit_test_source', { url: 'demo:' });
      expect(own.warnings.join(' ')).toContain('active_repo is “nowhere”');
      expect(await own.engine.run('event_audit_get_tracking', {})).toMatchObject({ destination: '', waiting: 1 });
    }
    await using own = await trackingEngine(dataDir, settings());
    expect(await own.engine.run('event_audit_flush_tracking', {})).toMatchObject({ waiting: 0 });
    expect(collector.events.map(({ action }) => action)).toEqual(['event_audit_test_source']);
  });

  it('finds a damaged data file, and is done all the same', async () => {
    const dataDir = tempDir();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'state.sqlite'), 'x'.repeat(10_000));
    await using own = await trackingEngine(dataDir, settings());
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    expect(own.warnings.join(' ')).toContain('is damaged, or is not ours');
  });
});

/** Runs with a hook, as a plugin’s author may write it. */
async function withHook(skipEvent: (event: AuditEvent) => unknown, work: () => Promise<void>): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing checks what an author without TypeScript writes
  const takeBack = registerTracker({ name: 'the hook', skipEvent: skipEvent as (event: AuditEvent) => boolean });
  try {
    await work();
  } finally {
    takeBack();
  }
}

describe('a hook of a tracker', () => {
  it('keeps the events it names from being recorded, and no others', async () => {
    await using own = await trackingEngine(tempDir(), ['active_repo=collector', 'batch.size=10000']);
    const seen: string[] = [];
    await withHook(
      (event) => {
        seen.push(`${event.category} ${event.action}`);
        return event.actor === 'backup' || event.action_object_id === 'x';
      },
      async () => {
        await own.engine.run('event_audit_save_view', { name: 'a', view: {} }, { actor: 'backup' });
        await own.engine.run('event_audit_save_view', { name: 'b', view: {} }, { actor: 'ada' });
      },
    );
    expect(seen).toEqual(Array.from({ length: 2 }, () => ['model created', 'api event_audit_save_view']).flat());
    expect(own.queue().map(({ category, actor }) => [category, actor])).toEqual([
      ['model', 'ada'],
      ['api', 'ada'],
    ]);
  });

  it('that fails skips nothing and is reported once', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    const hooks: readonly ((event: AuditEvent) => unknown)[] = [
      () => {
        throw new Error('out of order');
      },
      () => Promise.reject(new Error('late')),
      (event) => {
        Object.assign(event, { actor: 'somebody else' });
        return 'yes';
      },
    ];
    for (const hook of hooks) {
      await withHook(hook, async () => {
        await own.engine.run('event_audit_test_source', { url: 'demo:' }, { actor: 'ada' });
        await own.engine.run('event_audit_test_source', { url: 'demo:' }, { actor: 'ada' });
      });
    }
    expect(own.queue().map(({ actor }) => actor)).toEqual(Array.from({ length: 6 }, () => 'ada'));
    expect(own.warnings).toEqual([
      'The skipEvent of the hook failed, so it skips nothing: out of order',
      'The skipEvent of the hook failed, so it skips nothing: it answered with a promise, but must answer at once',
    ]);
  });

  it('that never returns is stopped, skips nothing and is not asked again', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    let asked = 0;
    await withHook(
      () => {
        asked += 1;
        for (;;) asked += 0;
      },
      async () => {
        await own.engine.run('event_audit_test_source', { url: 'demo:' }, { actor: 'ada' });
        await own.engine.run('event_audit_test_source', { url: 'demo:' }, { actor: 'ada' });
      },
    );
    expect(own.queue().map(({ actor }) => actor)).toEqual(['ada', 'ada']);
    expect(asked).toBe(1);
    expect(own.warnings).toEqual([
      'The skipEvent of the hook failed, so it was stopped, skips nothing and is not asked again: it did not answer within 5 seconds',
    ]);
  });

  it('that fails with a secret in its words does not tell it', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    await withHook(
      () => {
        throw new Error('can’t reach redis://guard:hunter2@h/0, password=hunter2');
      },
      () => own.engine.run('event_audit_test_source', { url: 'demo:' }).then(() => undefined),
    );
    expect(own.warnings.join('')).toContain('can’t reach redis://guard');
    expect(own.warnings.join('')).not.toContain('hunter2');
  });

  it('is not needed: a tracker without one skips nothing', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    const takeBack = registerTracker({});
    await own.engine.run('event_audit_test_source', { url: 'demo:' });
    takeBack();
    expect(own.queue()).toHaveLength(1);
  });

  it('is refused when it is none', () => {
    // @ts-expect-error -- an author without TypeScript
    expect(() => registerTracker({ skipEvent: 'yes' })).toThrow('must be functions');
  });
});

describe('times of events', () => {
  it('of one process are all different, in the order in which the calls were answered', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    for (let n = 0; n < 50; n += 1) await own.engine.run('event_audit_test_source', { url: 'demo:' });
    const times = own.queue().map(({ timestamp }) => timestamp);
    expect(new Set(times).size).toBe(50);
    expect(times).toEqual(times.toSorted());
  });
});
