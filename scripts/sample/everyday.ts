/** Ordinary days: people sign in, look around, and now and then change something. */
import { addToTheme, describeGroup, signIn, updateUser } from './account-actions.ts';
import { requestApproval } from './approval.ts';
import { DISTRICTS, THEMES, type Draft } from './catalogue.ts';
import { busyness, DAY, local, MINUTE, SECOND, workingMoment } from './clock.ts';
import { createDataset, deleteDataset, groupRow, patchDataset, updateDataset } from './dataset-actions.ts';
import { isPresent, type Person } from './people.ts';
import { activeDatasets, canSignIn, type Plan } from './plan.ts';
import { readApi, viewDataset, viewSomething } from './reading.ts';
import { createDatastore, createResource, deleteResource, updateResource } from './resource-actions.ts';
import { text, type Dataset, type World } from './world.ts';

const DAYS_OF_2024 = 366;
/** How many of a regular user's working days have a session. */
const SESSIONS_PER_DAY = 0.158;

/** Plans the sessions of the year. `drafts` are the datasets that people will publish, used up from the end. */
export function planEverydayWork(world: World, plan: Plan, drafts: Draft[]): void {
  const { random } = world;
  for (let day = 0; day < DAYS_OF_2024; day += 1) {
    const busy = busyness(day);
    for (const who of world.people) {
      if (!random.chance(Math.min(0.95, busy * who.diligence * SESSIONS_PER_DAY))) continue;
      const start = workingMoment(day, random, who.nightOwl);
      if (isPresent(who, start)) planSession(world, plan, drafts, who, start);
    }
    for (let calls = random.int(1, 5); calls > 0; calls -= 1) {
      plan.at(local(1, 1) + day * DAY + random.int(0, DAY - 1), (at) => {
        readApi(world, at, '', random.pick(activeDatasets(world)));
      });
    }
  }
}

function planSession(world: World, plan: Plan, drafts: Draft[], who: Person, start: number): void {
  const { random } = world;
  plan.at(start, (at) => {
    if (canSignIn(world, who)) signIn(world, at, who);
  });
  let next = start;
  for (let steps = random.int(2, 8); steps > 0; steps -= 1) {
    next += random.int(15 * SECOND, 7 * MINUTE);
    plan.at(next, (at) => {
      if (canSignIn(world, who)) step(world, drafts, who, at);
    });
  }
}

function step(world: World, drafts: Draft[], who: Person, at: number): void {
  const { random } = world;
  const dataset = somethingToLookAt(world, who);
  const kind = random.weighted([
    ['view', 9],
    ['look', 4],
    ['read', 2],
    ['edit', who.role === 'reader' ? 0 : 5],
    ['manage', who.role === 'admin' || who.role === 'sysadmin' ? 0.25 : 0.04],
  ]);
  if (kind === 'view') viewDataset(world, at, who, dataset);
  else if (kind === 'look') viewSomething(world, at, who, dataset);
  else if (kind === 'read') readApi(world, at, who.id, dataset);
  else if (kind === 'edit') edit(world, drafts, who, at);
  else manage(world, who, at);
}

function somethingToLookAt(world: World, who: Person): Dataset {
  const own = who.organisation === '' || world.random.chance(0.4) ? [] : ownDatasets(world, who);
  return world.random.pick(own.length > 0 ? own : activeDatasets(world));
}

function ownDatasets(world: World, who: Person): readonly Dataset[] {
  // Central staff look after everybody's datasets.
  return who.organisation === 'it-amt'
    ? activeDatasets(world)
    : activeDatasets(world, text(groupRow(world, who.organisation), 'id'));
}

function edit(world: World, drafts: Draft[], who: Person, at: number): void {
  const { random } = world;
  const choices = ownDatasets(world, who);
  if (choices.length === 0 || random.chance(0.07)) {
    publish(world, drafts, who, at);
    return;
  }
  const dataset = random.pick(choices);
  if (random.chance(0.7)) viewDataset(world, at - random.int(12 * SECOND, 90 * SECOND), who, dataset);
  change(world, who, at, dataset);
  if (random.chance(0.5)) viewDataset(world, at + random.int(SECOND, 4 * SECOND), who, dataset);
}

