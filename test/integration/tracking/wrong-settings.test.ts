/** Settings that can't be: reading goes on, recording waits, and a person is told once what is wrong and where. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { tempDir } from '../../support/temp-dir.ts';

const WRONG = 'ckan.ini:2: ckanext.event_audit.batch.sise is no setting that this version knows';

function wrongIni(): { readonly dataDir: string; readonly ini: string } {
  const dataDir = tempDir();
  const ini = join(dataDir, 'ckan.ini');
  writeFileSync(ini, '[app:main]\nckanext.event_audit.batch.sise = 7\n');
  return { dataDir, ini };
}

it('a store is read all the same; what was done waits, and is written once the settings are right', async () => {
  const { dataDir, ini } = wrongIni();
  const read = await runCli(['--config', ini, 'test', '--source=demo:'], { dataDir });
  expect(read.code).toBe(0);
  expect(read.said.filter((line) => line.includes(WRONG))).toHaveLength(1);
  const trail = await runCli(['events', '--source=basic:', '--action=event_audit_test_source', '--json'], { dataDir });
  expect(trail.stdout.match(/"action":"event_audit_test_source"/g)).toHaveLength(1);
});

it('event-audit config ends with 2 and says once what is wrong', async () => {
  const { dataDir, ini } = wrongIni();
  const { code, said } = await runCli(['--config', ini, 'config'], { dataDir });
  expect(code).toBe(2);
  expect(said.filter((line) => line.includes(WRONG))).toHaveLength(1);
});

it('a variable that is no setting is told by every command, once; one that is nearly one is a wrong setting', async () => {
  const run = { dataDir: tempDir(), env: { EVENT_AUDIT_WORKSPACE: '3', EVENT_AUDIT_MASK_KEY: 'a'.repeat(64) } };
  for (const args of [['config'], ['test', '--source=demo:']]) {
    const { code, said } = await runCli(args, run);
    expect(code).toBe(0);
    expect(said.filter((line) => line.includes('no effect'))).toEqual([
      expect.stringContaining('EVENT_AUDIT_WORKSPACE'),
    ]);
  }
  const near = { dataDir: tempDir(), env: { EVENT_AUDIT_BATCHSIZE: '3' } };
  for (const [args, ended] of [
    [['config'], 2],
    [['test', '--source=demo:'], 0],
  ] as const) {
    const { code, said } = await runCli(args, near);
    expect(code).toBe(ended);
    expect(said.filter((line) => line.includes('EVENT_AUDIT_BATCHSIZE'))).toEqual([
      expect.stringContaining('did you mean batch.size?'),
    ]);
  }
});
