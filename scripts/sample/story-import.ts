/** Tuesday, 12 March: one administrator imports the procurement register and much more within two evening hours. */
import { signIn } from './account-actions.ts';
import type { Draft } from './catalogue.ts';
import { HOUR, local, SECOND } from './clock.ts';
import { createDataset, updateDataset } from './dataset-actions.ts';
import { person, type Plan } from './plan.ts';
import type { Dataset, World } from './world.ts';

/** Two of the updates that follow are so large that the store drops their content. */
const TOO_LARGE = new Set([3, 11]);
const CORRECTIONS = 14;

/** Plans the import of the drafts: evenly over two hours, a little irregular as networks are. */
export function planImport(world: World, plan: Plan, drafts: readonly Draft[]): void {
  const { random } = world;
  const who = person(world, 'j.lindqvist');
  const start = local(3, 12, 19, 2, 11);
  const stride = (2 * HOUR - 8 * 60 * SECOND) / (drafts.length + CORRECTIONS);
  const imported: Dataset[] = [];
  plan.at(start - 40 * SECOND, (at) => {
    signIn(world, at, who);
  });
  for (const [index, draft] of drafts.entries()) {
    plan.at(start + Math.floor(index * stride) + random.int(0, 9 * SECOND), (at) => {
      imported.push(createDataset(world, at, who, draft));
    });
  }
  for (let index = 0; index < CORRECTIONS; index += 1) {
    plan.at(start + Math.floor((drafts.length + index) * stride) + random.int(0, 9 * SECOND), (at) => {
      const dataset = imported[index * 7];
      if (dataset !== undefined) updateDataset(world, at, who, dataset, TOO_LARGE.has(index));
    });
  }
}
