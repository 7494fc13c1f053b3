/** The specs of the real window. One at a time on a screen: they share it, and its clipboard. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  workers: 1,
  // A second try is for a machine that stalls; what needed one is listed as flaky.
  retries: 1,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 45_000 },
  reporter: [['list'], ['json']],
  globalSetup: './test/e2e/support/print-versions.ts',
});
