/** Captures lie in a private folder a run, and what a crashed run left is removed at the next start, nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../src/main/engine/host.ts';
import { makeSessionFolder, sessionName, sweepSessions } from '../../../src/main/engine/session.ts';
import { RESOURCES } from '../../support/project.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** The number of a process that is gone. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

function folderIn(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'snapshot.duckdb'), 'x');
  return folder;
}

describe('the sweep of session folders', () => {
  it('removes those whose process is gone, and keeps its own, those of others and what it does not know', async () => {
    const captures = tempDir();
    const own = sessionName('cli');
    const gone = [sessionName('app', deadPid()), sessionName('cli', deadPid())].map((name) =>
      name.replace(/[0-9a-f]+$/, 'abc123'),
    );
    const kept = [
      own,
      sessionName('app'),
      `app-${process.ppid}-0123ab`,
      'saved',
      'app-x-1',
      'app-12-xyz',
      `app-${deadPid()}`,
    ];
    for (const name of [...gone, ...kept]) folderIn(captures, name);
    await sweepSessions(captures, join(captures, own));
    expect(readdirSync(captures).toSorted()).toEqual(kept.toSorted());
  });

  it('removes the folder of a crashed run that had the number of this process, as in containers', async () => {
    const captures = tempDir();
    folderIn(captures, `cli-${process.pid}-0000000000ab`);
    await sweepSessions(captures, join(captures, 'none'));
    expect(readdirSync(captures)).toEqual([]);
  });

  it('minds no folder that is not there', async () => {
    await expect(sweepSessions(join(tempDir(), 'none'), '')).resolves.toBeUndefined();
  });
});

describe('a session folder', () => {
  it('is for this user only, also when it was there before', async () => {
    const folder = join(tempDir(), 'a', 'b');
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await makeSessionFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('that can’t be made says so, and which variable moves it', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    await expect(makeSessionFolder(join(file, 'x'))).rejects.toMatchObject({
      code: 'target_unwritable',
      message: expect.stringContaining('EVENT_AUDIT_DATA_DIR'),
    });
  });

  it('appears with the first capture and goes with the engine', async () => {
    const dataDir = join(tempDir(), 'data');
    const engine = await startEngine({ dataDir, resourcesDir: RESOURCES });
    await engine.run('event_audit_list_sources', {});
    expect(existsSync(dataDir)).toBe(false);
    await engine.run('event_audit_capture_source', { url: 'basic:' });
    const [name = ''] = readdirSync(join(dataDir, 'captures'));
    expect(statSync(join(dataDir, 'captures', name)).mode & 0o777).toBe(0o700);
    await engine.close();
    expect(readdirSync(join(dataDir, 'captures'))).toEqual([]);
  });

  it('of an engine survives another engine of the same process', async () => {
    const dataDir = tempDir();
    const first = await startEngine({ dataDir, resourcesDir: RESOURCES });
    const { snapshot_id } = await first.run('event_audit_capture_source', { url: 'basic:' });
    const second = await startEngine({ dataDir, resourcesDir: RESOURCES });
    await second.run('event_audit_capture_source', { url: 'basic:' });
    expect(readdirSync(join(dataDir, 'captures'))).toHaveLength(2);
    expect(await first.run('event_audit_count_events', { snapshot_id })).toMatchObject({ total: 0 });
    await second.close();
    await first.close();
  });
});
