/** Every night at two the harvester fetches the state's catalogue. From 7 to 13 October it does not. */
import type { Draft } from './catalogue.ts';
import { DAY, local, MINUTE, SECOND } from './clock.ts';
import { createDataset, updateDataset } from './dataset-actions.ts';
import { HARVESTER } from './people.ts';
import { activeDatasets, person, type Plan } from './plan.ts';
import { updateResource } from './resource-actions.ts';
import { request, text, type World } from './world.ts';

const FAILED_FROM = local(10, 7);
const FAILED_TO = local(10, 14);
const SOURCE = 'landesportal-csw';

/** The organisation that harvested datasets belong to. */
export const HARVESTED = 'landesamt-geodaten';

/** Datasets of the state's catalogue, by map sheet. */
export function harvestedDrafts(): readonly Draft[] {
  return Array.from({ length: 100 }, (_, index) => {
    const sheet = `${6_100 + Math.floor(index / 5)}-${(index % 5) + 1}`;
    return {
      organisation: HARVESTED,
      title: index % 4 === 0 ? `Digital terrain model, sheet ${sheet}` : `Geobasisdaten, Blatt ${sheet}`,
      name: `geobasisdaten-blatt-${sheet}`,
      notes: `Automatisch übernommen aus dem Landesportal (${SOURCE}), Blatt ${sheet}.`,
      tags: ['geodaten', 'inspire'],
      formats: index % 3 === 0 ? ['WMS', 'GeoJSON'] : ['WMS'],
    };
  });
}

/** Plans the nights. `fresh` are the datasets that appear at the source over the year. */
export function planHarvest(world: World, plan: Plan, fresh: Draft[]): void {
  const { random } = world;
  for (let day = 0; day < 366; day += 1) {
    // 2 a.m. does not exist on the last Sunday of March; the scheduler then runs at 3.
    const start = local(1, 1, 2) + day * DAY;
    const night = start >= local(4, 1) && start < local(10, 27) ? start - 60 * MINUTE : start;
    if (night >= FAILED_FROM && night < FAILED_TO) continue;
    const afterGap = night >= FAILED_TO && night < FAILED_TO + DAY;
    plan.at(night + random.int(300_000, 900_000), (at) => {
      runNight(world, at, afterGap ? 24 : random.int(1, 3), fresh, afterGap);
    });
  }
  const admin = person(world, 's.okafor');
  plan.at(local(10, 13, 21, 48, 5) + 204_117, (at) => {
    request(world, at, admin.id, 'harvest_source_show', { id: SOURCE });
    request(world, at + 21 * SECOND, admin.id, 'harvest_source_update', {
      id: SOURCE,
      url: 'https://geo.land.example/csw/v2',
    });
  });
}

function runNight(world: World, start: number, updates: number, fresh: Draft[], afterGap: boolean): void {
  const { random } = world;
  request(world, start, HARVESTER.id, 'harvest_jobs_run', { source_id: SOURCE, run: 'nightly' });
  let at = start;
  const own = activeDatasets(world, text(world.groups.get(HARVESTED) ?? {}, 'id'));
  for (const dataset of random.sample(own, updates)) {
    at += random.int(2 * SECOND, 11 * SECOND);
    const resource = dataset.resources[0];
    if (resource !== undefined && random.chance(0.3)) updateResource(world, at, HARVESTER, dataset, resource);
    else updateDataset(world, at, HARVESTER, dataset, afterGap && random.chance(0.15));
  }
  if (random.chance(afterGap ? 1 : 0.12)) {
    const draft = fresh.shift();
    if (draft !== undefined) createDataset(world, at + 6 * SECOND, HARVESTER, draft);
  }
  request(world, at + 19 * SECOND, HARVESTER.id, 'harvest_job_report', {
    source_id: SOURCE,
    changed: updates,
    errors: 0,
  });
}
