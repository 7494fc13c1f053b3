/** What people look at: pages, which the portal's own tracker notes as views, and reading calls of the API. */
import type { Person } from './people.ts';
import { request, text, type Dataset, type World } from './world.ts';

/** Somebody opened the page of a dataset. */
export function viewDataset(world: World, at: number, actor: Person, dataset: Dataset): void {
  world.journal.add(at, {
    category: 'view',
    action: 'dataset.read',
    actor: actor.id,
    action_object: 'Package',
    action_object_id: text(dataset.row, 'id'),
    payload: { path: `/dataset/${text(dataset.row, 'name')}` },
  });
}

/** Somebody opened another page: a file, an organisation, the search, their dashboard. */
export function viewSomething(world: World, at: number, actor: Person, dataset: Dataset): void {
  const { random, journal } = world;
  const note = (action: string, model: string, id: string, path: string): void => {
    journal.add(at, {
      category: 'view',
      action,
      actor: actor.id,
      action_object: model,
      action_object_id: id,
      payload: { path },
    });
  };
  const resource = dataset.resources[0];
  const page = random.weighted([
    ['resource', 5],
    ['search', 4],
    ['organization', 2],
    ['dashboard', 1],
  ]);
  if (page === 'resource' && resource !== undefined) {
    const id = text(resource, 'id');
    note('resource.read', 'Resource', id, `/dataset/${text(dataset.row, 'name')}/resource/${id}`);
  } else if (page === 'organization') {
    const [name, group] = random.pick([...world.groups]);
    note('organization.read', 'Group', text(group, 'id'), `/organization/${name}`);
  } else if (page === 'dashboard') {
    note('dashboard.datasets', '', '', '/dashboard/datasets');
  } else {
    const words = text(dataset.row, 'title').split(' ')[0] ?? '';
    note('dataset.search', '', '', `/dataset/?q=${encodeURIComponent(words)}`);
  }
}

/** A call of the API that only reads. */
export function readApi(world: World, at: number, actor: string, dataset: Dataset): void {
  const { random } = world;
  const action = random.weighted([
    ['datastore_search', 6],
    ['package_list', 3],
    ['resource_show', 4],
    ['organization_list', 2],
    ['organization_show', 2],
    ['current_package_list_with_resources', 1],
    ['organization_list_for_user', 2],
    ['license_list', 1],
  ]);
  const resource = dataset.resources[0];
  const id = resource === undefined ? '' : text(resource, 'id');
  if (action === 'datastore_search') {
    request(world, at, actor, action, {
      resource_id: id,
      limit: random.pick([10, 100, 1_000]),
      offset: 100 * random.int(0, 9),
    });
  } else if (action === 'resource_show') request(world, at, actor, action, { id });
  else if (action === 'organization_show') request(world, at, actor, action, { id: text(dataset.row, 'owner_org') });
  else if (action === 'current_package_list_with_resources')
    request(world, at, actor, action, { limit: 50, offset: 0 });
  else if (action === 'organization_list')
    request(world, at, actor, action, { all_fields: true, include_dataset_count: true });
  else request(world, at, actor, action, {});
}
