/** Plugins that a person agreed to: loaded at every start, as long as they are what was agreed to. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ActionInput, ActionName, ActionOutput, Plugin, Reply } from '../../src/shared/contract.ts';
import { fromErrorReply } from '../../src/shared/errors.ts';
import { failureOf } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

let kinds = 0;

/** A plugin under a name that no other test uses. */
function plugin(change: (source: string) => string = (source) => source): {
  path: string;
  kind: string;
  source: string;
} {
  kinds += 1;
  const kind = `agreed-${kinds}`;
  const source = change(`import { AbstractRepository, registerRepository } from 'event-audit-viewer';
    class Custom extends AbstractRepository {
      async *readEvents() {
        yield { id: 'one', category: 'api', action: 'x', timestamp: '2024-01-01T00:00:00+00:00', result: {}, payload: {} };
      }
    }
    registerRepository('${kind}', Custom);`);
  const path = join(tempDir(), 'plugin.mjs');
  writeFileSync(path, source);
  return { path, kind, source };
}

interface Talk {
  readonly run: <N extends ActionName>(action: N, input: ActionInput<N>) => Promise<ActionOutput<N>>;
}

/** An engine in a process of its own, since a process loads a module once. It ends with the test. */
function started(dataDir: string, env: Readonly<Record<string, string>> = {}): Talk {
  const program = join(import.meta.dirname, '../support/engine-talk.ts');
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill());
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async <N extends ActionName>(action: N, input: ActionInput<N>) => {
      child.stdin.write(`${JSON.stringify([action, input])}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error('The engine ended.');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine answers by its contract
      const reply = JSON.parse(value) as Reply<ActionOutput<N>>;
      if (!reply.ok) throw fromErrorReply(reply.error);
      return reply.value;
    },
  };
}

async function listed(engine: Talk): Promise<{ state: string; kinds: string[]; problem: string | null }[]> {
  return (await engine.run('event_audit_list_plugins', {})).plugins.map((each) => ({
    state: each.state,
    kinds: each.kinds,
    problem: each.problem,
  }));
}

function agree(engine: Talk, path: string): Promise<Plugin> {
  return engine.run('event_audit_add_plugin', { path, consent: true });
}

async function canRead(engine: Talk, kind: string): Promise<boolean> {
  return engine.run('event_audit_capture_source', { url: `${kind}:` }).then(
    ({ captured }) => captured === 1,
    () => false,
  );
}

describe('a plugin that was agreed to', () => {
  test('brings its stores at once, and is listed with what its file holds', async () => {
    const engine = started(tempDir());
    const { path, kind } = plugin();
    const added = await agree(engine, path);
    expect(added).toMatchObject({ path, state: 'loaded', kinds: [kind], problem: null });
    expect(added.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await canRead(engine, kind)).toBe(true);
  });

  test('is loaded by the next engine too', async () => {
    const dataDir = tempDir();
    const { path, kind } = plugin();
    await agree(started(dataDir), path);
    const next = started(dataDir);
    expect(await listed(next)).toEqual([{ state: 'loaded', kinds: [kind], problem: null }]);
  });

  test('is not run when its file was changed, and runs again when that is agreed to', async () => {
    const dataDir = tempDir();
    const { path, kind, source } = plugin();
    await agree(started(dataDir), path);
    writeFileSync(path, source.replace("id: 'one'", "id: 'two'"));
    const next = started(dataDir);
    const [found] = await listed(next);
    expect([found?.state, found?.kinds]).toEqual(['changed', []]);
    expect(found?.problem).toContain('was changed after it was agreed to');
    await agree(next, path);
    expect(await listed(next)).toEqual([{ state: 'loaded', kinds: [kind], problem: null }]);
    const { events } = await next.run('event_audit_get_events', { source: `${kind}:` });
    expect(events.map(({ id }) => id)).toEqual(['two']);
  });

  test('is one event for each change of what was agreed to', async () => {
    const engine = started(tempDir());
    const { path, source } = plugin();
    await agree(engine, path);
    writeFileSync(path, `${source}\n// Changed.`);
    const { id } = await agree(engine, path);
    await engine.run('event_audit_remove_plugin', { id });
    const { events } = await engine.run('event_audit_get_events', { source: 'basic:', category: 'model' });
    expect(events.map(({ action, action_object: model }) => `${model} ${action}`)).toEqual([
      'Plugin created',
      'Plugin changed',
      'Plugin deleted',
    ]);
  });

  test('is said to be missing when its file is gone', async () => {
    const dataDir = tempDir();
    const { path } = plugin();
    await agree(started(dataDir), path);
    rmSync(path);
    const [found] = await listed(started(dataDir));
    expect(found?.state).toBe('missing');
  });

  test('that fails does not keep the engine or another plugin from starting', async () => {
    const dataDir = tempDir();
    const engine = started(dataDir);
    const bad = plugin((source) => `if (process.env.PLUGIN_FAILS) throw new Error('no luck');\n${source}`);
    const good = plugin();
    await agree(engine, bad.path);
    await agree(engine, good.path);
    const found = await listed(started(dataDir, { PLUGIN_FAILS: '1' }));
    expect(found.map((each) => each.state).toSorted()).toEqual(['failed', 'loaded']);
    expect(found.find(({ state: each }) => each === 'failed')?.problem).toContain('no luck');
  });

  test('is gone with its stores when the agreement is taken back', async () => {
    const dataDir = tempDir();
    const engine = started(dataDir);
    const { path, kind } = plugin();
    const { id } = await agree(engine, path);
    expect(await engine.run('event_audit_remove_plugin', { id })).toEqual({ removed: true });
    expect(await engine.run('event_audit_remove_plugin', { id })).toEqual({ removed: false });
    expect(await canRead(engine, kind)).toBe(false);
    expect(await listed(started(dataDir))).toEqual([]);
    await agree(engine, path);
    expect(await canRead(engine, kind)).toBe(true);
  });

  test('is not remembered when it can’t be loaded', async () => {
    const engine = started(tempDir());
    const { path } = plugin(() => 'throw new Error("no luck")');
    expect(await failureOf(agree(engine, path))).toMatchObject({ code: 'invalid_input' });
    expect(await failureOf(agree(engine, '/nowhere/plugin.mjs'))).toMatchObject({ code: 'invalid_input' });
    expect(await listed(engine)).toEqual([]);
  });

  test('needs the consent to be said', async () => {
    const engine = started(tempDir());
    // @ts-expect-error -- the type asks for it too
    const asked = engine.run('event_audit_add_plugin', { path: plugin().path });
    expect(await failureOf(asked)).toMatchObject({ code: 'invalid_input' });
  });
});
