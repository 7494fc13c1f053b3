import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { leaseOwner, outboxState, takeLease } from '../../../../src/main/engine/tracking/outbox.ts';
import { StateDatabase } from '../../../../src/main/engine/config/state-database.ts';
import { writeEvents } from '../../../../src/main/engine/actions/running.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { collector, DOWN } from '../../../support/collector.ts';
import { eventually } from '../../../support/eventually.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { queueOf, shell, trackingEngine } from '../../../support/tracking-engine.ts';

beforeEach(() => collector.reset());

const settings = (...more: string[]) => ['active_repo=collector', 'track_api=false', ...more];
const event = (id: string) => ({ id, category: 'test', action: 'done' });
const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => event(`e${String(from + n).padStart(6, '0')}`));
const ids = (list: readonly { readonly id: unknown }[]) => list.map(({ id }) => id);

describe('events are written', () => {
  it('when there are as many as a batch holds, and not before', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=3'));
    await writeEvents(events(0, 2));
    await sleep(50);
    expect(collector.calls).toEqual([]);
    expect(own.queue()).toHaveLength(2);
    await writeEvents(events(2, 3));
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 3)));
  });

  it('in order, in batches of the size that is set', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=7'));
    await writeEvents(events(0, 100));
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 100)));
    expect(Math.max(...collector.calls)).toBe(7);
    expect(collector.calls).toHaveLength(15);
  });

  it('also when they come while the writing of those before them is just ending', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=2'));
    const { promise: ending, resolve: end } = Promise.withResolvers<undefined>();
    const { promise: done, resolve: isDone } = Promise.withResolvers<undefined>();
    collector.closing = async () => {
      end(undefined);
      await done;
    };
    await writeEvents(events(0, 2));
    await ending;
    await writeEvents(events(2, 4));
    // The queue hears of them after they are kept.
    await sleep(50);
    isDone(undefined);
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 4)));
  });

  it('when the first of them has waited long enough', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=100', 'batch.timeout=1'));
    let writtenAt = Number.NaN;
    collector.before = async () => void (writtenAt = Date.now());
    const before = Date.now();
    await writeEvents(events(0, 2));
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 2)));
    expect(writtenAt - before).toBeGreaterThanOrEqual(1_000);
  });

  it('when the engine is closed', async () => {
    const own = await trackingEngine(tempDir(), settings());
    await writeEvents(events(0, 2));
    await own.engine.close();
    expect(ids(collector.events)).toEqual(ids(events(0, 2)));
    expect(queueOf(own.dataDir)).toEqual([]);
  });

  it('at the next start, when the program ended before', async () => {
    const dataDir = tempDir();
    const state = new StateDatabase(dataDir);
    const whole = { actor: '', action_object: '', action_object_id: '', target_type: '', target_id: '' };
    await state.enqueue([{ ...whole, id: 'old', category: 'a', action: 'b', timestamp: 't', result: {}, payload: {} }]);
    shell(dataDir, 'UPDATE outbox SET queued_at = 0');
    state.close();
    await using own = await trackingEngine(dataDir, settings());
    await eventually(() => expect(ids(collector.events)).toEqual(['old']));
    expect(own.queue()).toEqual([]);
  });

  it('before an action is answered, where answers wait for that', async () => {
    await using own = await trackingEngine(tempDir(), ['active_repo=collector', 'threaded_mode=false']);
    await own.engine.run('event_audit_save_view', { name: 'a', view: {} });
    expect(collector.events.map(({ category, action }) => [category, action])).toEqual([
      ['model', 'created'],
      ['api', 'event_audit_save_view'],
    ]);
  });

  it('at once when somebody asks for it', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    collector.problem = DOWN;
    await writeEvents(events(0, 2));
    expect(await own.engine.run('event_audit_flush_tracking', {})).toMatchObject({ waiting: 2 });
    collector.problem = undefined;
    expect(await own.engine.run('event_audit_flush_tracking', {})).toMatchObject({ waiting: 0, last_error: null });
  });
});

describe('a store that is down', () => {
  it('blocks nothing and loses nothing; everything arrives in order once it is back', async () => {
    collector.problem = DOWN;
    await using own = await trackingEngine(tempDir(), settings('batch.size=10'));
    for (let n = 0; n < 20; n += 1) await writeEvents(events(n * 10, n * 10 + 10));
    await eventually(async () =>
      expect(await own.engine.run('event_audit_get_tracking', {})).toMatchObject({
        destination: 'collector:',
        waiting: 200,
        last_error: { code: 'source_unreachable', message: 'The collector does not answer.' },
      }),
    );
    expect(collector.calls.length).toBeLessThan(20);
    const status = await own.engine.run('event_audit_get_tracking', {});
    expect(Date.parse(status.failing_since ?? '')).not.toBeNaN();
    expect(Date.parse(status.oldest_waiting ?? '')).not.toBeNaN();
    collector.problem = undefined;
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 200)));
    expect(await own.engine.run('event_audit_get_tracking', {})).toMatchObject({
      waiting: 0,
      last_error: null,
      failing_since: null,
      next_try: null,
    });
  });

  it('that acknowledged nothing is given the same events again, and holds each once', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=5'));
    let failures = 0;
    collector.before = async () => {
      await sleep(1);
      if (failures < 2) {
        failures += 1;
        // It took them, but the answer was lost.
        collector.events.push(...own.queue().filter(({ id }) => !ids(collector.events).includes(id)));
        throw DOWN;
      }
    };
    await writeEvents(events(0, 10));
    await eventually(() => expect(own.queue()).toEqual([]));
    expect(ids(collector.events)).toEqual(ids(events(0, 10)));
  });

  it('that does not answer at all holds up neither an action nor the end', async () => {
    const own = await trackingEngine(tempDir(), settings('batch.size=1'));
    collector.before = () => new Promise(() => undefined);
    await writeEvents(events(0, 3));
    expect((await own.engine.run('event_audit_get_tracking', {})).waiting).toBe(3);
    await own.engine.close();
    expect(queueOf(own.dataDir)).toHaveLength(3);
  });

  it('is not asked again by each short run while the pause lasts', async () => {
    const dataDir = tempDir();
    collector.problem = DOWN;
    for (let n = 0; n < 5; n += 1) {
      await using own = await trackingEngine(dataDir, settings());
      await writeEvents(events(n, n + 1));
      expect(own.queue()).toHaveLength(n + 1);
    }
    expect(collector.calls.length).toBeLessThan(5);
  });
});

