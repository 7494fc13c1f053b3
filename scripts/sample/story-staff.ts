/** People come and go, and one guest account lives for three days in June and takes a lot with it. */
import { addToTheme, createGroup, createUser, deleteUser, setMember, signIn } from './account-actions.ts';
import { HOUR, local, MINUTE, SECOND } from './clock.ts';
import { patchDataset, purgeDataset } from './dataset-actions.ts';
import type { Person } from './people.ts';
import { activeDatasets, person, type Plan } from './plan.ts';
import { viewDataset } from './reading.ts';
import { request, text, type Dataset, type World } from './world.ts';

/** Accounts that do not exist when the year begins. */
export const HIRED: Readonly<Record<string, number>> = {
  'x.tran': local(2, 1, 9, 12, 30),
  'l.fuchs': local(4, 2, 10, 41, 9),
  'c.dubois': local(5, 13, 14, 2, 51),
  'v.petrova': local(9, 2, 9, 33, 18),
};

const LEFT: Readonly<Record<string, number>> = {
  'd.pfeiffer': local(6, 28, 15, 30, 2),
  'g.ionescu': local(11, 29, 11, 8, 44),
};

/** Plans arrivals, departures, a new theme and the quarterly emptying of the trash. */
export function planStaff(world: World, plan: Plan): void {
  const admin = person(world, 's.okafor');
  for (const [name, instant] of Object.entries(HIRED)) {
    plan.at(instant + 411_203, (at) => {
      const who = person(world, name);
      createUser(world, at, admin, who);
      if (who.organisation !== '') setMember(world, at + 2 * MINUTE, admin, who, who.organisation, 'editor');
    });
  }
  for (const [name, instant] of Object.entries(LEFT)) {
    plan.at(instant + 58_020, (at) => {
      const account = world.accounts.get(person(world, name).id);
      if (account !== undefined) deleteUser(world, at, admin, account);
    });
  }
  plan.at(local(9, 16, 10, 20, 12) + 7_707, (at) => {
    createGroup(world, at, admin, 'mobilitaetswende', 'Mobilitätswende 🚋', false);
    for (const [index, dataset] of activeDatasets(world).slice(0, 12).entries()) {
      addToTheme(world, at + (index + 1) * 25 * SECOND, admin, dataset, 'mobilitaetswende');
    }
  });
  for (const month of [3, 6, 9, 12]) {
    plan.at(local(month, 19, 17, 30, 40) + month * 91_003, (at) => {
      const trash = [...world.datasets.values()].filter(({ row }) => text(row, 'state') === 'deleted');
      for (const [index, dataset] of trash.entries()) purgeDataset(world, at + index * 4 * SECOND, admin, dataset);
    });
  }
}

/** Plans the guest: created on 4 June, gone on the 6th, and in between every large file read and three contacts changed. */
export function planGuest(world: World, plan: Plan): void {
  const { random } = world;
  const admin = person(world, 'j.lindqvist');
  const guest: Person = {
    id: random.uuid(),
    name: 'gast.analyse',
    fullname: 'Gastzugang Analyse',
    role: 'editor',
    organisation: 'kaemmerei',
    diligence: 0,
    nightOwl: false,
    away: [],
  };
  plan.at(local(6, 4, 9, 3, 27) + 640_118, (at) => {
    createUser(world, at, admin, guest);
    setMember(world, at + 70 * SECOND, admin, guest, 'kaemmerei', 'editor');
  });
  for (const day of [4, 5, 6]) {
    const start = local(6, day, day === 5 ? 20 : 11, 14, day) + day * 10_007;
    plan.at(start, (at) => {
      signIn(world, at, guest);
      for (const [index, dataset] of random.sample(activeDatasets(world), 24).entries()) {
        takeAll(world, at + (index + 1) * 50 * SECOND, guest, dataset);
      }
    });
    plan.at(start + HOUR, (at) => {
      const [dataset] = activeDatasets(world, text(world.groups.get('kaemmerei') ?? {}, 'id')).slice(day);
      if (dataset !== undefined) {
        patchDataset(world, at, guest, dataset, { maintainer_email: 'kontakt@datenfreunde.example' });
      }
    });
  }
  plan.at(local(6, 6, 17, 52, 1) + 12_345, (at) => {
    const account = world.accounts.get(guest.id);
    if (account !== undefined) deleteUser(world, at, admin, account);
  });
}

function takeAll(world: World, at: number, guest: Person, dataset: Dataset): void {
  viewDataset(world, at, guest, dataset);
  const resource = dataset.resources[0];
  if (resource === undefined) return;
  request(world, at + 9 * SECOND, guest.id, 'datastore_search', { resource_id: text(resource, 'id'), limit: 32_000 });
}
