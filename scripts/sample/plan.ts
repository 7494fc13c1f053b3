/** What will happen when: everything is planned first, then played in order of time, so that the state is always right. */
import type { Person } from './people.ts';
import { text, type Dataset, type World } from './world.ts';

export interface Plan {
  /** Has something happen at an instant. */
  readonly at: (instant: number, run: (instant: number) => void) => void;
  /** Plays everything that was planned, in order of time. */
  readonly play: () => void;
}

export function createPlan(): Plan {
  const tasks: { readonly instant: number; readonly run: (instant: number) => void }[] = [];
  return {
    at: (instant, run) => {
      tasks.push({ instant, run });
    },
    play: () => {
      for (const task of tasks.toSorted((left, right) => left.instant - right.instant)) task.run(task.instant);
    },
  };
}

/** The person of that name. @throws Error when the cast has none. */
export function person(world: World, name: string): Person {
  const found = world.people.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`Nobody is called “${name}”.`);
  return found;
}

/** The datasets that are not in the trash, of one organisation (by id) or of all. */
export function activeDatasets(world: World, organisationId = ''): readonly Dataset[] {
  return [...world.datasets.values()].filter(
    ({ row }) =>
      text(row, 'state') === 'active' && (organisationId === '' || text(row, 'owner_org') === organisationId),
  );
}

/** Whether somebody can sign in right now. */
export function canSignIn(world: World, who: Person): boolean {
  const account = world.accounts.get(who.id);
  return account !== undefined && text(account.row, 'state') === 'active';
}