function change(world: World, who: Person, at: number, dataset: Dataset): void {
  const { random } = world;
  const resource = dataset.resources.length === 0 ? undefined : random.pick(dataset.resources);
  const kind = random.weighted([
    ['update', 6],
    ['patch', 4],
    ['resource_create', 2],
    ['resource_update', resource === undefined ? 0 : 5],
    ['resource_delete', resource === undefined ? 0 : 0.7],
    ['datastore', resource === undefined ? 0 : 1.6],
    ['theme', 0.8],
    ['delete', 0.3],
  ]);
  if (kind === 'update') {
    updateDataset(world, at, who, dataset, random.chance(0.006));
    if (random.chance(0.45)) requestApproval(world, at, who, dataset);
  } else if (kind === 'patch') patchDataset(world, at, who, dataset, smallChange(world, dataset));
  else if (kind === 'resource_create') createResource(world, at, who, dataset);
  else if (kind === 'theme') addToTheme(world, at, who, dataset, random.pick(Object.keys(THEMES)));
  else if (kind === 'delete') deleteDataset(world, at, who, dataset);
  else if (resource === undefined) return;
  else if (kind === 'resource_update') updateResource(world, at, who, dataset, resource);
  else if (kind === 'resource_delete') deleteResource(world, at, who, dataset, resource);
  else createDatastore(world, at, who, dataset, resource);
}

function smallChange(world: World, dataset: Dataset): Readonly<Record<string, string | boolean>> {
  const { random } = world;
  const title = text(dataset.row, 'title');
  return random.weighted<Readonly<Record<string, string | boolean>>>([
    [
      { title: title.endsWith(' (aktualisiert)') ? title.replace(' (aktualisiert)', '') : `${title} (aktualisiert)` },
      3,
    ],
    [{ license_id: random.pick(['cc-by-4.0', 'cc-zero', 'dl-by-de-2.0']) }, 2],
    [{ private: dataset.row['private'] !== true }, 2],
    [{ url: `https://www.kranichsfurt.example/${text(dataset.row, 'name')}/${random.int(1, 99)}` }, 2],
    [{ maintainer: random.pick(world.people).fullname }, 2],
  ]);
}

function publish(world: World, drafts: Draft[], who: Person, at: number): void {
  const { random } = world;
  const wanted = drafts.findLastIndex(
    (draft) => draft.organisation === who.organisation || who.organisation === 'it-amt' || who.organisation === '',
  );
  const draft = wanted === -1 ? undefined : drafts.splice(wanted, 1)[0];
  if (draft === undefined) {
    viewSomething(world, at, who, random.pick(activeDatasets(world)));
    return;
  }
  const dataset = createDataset(world, at, who, draft);
  viewDataset(world, at + random.int(SECOND, 5 * SECOND), who, dataset);
  if (random.chance(0.7)) requestApproval(world, at, who, dataset);
}

function manage(world: World, who: Person, at: number): void {
  const { random } = world;
  const account = world.accounts.get(who.id);
  const kind = random.weighted([
    ['profile', 2],
    ['organisation', who.role === 'admin' ? 2 : 0],
    ['theme', who.role === 'sysadmin' ? 2 : 0],
  ]);
  if (kind === 'organisation' && who.organisation !== '') {
    describeGroup(
      world,
      at,
      who,
      who.organisation,
      `Ansprechperson: ${who.fullname}. Stand: ${random.pick(DISTRICTS)}, ${random.int(1, 4)}. Etage.`,
    );
  } else if (kind === 'theme') {
    const theme = random.pick(Object.keys(THEMES));
    describeGroup(
      world,
      at,
      who,
      theme,
      `Alle Datensätze zum Thema ${THEMES[theme] ?? theme}. Pflege: ${who.fullname}`,
    );
  } else if (account !== undefined) {
    updateUser(world, at, who, account, {
      about: random.pick(['Open data, since 2016.', 'Ansprechbar Mo–Do ☕', 'Vertretung siehe Intranet']),
    });
  }
}
