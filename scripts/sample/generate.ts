/** Plays the year 2024 of a fictional open-data portal and returns its audit trail as JSON Lines. */
import { placeAccount, placeGroup, placeMember } from './account-actions.ts';
import { createDrafts, ORGANISATIONS, THEMES, type Draft } from './catalogue.ts';
import { DAY, YEAR_START } from './clock.ts';
import { placeDataset } from './dataset-actions.ts';
import { planEverydayWork } from './everyday.ts';
import { createJournal } from './journal.ts';
import { createPeople, HARVESTER, type Person } from './people.ts';
import { createPlan } from './plan.ts';
import { createRandom } from './random.ts';
import { HARVESTED, harvestedDrafts, planHarvest } from './story-harvest.ts';
import { planImport } from './story-import.ts';
import { planSpree } from './story-spree.ts';
import { HIRED, planGuest, planStaff } from './story-staff.ts';
import type { World } from './world.ts';

/** Fixed, so that everybody who runs the generator gets the same year. */
const SEED = 20_240_101;
const IMPORTED = 312;
const PUBLISHED_LATER = 110;
const HARVESTED_BEFORE = 60;

/** About 25,000 events in time order, one compact JSON object a line, each line ended by a line feed. */
export function generateSample(): string {
  const random = createRandom(SEED);
  const people = createPeople(random.fork('people'));
  const world: World = {
    journal: createJournal(random.fork('event ids')),
    random: random.fork('portal'),
    people,
    datasets: new Map(),
    accounts: new Map(),
    groups: new Map(),
    tags: new Map(),
    members: new Map(),
  };
  placeStaff(world);

  const drafts = createDrafts(random.fork('drafts'));
  const register = drafts.filter((draft) => draft.title.startsWith('Vergaben'));
  const others = drafts.filter((draft) => !draft.title.startsWith('Vergaben'));
  const rest = IMPORTED - register.length;
  const imported = others.slice(-rest);
  const later = others.slice(-rest - PUBLISHED_LATER, -rest);
  const harvested = harvestedDrafts();
  placeDatasets(world, [...others.slice(0, -rest - PUBLISHED_LATER), ...harvested.slice(0, HARVESTED_BEFORE)]);

  const plan = createPlan();
  planEverydayWork(world, plan, [...later]);
  planStaff(world, plan);
  planHarvest(world, plan, harvested.slice(HARVESTED_BEFORE));
  planImport(world, plan, [...register, ...imported]);
  planGuest(world, plan);
  planSpree(world, plan);
  plan.play();
  return world.journal.text();
}

function placeStaff(world: World): void {
  const before = (): number => YEAR_START - world.random.int(30, 2_500) * DAY - world.random.int(0, DAY);
  for (const [name, title] of Object.entries(ORGANISATIONS)) placeGroup(world, name, title, true, before());
  placeGroup(world, HARVESTED, 'Landesamt für Geodaten (automatisch übernommen)', true, before());
  for (const [name, title] of Object.entries(THEMES)) placeGroup(world, name, title, false, before());
  for (const who of [...world.people, HARVESTER]) {
    if (who.name in HIRED) continue;
    placeAccount(world, who, before());
    const capacity = capacityOf(who);
    if (capacity !== '') placeMember(world, who, who.organisation, capacity);
  }
}

function capacityOf(who: Person): string {
  if (who.organisation === '' || who.role === 'reader') return '';
  return who.role === 'editor' ? 'editor' : 'admin';
}

function placeDatasets(world: World, drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    const creator = world.people.find((who) => who.organisation === draft.organisation) ?? HARVESTER;
    placeDataset(world, draft, creator.id, YEAR_START - world.random.int(5, 1_800) * DAY - world.random.int(0, DAY));
  }
}
