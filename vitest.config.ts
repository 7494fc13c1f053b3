import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest comes first: files of servers, so that none of them is left alone at the end. */
const FIRST = ['/integration/faults/', '/integration/', ''];

function rank({ moduleId }: TestSpecification): number {
  return FIRST.findIndex((part) => moduleId.includes(part));
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is a sequencer's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/{unit,contract,integration,fuzz}/**/*.test.ts', 'test/*.test.ts'],
    pool: 'forks',
    // One more than there are cores where CI runs: many tests wait for servers and time limits.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // What has to happen is waited for, however slow the machine is; a second would be a guess.
    expect: { poll: { timeout: 50_000, interval: 20 } },
  },
});
