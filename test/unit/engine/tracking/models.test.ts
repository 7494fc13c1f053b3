import Database from 'better-sqlite3';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/shared/errors.ts';
import { collector } from '../../../support/collector.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { shell, trackingEngine, type TrackingEngine } from '../../../support/tracking-engine.ts';

const BOTH = ['store_payload_and_result=true', 'track.store_previous_model_state=true'];

beforeEach(() => collector.reset());

/** What the queue holds about models. */
function changes({ queue }: TrackingEngine) {
  return queue()
    .filter(({ category }) => category === 'model')
    .map(({ action, actor, action_object: model, action_object_id: key, result }) => ({
      action,
      actor,
      model,
      key,
      result,
    }));
}

const settings = (...more: string[]) => ['active_repo=collector', 'batch.size=10000', 'track_api=false', ...more];

describe('a change of a saved view', () => {
  it('gives exactly one event, with the old and the new value and the actor', async () => {
    await using own = await trackingEngine(tempDir(), settings(...BOTH));
    const first = await own.engine.run(
      'event_audit_save_view',
      { name: 'March', view: { sort: 'time', none: null } },
      { actor: 'ada' },
    );
    const second = await own.engine.run(
      'event_audit_save_view',
      { id: first.id, name: 'March', view: { sort: 'actor', none: null } },
      { actor: 'bob' },
    );
    expect(changes(own)).toEqual([
      { action: 'created', actor: 'ada', model: 'SavedView', key: first.id, result: { old: null, new: first } },
      { action: 'changed', actor: 'bob', model: 'SavedView', key: first.id, result: { old: first, new: second } },
    ]);
    expect(second.view).toEqual({ sort: 'actor', none: null });
  });

  it('gives none when only other models are tracked', async () => {
    await using own = await trackingEngine(tempDir(), settings(...BOTH, 'track.models=Connection'));
    const { id } = await own.engine.run('event_audit_save_view', { name: 'March', view: {} });
    await own.engine.run('event_audit_save_view', { id, name: 'April', view: {} });
    await own.engine.run('event_audit_save_connection', { url: 'redis://h/0' });
    expect(changes(own).map(({ model, action }) => [model, action])).toEqual([['Connection', 'created']]);
  });

  it('gives none when nothing changes by it', async () => {
    await using own = await trackingEngine(tempDir(), settings(...BOTH));
    const view = { a: [1, { b: null }], text: 'ä"\\' };
    const first = await own.engine.run('event_audit_save_view', { name: 'March', view });
    expect(await own.engine.run('event_audit_save_view', { id: first.id, name: 'March', view })).toEqual(first);
    expect(changes(own)).toHaveLength(1);
  });

  it('that is gone is refused, and leaves nothing', async () => {
    await using own = await trackingEngine(tempDir(), settings());
    await expect(own.engine.run('event_audit_save_view', { id: 'x', name: 'March', view: {} })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(changes(own)).toEqual([]);
  });
});

/** The events of a view that is made, changed and removed. */
async function made(...more: string[]) {
  const own = await trackingEngine(tempDir(), settings(...more));
  const { id } = await own.engine.run('event_audit_save_view', { name: 'a', view: {} });
  await own.engine.run('event_audit_save_view', { id, name: 'b', view: {} });
  await own.engine.run('event_audit_remove_view', { id });
  const found = changes(own);
  await own.engine.close();
  return found.map(({ action, result }) => [action, Object.keys(result), result]);
}

describe('what an event keeps of a state', () => {
  it('is nothing by default', async () => {
    expect((await made()).map(([, keys]) => keys)).toEqual([[], [], []]);
  });

  it('is the state after it with payloads stored', async () => {
    expect(await made('store_payload_and_result=true')).toMatchObject([
      ['created', ['new'], { new: { name: 'a' } }],
      ['changed', ['new'], { new: { name: 'b' } }],
      ['deleted', ['new'], { new: null }],
    ]);
  });

  it('is both states with previous ones stored; a deleted one is the old one', async () => {
    expect(await made('track.store_previous_model_state=true')).toMatchObject([
      ['created', ['old', 'new'], { old: null, new: { name: 'a' } }],
      ['changed', ['old', 'new'], { old: { name: 'a' }, new: { name: 'b' } }],
      ['deleted', ['old', 'new'], { old: { name: 'b' }, new: null }],
    ]);
  });

  it('never is a secret, not even one that another program put there', async () => {
    const dataDir = tempDir();
    {
      await using own = await trackingEngine(dataDir, settings(...BOTH));
      await own.engine.run('event_audit_save_connection', { url: 'redis://auditor:hunter2@h/0', name: 'Production' });
      shell(dataDir, `INSERT INTO setting VALUES ('cloudwatch.secret_key', 'hunter2')`);
      shell(dataDir, `UPDATE connection SET url = 'redis://auditor:hunter2@other/0'`);
      await own.engine.run('event_audit_save_view', { name: 'a', view: {} });
      expect(changes(own).map(({ model }) => model)).toEqual(['Connection', 'Setting', 'Connection', 'SavedView']);
      expect(JSON.stringify(own.queue())).not.toContain('hunter2');
    }
  });
});

describe('every model', () => {
  it('is tracked: created, changed and deleted', async () => {
    const dataDir = tempDir();
    await using own = await trackingEngine(dataDir, settings(...BOTH));
    const run = own.engine.run;
    const { id: connection } = await run('event_audit_save_connection', { url: 'redis://h/0' });
    await run('event_audit_save_connection', { url: 'redis://h/0', name: 'Production' });
    await run('event_audit_remove_connection', { id: connection });
    await run('event_audit_set_option', { name: 'batch.size', text: '7' });
    await run('event_audit_set_option', { name: 'batch.size', text: '8' });
    await run('event_audit_set_option', { name: 'batch.size', text: null });
    const note = { source: 'redis://auditor:pw@h/0', event_id: 'e1', tags: ['odd'], note: 'Ask about it' };
    const annotation = await run('event_audit_save_annotation', note, { actor: 'ada' });
    await run('event_audit_save_annotation', { ...note, id: annotation.id, note: 'Done' }, { actor: 'bob' });
    await run('event_audit_remove_annotation', { id: annotation.id });
    expect(annotation).toMatchObject({ author: 'ada', source: 'redis://auditor@h/0' });
    const { snapshot_id } = await run('event_audit_capture_source', { url: 'demo:' });
    const output = join(dataDir, 'out.csv');
    await run('event_audit_export', { snapshot_id, format: 'csv', output, limit: 3 });
    const failing = run('event_audit_export', { snapshot_id, format: 'csv', output: join(dataDir, 'no/such/out.csv') });
    await expect(failing).rejects.toBeInstanceOf(AppError);
    const steps = ['created', 'changed', 'deleted'];
    expect(changes(own).map(({ model, action }) => `${model} ${action}`)).toEqual([
      ...['Connection', 'Setting', 'Annotation'].flatMap((model) => steps.map((step) => `${model} ${step}`)),
      'ExportJob created',
      'ExportJob changed',
      'ExportJob created',
      'ExportJob changed',
    ]);
    const { jobs, total } = await run('event_audit_list_export_jobs', {});
    expect(total).toBe(2);
    expect(jobs.map(({ outcome, rows }) => `${outcome} ${rows}`).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'done 3',
      'failed null',
    ]);
  });
});

