/** What people do to datasets: the request, and the rows it changes. */
import type { Draft } from './catalogue.ts';
import { extraRows, otherValue, packageRow, resourceRow } from './dataset-rows.ts';
import type { JsonObject } from './journal.ts';
import type { Person } from './people.ts';
import {
  changed,
  created,
  deleted,
  request,
  stored,
  text,
  ticker,
  type Dataset,
  type Row,
  type Ticker,
  type World,
} from './world.ts';

/** Puts a dataset there without noting anything: it existed before the year began. */
export function placeDataset(world: World, draft: Draft, creator: string, at: number): Dataset {
  const { random } = world;
  const row = packageRow(random, draft, text(groupRow(world, draft.organisation), 'id'), creator, at);
  const dataset: Dataset = {
    row,
    tags: draft.tags,
    extras: extraRows(random, row),
    packageTags: draft.tags.map((name) => packageTagRow(world, row, tagRow(world, name))),
    resources: draft.formats.map((format, position) => resourceRow(random, row, format, position, at)),
    witnessed: false,
  };
  world.datasets.set(text(row, 'id'), dataset);
  return dataset;
}

/** `package_create`, with everything that comes with it. */
export function createDataset(world: World, at: number, actor: Person, draft: Draft): Dataset {
  const tick = ticker(at, world.random);
  const known = new Set(world.tags.keys());
  const dataset = placeDataset(world, draft, actor.id, at);
  request(world, at, actor.id, 'package_create', createRequest(dataset, draft));
  created(world, tick(), 'Package', dataset.row);
  for (const extra of dataset.extras) created(world, tick(), 'PackageExtra', extra);
  for (const name of new Set(dataset.tags)) if (!known.has(name)) created(world, tick(), 'Tag', tagRow(world, name));
  for (const packageTag of dataset.packageTags) created(world, tick(), 'PackageTag', packageTag);
  for (const resource of dataset.resources) created(world, tick(), 'Resource', resource);
  noteActivity(world, tick, actor, 'new package', dataset.row);
  dataset.witnessed = true;
  return dataset;
}

/** `package_update`: the form was saved as a whole. `dropped` is a request too large for the store. */
export function updateDataset(world: World, at: number, actor: Person, dataset: Dataset, dropped = false): void {
  const { random } = world;
  const tick = ticker(at, random);
  const notes = `${text(dataset.row, 'notes').split('\n\nStand: ')[0] ?? ''}\n\nStand: ${stored(at).slice(0, 10)}`;
  const version = random.chance(0.3) ? { version: `${random.int(1, 4)}.${random.int(0, 9)}` } : {};
  const change: Row = { notes, ...version, metadata_modified: stored(at) };
  request(world, at, actor.id, 'package_update', updateRequest(dataset, change), dropped);
  dataset.row = changed(world, tick(), 'Package', dataset.row, change);
  if (random.chance(0.35)) {
    dataset.extras = dataset.extras.map((extra) =>
      text(extra, 'key') === 'update_frequency'
        ? changed(world, tick(), 'PackageExtra', extra, { value: otherValue(random, extra) })
        : extra,
    );
  }
  if (random.chance(0.2) && dataset.packageTags.length > 1) {
    const [gone, ...rest] = dataset.packageTags;
    if (gone !== undefined) deleted(world, tick(), 'PackageTag', gone);
    dataset.packageTags = rest;
  }
  noteActivity(world, tick, actor, 'changed package', dataset.row);
  dataset.witnessed = true;
}

/** `package_patch`: only some fields were sent. */
export function patchDataset(world: World, at: number, actor: Person, dataset: Dataset, patch: Row): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'package_patch', { id: text(dataset.row, 'id'), ...patch });
  dataset.row = changed(world, tick(), 'Package', dataset.row, { ...patch, metadata_modified: stored(at) });
  noteActivity(world, tick, actor, 'changed package', dataset.row);
  dataset.witnessed = true;
}

/** `package_delete`: the dataset moves to the trash; its row stays, with another state. */
export function deleteDataset(world: World, at: number, actor: Person, dataset: Dataset): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'package_delete', { id: text(dataset.row, 'id') });
  dataset.row = changed(world, tick(), 'Package', dataset.row, { state: 'deleted', metadata_modified: stored(at) });
  noteActivity(world, tick, actor, 'deleted package', dataset.row);
}

/** `dataset_purge`: the rows are gone for good. */
export function purgeDataset(world: World, at: number, actor: Person, dataset: Dataset): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'dataset_purge', { id: text(dataset.row, 'id') });
  for (const resource of dataset.resources) deleted(world, tick(), 'Resource', resource);
  for (const extra of dataset.extras) deleted(world, tick(), 'PackageExtra', extra);
  for (const packageTag of dataset.packageTags) deleted(world, tick(), 'PackageTag', packageTag);
  deleted(world, tick(), 'Package', dataset.row);
  world.datasets.delete(text(dataset.row, 'id'));
}

/** Notes the change in CKAN's own activity stream, which is a table like any other. */
export function noteActivity(world: World, tick: Ticker, actor: Person, type: string, subject: Row): void {
  const at = tick();
  created(world, at, 'Activity', {
    id: world.random.uuid(),
    timestamp: stored(at),
    user_id: actor.id,
    object_id: text(subject, 'id'),
    activity_type: type,
    data: { actor: actor.name, package: { name: text(subject, 'name'), title: text(subject, 'title') } },
  });
}

/** A group or organisation that is known to exist. */
export function groupRow(world: World, name: string): Row {
  const row = world.groups.get(name);
  if (row === undefined) throw new Error(`There is no group “${name}”.`);
  return row;
}

function tagRow(world: World, name: string): Row {
  const found = world.tags.get(name);
  if (found !== undefined) return found;
  const row: Row = { id: world.random.uuid(), name, vocabulary_id: null };
  world.tags.set(name, row);
  return row;
}

function packageTagRow(world: World, dataset: Row, tag: Row): Row {
  return { id: world.random.uuid(), package_id: text(dataset, 'id'), tag_id: text(tag, 'id'), state: 'active' };
}

function createRequest(dataset: Dataset, draft: Draft): JsonObject {
  const { row } = dataset;
  return {
    name: draft.name,
    title: draft.title,
    notes: draft.notes,
    owner_org: text(row, 'owner_org'),
    license_id: text(row, 'license_id'),
    maintainer_email: text(row, 'maintainer_email'),
    private: row['private'] ?? false,
    tags: draft.tags.map((name) => ({ name })),
    extras: dataset.extras.map((extra) => ({ key: text(extra, 'key'), value: text(extra, 'value') })),
    resources: dataset.resources.map((resource) => ({
      name: text(resource, 'name'),
      format: text(resource, 'format'),
      url: text(resource, 'url'),
    })),
  };
}

function updateRequest(dataset: Dataset, change: Row): JsonObject {
  const { id, name, title, owner_org, license_id, maintainer_email, state } = dataset.row;
  return {
    id: id ?? '',
    name: name ?? '',
    title: title ?? '',
    notes: change['notes'] ?? '',
    version: change['version'] ?? dataset.row['version'] ?? null,
    owner_org: owner_org ?? null,
    license_id: license_id ?? null,
    maintainer_email: maintainer_email ?? null,
    state: state ?? 'active',
    resources: dataset.resources.map((resource) => ({ id: text(resource, 'id') })),
  };
}
