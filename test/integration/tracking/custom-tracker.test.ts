/** The example of a custom tracker, as a person would run it: events of one’s own, and events that are kept out. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { ActionInput, ActionName, ActionOutput, Reply } from '../../../src/shared/contract.ts';
import { fromErrorReply } from '../../../src/shared/errors.ts';
import { ROOT } from '../../support/project.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { queueOf } from '../../support/tracking-engine.ts';

const EXAMPLE = join(ROOT, 'examples/custom-tracker/folder-tracker.js');

/** An engine in a process of its own: only there does the name `event-audit-viewer` mean the engine that runs. */
function started(dataDir: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(ROOT, 'test/support/engine-talk.ts'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill());
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async <N extends ActionName>(action: N, input: ActionInput<N>): Promise<ActionOutput<N>> => {
    child.stdin.write(`${JSON.stringify([action, input])}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('The engine ended.');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine answers by its contract
    const reply = JSON.parse(value) as Reply<ActionOutput<N>>;
    if (!reply.ok) throw fromErrorReply(reply.error);
    return reply.value;
  };
}

it('the example records what happens in a folder, and keeps the events of “backup” out, until it is taken back', async () => {
  const dataDir = tempDir();
  const folder = join(tempDir(), 'evidence');
  mkdirSync(folder);
  const run = started(dataDir, { EVIDENCE_FOLDER: folder, EVENT_AUDIT_BATCH_SIZE: '10000' });
  const event = { category: 'nightly', action: 'done' };
  const found = () =>
    queueOf(dataDir)
      .filter(({ category }) => category === 'evidence')
      .map(({ action, action_object_id: path }) => `${action} ${path}`);

  // A plugin that is added while the engine runs starts at once.
  const { id } = await run('event_audit_add_plugin', { path: EXAMPLE, consent: true });
  writeFileSync(join(folder, 'march.csv'), 'a');
  await eventually(() => expect(found()).toContain(`written ${join(folder, 'march.csv')}`));
  rmSync(join(folder, 'march.csv'));
  await eventually(() => expect(found()).toContain(`gone ${join(folder, 'march.csv')}`));
  await run('event_audit_create_event', { ...event, actor: 'ada' });
  const { notes } = await run('event_audit_create_event', { ...event, actor: 'backup' });
  expect(notes).toEqual([expect.objectContaining({ code: 'skipped', message: expect.stringContaining('skipEvent') })]);
  const nightly = () => queueOf(dataDir).flatMap(({ category, actor }) => (category === 'nightly' ? [actor] : []));
  expect(nightly()).toEqual(['ada']);

  await run('event_audit_remove_plugin', { id });
  const before = found().length;
  writeFileSync(join(folder, 'april.csv'), 'a');
  await run('event_audit_create_event', { ...event, actor: 'backup' });
  expect(nightly()).toEqual(['ada', 'backup']);
  expect(found()).toHaveLength(before);
});

it('a script that only names a data folder writes events and calls actions', () => {
  const dataDir = tempDir();
  const code = `
    import { getAction, startEngine, writeEvent } from '${pathToFileURL(join(ROOT, 'dist/main/api.js')).href}';
    const engine = await startEngine({ dataDir: ${JSON.stringify(dataDir)} });
    await writeEvent({ category: 'door', action: 'opened', action_object_id: 'east' });
    const { events } = await getAction('event_audit_get_events')({ actor: 'robot' }, { source: 'basic:', category: 'door' });
    console.log(events.map((event) => event.action_object_id).join());
    await engine.close();`;
  const script = join(dataDir, 'script.mjs');
  writeFileSync(script, code);
  expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toBe('east\n');
});
