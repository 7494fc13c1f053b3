import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,contract,integration,fuzz}/**/*.test.ts', 'test/*.test.ts'],
    pool: 'forks',
    // One more than there are cores where CI runs: many tests wait for servers and time limits.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // What has to happen is waited for, however slow the machine is; a second would be a guess.
    expect: { poll: { timeout: 50_000, interval: 20 } },
  },
});