describe('an event that the store never takes', () => {
  it('is set aside; the others arrive in order', async () => {
    await using own = await trackingEngine(tempDir(), settings('batch.size=10'));
    collector.refuses = ({ id }) => id === 'e000003' || id === 'e000017';
    await writeEvents(events(0, 20));
    await eventually(() => expect(own.queue()).toHaveLength(2));
    const rest = ids(events(0, 20)).filter((id) => id !== 'e000003' && id !== 'e000017');
    expect(ids(collector.events)).toEqual(rest);
    expect(await own.engine.run('event_audit_get_tracking', {})).toMatchObject({ waiting: 0, refused: 2 });
    expect(own.warnings.join(' ')).toContain('The event e000003 is not wanted.');
  });

  it('does not stop the others even when another program wrote it', async () => {
    const dataDir = tempDir();
    await using own = await trackingEngine(dataDir, settings('batch.size=3'));
    await writeEvents(events(0, 1));
    shell(dataDir, `INSERT INTO outbox (event, queued_at) VALUES ('nonsense', 0)`);
    await writeEvents(events(1, 4));
    await eventually(() => expect(collector.events).toHaveLength(4));
    expect(own.warnings).toEqual([expect.stringContaining('What lies in the queue is no event.')]);
  });
});

describe('two processes', () => {
  it('do not write at the same time: the lease is one’s until it ends or its owner is gone', async () => {
    const state = new StateDatabase(tempDir());
    const [one, other] = [leaseOwner(), leaseOwner()];
    const take = (owner: string) => state.write((database) => takeLease(database, owner));
    expect([await take(one), await take(one), await take(other)]).toEqual([true, true, false]);
    await state.write((database) => database.prepare('UPDATE outbox_state SET lease_until = 1').run());
    expect([await take(other), await take(one)]).toEqual([true, false]);
    const dead = other.replace(/^\d+/, '4194000');
    await state.write((database) => database.prepare('UPDATE outbox_state SET owner = ?').run(dead));
    expect(await take(one)).toBe(true);
    expect((await state.read(outboxState))?.owner).toBe(one);
    const wrongClock = Date.now() + 1e9;
    await state.write((database) =>
      database.prepare('UPDATE outbox_state SET owner = ?, lease_until = ?').run(other, wrongClock),
    );
    expect(await take(one)).toBe(true);
    state.close();
  });

  it('both write what they queued, each event once, though they share the queue', async () => {
    const dataDir = tempDir();
    await using one = await trackingEngine(dataDir, settings('batch.size=4'));
    await using two = await trackingEngine(dataDir, settings('batch.size=4'));
    collector.before = () => sleep(2);
    const rounds = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(
      rounds.flatMap((n) => [
        one.engine.run('event_audit_save_view', { name: `one ${n}`, view: {} }),
        two.engine.run('event_audit_save_view', { name: `two ${n}`, view: {} }),
      ]),
    );
    await eventually(() => expect(queueOf(dataDir).length).toBeLessThan(4));
    await one.engine.close();
    await two.engine.close();
    expect(new Set(ids(collector.events)).size).toBe(40);
    expect(collector.events).toHaveLength(40);
  });
});

describe('writing an event', () => {
  it('is refused, not forgotten, when it can’t be kept', async () => {
    await using own = await trackingEngine('/dev/null/nowhere', settings());
    await expect(writeEvents(events(0, 1))).rejects.toMatchObject({ code: 'target_unwritable' });
    expect((await own.engine.run('event_audit_list_snapshots', {})).snapshots).toEqual([]);
  });

  it('says what kept it from being recorded; the others of the same call are recorded', async () => {
    await using own = await trackingEngine(tempDir(), settings('ignore.categories=noise'));
    const written = await writeEvents([event('a'), { category: 'noise', action: 'x' }, event('b')]);
    expect(written.map(({ skipped }) => skipped)).toEqual([undefined, 'ignore.categories', undefined]);
    expect(ids(own.queue())).toEqual(['a', 'b']);
  });

  it('needs an engine', async () => {
    await expect(writeEvents([event('a')])).rejects.toBeInstanceOf(AppError);
  });
});
