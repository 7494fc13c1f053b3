/** What people do to the files of a dataset. */
import { noteActivity } from './dataset-actions.ts';
import { resourceRow } from './dataset-rows.ts';
import type { Person } from './people.ts';
import {
  changed,
  created,
  request,
  stored,
  text,
  ticker,
  type Dataset,
  type Row,
  type Ticker,
  type World,
} from './world.ts';

/** `resource_create`: one more file. */
export function createResource(world: World, at: number, actor: Person, dataset: Dataset): Row {
  const { random } = world;
  const tick = ticker(at, random);
  const format = random.pick(['CSV', 'JSON', 'XLSX', 'PDF', 'GeoJSON']);
  const resource = resourceRow(random, dataset.row, format, dataset.resources.length, at);
  const { package_id, name, description, url } = resource;
  request(world, at, actor.id, 'resource_create', {
    package_id: package_id ?? '',
    name: name ?? '',
    format,
    description: description ?? '',
    url: url ?? '',
    url_type: 'upload',
  });
  created(world, tick(), 'Resource', resource);
  dataset.resources = [...dataset.resources, resource];
  touch(world, tick, at, actor, dataset);
  return resource;
}

/** `resource_update`: a file was replaced by a newer one. */
export function updateResource(world: World, at: number, actor: Person, dataset: Dataset, resource: Row): void {
  const { random } = world;
  const tick = ticker(at, random);
  const size = random.int(2_000, 48_000_000);
  request(world, at, actor.id, 'resource_update', {
    id: text(resource, 'id'),
    package_id: text(resource, 'package_id'),
    name: text(resource, 'name'),
    format: text(resource, 'format'),
    url: text(resource, 'url'),
    size,
    mimetype: resource['mimetype'] ?? null,
  });
  replace(world, tick, dataset, resource, { size, last_modified: stored(at), metadata_modified: stored(at) });
  touch(world, tick, at, actor, dataset);
}

/** `resource_delete`: the file's row stays, with another state. */
export function deleteResource(world: World, at: number, actor: Person, dataset: Dataset, resource: Row): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'resource_delete', { id: text(resource, 'id') });
  const gone = changed(world, tick(), 'Resource', resource, { state: 'deleted', metadata_modified: stored(at) });
  dataset.resources = dataset.resources.filter((item) => text(item, 'id') !== text(gone, 'id'));
  touch(world, tick, at, actor, dataset);
}

/** `datastore_create`: the rows of a file went into the data store. */
export function createDatastore(world: World, at: number, actor: Person, dataset: Dataset, resource: Row): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'datastore_create', {
    resource_id: text(resource, 'id'),
    force: true,
    fields: [
      { id: 'datum', type: 'timestamp' },
      { id: 'stadtteil', type: 'text' },
      { id: 'wert', type: 'numeric' },
    ],
    calculate_record_count: true,
  });
  replace(world, tick, dataset, resource, { extras: { datastore_active: true }, metadata_modified: stored(at) });
}

function replace(world: World, tick: Ticker, dataset: Dataset, resource: Row, change: Row): void {
  const next = changed(world, tick(), 'Resource', resource, change);
  dataset.resources = dataset.resources.map((item) => (text(item, 'id') === text(next, 'id') ? next : item));
}

/** A change of a file is a change of its dataset. */
function touch(world: World, tick: Ticker, at: number, actor: Person, dataset: Dataset): void {
  dataset.row = changed(world, tick(), 'Package', dataset.row, { metadata_modified: stored(at) });
  if (world.random.chance(0.5)) noteActivity(world, tick, actor, 'changed package', dataset.row);
  dataset.witnessed = true;
}
