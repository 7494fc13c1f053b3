/** A data folder that can't be written to: what only reads goes on, and a person is told that nothing is recorded, and why. */
import { chmodSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { tempDir } from '../../support/temp-dir.ts';

it.each([
  {
    args: ['test', '--source=demo:'],
    told: [/is not recorded: .*state\.sqlite can’t be written.*EVENT_AUDIT_DATA_DIR/],
  },
  // Listing the sources is not recorded anyway.
  { args: ['sources', '--json'], told: [] },
])('event-audit $args goes on', async ({ args, told }) => {
  const dataDir = tempDir();
  chmodSync(dataDir, 0o500);
  const result = await runCli(args, { dataDir, unprivileged: true });
  expect(result.code).toBe(0);
  expect(result.stdout).not.toBe('');
  const warnings = result.said.filter((line) => line.includes('is not recorded'));
  expect(warnings).toEqual(told.map((words) => expect.stringMatching(words)));
  expect(readdirSync(dataDir)).toEqual([]);
});

it('the settings and connections in it are read all the same', async () => {
  const dataDir = tempDir();
  await runCli(['config', '--save', 'batch.size=7'], { dataDir });
  chmodSync(dataDir, 0o500);
  const result = await runCli(['config', '--json'], { dataDir, unprivileged: true });
  expect(result.code).toBe(0);
  const { options }: { options: { name: string; text: string; origin: string }[] } = JSON.parse(result.stdout);
  expect(options.find(({ name }) => name === 'batch.size')).toMatchObject({ text: '7', origin: 'settings' });
  chmodSync(dataDir, 0o700);
});
