/**
 * August in the treasury. On Friday the 16th the account of an administrator, who is on holiday, makes a colleague an
 * administrator. On Saturday night he signs in, looks at 37 datasets of the procurement register, and deletes them for
 * good within ten minutes. On Monday the central staff take it back as far as they can.
 */
import { deleteUser, setMember, signIn, updateUser } from './account-actions.ts';
import type { Draft } from './catalogue.ts';
import { local, MINUTE, SECOND } from './clock.ts';
import { createDataset, deleteDataset, groupRow, purgeDataset } from './dataset-actions.ts';
import { activeDatasets, person, type Plan } from './plan.ts';
import { viewDataset } from './reading.ts';
import { request, text, type Dataset, type World } from './world.ts';

const VICTIMS = 37;

export function planSpree(world: World, plan: Plan): void {
  const { random } = world;
  const boss = person(world, 'b.krueger');
  const culprit = person(world, 't.brandl');
  const victims: Dataset[] = [];

  plan.at(local(8, 16, 22, 41, 7) + 318_402, (at) => {
    signIn(world, at, boss);
    setMember(world, at + 3 * MINUTE + 12 * SECOND, boss, culprit, 'kaemmerei', 'admin');
  });
  plan.at(local(8, 17, 22, 57, 44) + 90_511, (at) => {
    signIn(world, at, culprit);
    const own = activeDatasets(world, text(groupRow(world, 'kaemmerei'), 'id'));
    const register = own.filter((dataset) => dataset.witnessed && text(dataset.row, 'title').startsWith('Vergaben'));
    victims.push(...random.sample(register, VICTIMS));
    if (victims.length < VICTIMS) throw new Error(`Only ${victims.length} datasets are there to be deleted.`);
  });
  for (let index = 0; index < VICTIMS; index += 1) {
    plan.at(local(8, 17, 23, 1) + index * 62 * SECOND + random.int(0, 40 * SECOND), (at) => {
      const dataset = victims[index];
      if (dataset !== undefined) viewDataset(world, at, culprit, dataset);
    });
    plan.at(local(8, 17, 23, 42, 3) + index * 16 * SECOND + random.int(0, 6 * SECOND), (at) => {
      const dataset = victims[index];
      if (dataset === undefined) return;
      deleteDataset(world, at, culprit, dataset);
      purgeDataset(world, at + 3 * SECOND + random.int(0, SECOND), culprit, dataset);
    });
  }
  planAftermath(world, plan, victims);
}

/** Monday morning. `gone` is filled while the year is played. */
function planAftermath(world: World, plan: Plan, gone: readonly Dataset[]): void {
  const { random } = world;
  const boss = person(world, 'b.krueger');
  const culprit = person(world, 't.brandl');
  const admin = person(world, 's.okafor');
  const monday = local(8, 19, 8, 14, 20) + 77_001;
  plan.at(monday, (at) => {
    signIn(world, at, admin);
    request(world, at + 2 * MINUTE, admin.id, 'organization_activity_list', { id: 'kaemmerei', limit: 100 });
    request(world, at + 9 * MINUTE, admin.id, 'organization_member_list', { id: 'kaemmerei', object_type: 'user' });
  });
  plan.at(monday + 21 * MINUTE, (at) => {
    setMember(world, at, admin, culprit, 'kaemmerei', 'editor');
    const account = world.accounts.get(culprit.id);
    if (account !== undefined) deleteUser(world, at + 40 * SECOND, admin, account);
    const bossAccount = world.accounts.get(boss.id);
    if (bossAccount !== undefined)
      updateUser(world, at + 3 * MINUTE, admin, bossAccount, { about: 'Gesperrt bis zur Rückkehr am 26.08.' });
  });
  for (let index = 0; index < VICTIMS; index += 1) {
    plan.at(local(8, 19, 10, 5) + index * 7 * MINUTE + random.int(0, 4 * MINUTE), (at) => {
      const dataset = gone[index];
      if (dataset !== undefined) createDataset(world, at, admin, draftOf(dataset));
    });
  }
}

/** What is left of a deleted dataset, taken from its traces: enough to publish it again. */
function draftOf(dataset: Dataset): Draft {
  return {
    organisation: 'kaemmerei',
    title: text(dataset.row, 'title'),
    name: text(dataset.row, 'name'),
    notes: `${text(dataset.row, 'notes')}\n\nWiederhergestellt am 19.08.2024.`,
    tags: dataset.tags,
    formats: dataset.resources.map((resource) => text(resource, 'format')),
  };
}