describe('views and saved snapshots', () => {
  it('give one event for each change, and none for what changes nothing', async () => {
    const dataDir = tempDir();
    await using own = await trackingEngine(dataDir, settings(...BOTH));
    const run = own.engine.run;
    const { id: view } = await run('event_audit_save_view', { name: 'a', view: {} });
    await run('event_audit_save_view', { id: view, name: 'b', view: {} });
    await run('event_audit_remove_view', { id: view });
    const { snapshot_id } = await run('event_audit_capture_source', { url: 'demo:' });
    await run('event_audit_save_snapshot', { snapshot_id, path: join(dataDir, 'kept.duckdb') });
    expect(changes(own).map(({ model, action }) => `${model} ${action}`)).toEqual([
      ...['created', 'changed', 'deleted'].map((step) => `SavedView ${step}`),
      'Snapshot created',
    ]);
  });
});

describe('a change that another program makes', () => {
  it('leaves its trace in the same transaction, and becomes nobody’s event at the next start', async () => {
    const dataDir = tempDir();
    {
      await using own = await trackingEngine(dataDir, settings(...BOTH));
      await own.engine.run('event_audit_save_connection', { url: 'redis://h/0', name: 'Production' });
      await own.engine.run('event_audit_set_option', { name: 'batch.timeout', text: '60' });
    }
    collector.reset();
    shell(dataDir, `BEGIN; UPDATE connection SET name = 'Other'; ROLLBACK;`);
    expect(shell(dataDir, 'SELECT count(*) FROM model_change')).toBe('0');
    shell(
      dataDir,
      `UPDATE connection SET name = 'Other';
       UPDATE connection SET name = 'Other';
       INSERT OR REPLACE INTO setting VALUES ('batch.timeout', '90');
       INSERT OR IGNORE INTO setting VALUES ('batch.timeout', '91');
       INSERT INTO setting VALUES ('batch.timeout', '92') ON CONFLICT DO UPDATE SET value = excluded.value;
       UPDATE setting SET name = 'batch.size';
       INSERT OR REPLACE INTO connection VALUES ('new', 'Mine', 'redis://h/0', 'now');
       DELETE FROM setting`,
    );
    await using own = await trackingEngine(dataDir, settings(...BOTH));
    expect(own.queue().every(({ actor, category }) => actor === '' && category === 'model')).toBe(true);
    const found = changes(own).map(({ model, action, result }) => {
      const shown = model === 'Setting' ? 'value' : 'name';
      const [old, now]: unknown[] = [Object(result['old'])[shown], Object(result['new'])[shown]];
      return [model, action, old ?? null, now ?? null];
    });
    expect(found).toEqual([
      ['Connection', 'changed', 'Production', 'Other'],
      ['Setting', 'changed', '60', '90'],
      ['Setting', 'changed', '90', '92'],
      ['Setting', 'deleted', '92', null],
      ['Setting', 'created', null, '92'],
      ['Connection', 'deleted', 'Other', null],
      ['Connection', 'created', null, 'Mine'],
      ['Setting', 'deleted', '92', null],
    ]);
  });

  it('is found even when the triggers were taken away for it', async () => {
    const dataDir = tempDir();
    {
      await using own = await trackingEngine(dataDir, settings(...BOTH));
      await own.engine.run('event_audit_save_view', { name: 'March', view: {} });
    }
    collector.reset();
    shell(
      dataDir,
      `DROP TRIGGER track_saved_view_update; UPDATE saved_view SET name = 'Other';
       DROP TRIGGER track_setting_insert; INSERT INTO setting VALUES ('batch.size', '9')`,
    );
    await using own = await trackingEngine(dataDir, settings(...BOTH));
    expect(changes(own).map(({ model, action, actor }) => [model, action, actor])).toEqual([
      ['Setting', 'created', ''],
      ['SavedView', 'changed', ''],
    ]);
    shell(dataDir, `UPDATE saved_view SET name = 'Again'`);
    expect(shell(dataDir, 'SELECT count(*) FROM model_change')).toBe('1');
  });

  it('is recorded even when it puts bytes where text belongs, and refused when it would leave no trace', async () => {
    const dataDir = tempDir();
    await using own = await trackingEngine(dataDir, settings(...BOTH));
    await own.engine.run('event_audit_save_connection', { url: 'redis://h/0' });
    const database = new Database(join(dataDir, 'state.sqlite'));
    database.prepare(`UPDATE connection SET name = x'00ff'`).run();
    expect(() => database.prepare(`INSERT INTO connection VALUES (NULL, 'a', 'b', 'c')`).run()).toThrow(/NOT NULL/);
    database.close();
    await own.engine.run('event_audit_save_view', { name: 'a', view: {} });
    expect(changes(own)[1]).toMatchObject({ action: 'changed', actor: '', result: { new: { name: '00FF' } } });
  });

  it('is not recorded, and does not wait either, where models are not tracked', async () => {
    const dataDir = tempDir();
    await using own = await trackingEngine(dataDir, settings('track_model=false'));
    await own.engine.run('event_audit_set_option', { name: 'batch.size', text: '9' });
    expect(own.queue()).toEqual([]);
    expect(shell(dataDir, 'SELECT count(*) FROM model_change')).toBe('0');
  });
});
