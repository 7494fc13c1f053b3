/** Accounts, organisations and who belongs to what. */
import { HOST } from './catalogue.ts';
import { HOUR } from './clock.ts';
import { groupRow } from './dataset-actions.ts';
import type { Person } from './people.ts';
import {
  changed,
  created,
  request,
  stored,
  text,
  ticker,
  type Account,
  type Dataset,
  type Row,
  type World,
} from './world.ts';

/** Puts an account there without noting anything. */
export function placeAccount(world: World, person: Person, at: number): Account {
  const account: Account = {
    person,
    lastSeen: 0,
    row: {
      id: person.id,
      name: person.name,
      fullname: person.fullname,
      email: `${person.name}@kranichsfurt.example`,
      created: stored(at),
      about: null,
      activity_streams_email_notifications: false,
      sysadmin: person.role === 'sysadmin',
      state: 'active',
      image_url: null,
      last_active: null,
    },
  };
  world.accounts.set(person.id, account);
  return account;
}

/** Puts a person into an organisation without noting anything. */
export function placeMember(world: World, person: Person, organisation: string, capacity: string): Row {
  const group = groupRow(world, organisation);
  const row: Row = {
    id: world.random.uuid(),
    group_id: text(group, 'id'),
    table_name: 'user',
    table_id: person.id,
    capacity,
    state: 'active',
  };
  world.members.set(`${person.id}|${text(group, 'id')}`, row);
  return row;
}

/** Puts an organisation or a theme there without noting anything. */
export function placeGroup(world: World, name: string, title: string, isOrganisation: boolean, at: number): Row {
  const row: Row = {
    id: world.random.uuid(),
    name,
    title,
    type: isOrganisation ? 'organization' : 'group',
    description: '',
    image_url: isOrganisation ? `${HOST}/uploads/group/${name}.svg` : null,
    created: stored(at),
    is_organization: isOrganisation,
    approval_status: 'approved',
    state: 'active',
  };
  world.groups.set(name, row);
  return row;
}

/** Signing in: a page view, and once in a while CKAN notes the visit in the account's row. */
export function signIn(world: World, at: number, person: Person): void {
  world.journal.add(at, {
    category: 'view',
    action: 'user.login',
    actor: person.id,
    action_object: 'User',
    action_object_id: person.id,
    payload: { path: '/user/login', method: 'POST' },
  });
  const account = world.accounts.get(person.id);
  if (account === undefined || at - account.lastSeen < 12 * 24 * HOUR) return;
  account.lastSeen = at;
  account.row = changed(world, ticker(at, world.random)(), 'User', account.row, { last_active: stored(at) });
}

/** `user_create`: accounts come from the city's directory, so the request holds no password. */
export function createUser(world: World, at: number, actor: Person, person: Person): Account {
  const account = placeAccount(world, person, at);
  request(world, at, actor.id, 'user_create', {
    name: person.name,
    fullname: person.fullname,
    email: text(account.row, 'email'),
    plugin_extras: { directory: { source: 'ldap', dn: `uid=${person.name},ou=people,dc=kranichsfurt,dc=example` } },
  });
  created(world, ticker(at, world.random)(), 'User', account.row);
  return account;
}

/** `user_update`: somebody changed an account, mostly their own. */
export function updateUser(world: World, at: number, actor: Person, account: Account, change: Row): void {
  request(world, at, actor.id, 'user_update', {
    id: account.person.id,
    name: account.person.name,
    email: text(account.row, 'email'),
    ...change,
  });
  account.row = changed(world, ticker(at, world.random)(), 'User', account.row, change);
}

/** `user_delete`: the account can't sign in any more; its row stays. */
export function deleteUser(world: World, at: number, actor: Person, account: Account): void {
  const tick = ticker(at, world.random);
  request(world, at, actor.id, 'user_delete', { id: account.person.id });
  account.row = changed(world, tick(), 'User', account.row, { state: 'deleted' });
  for (const [key, member] of world.members) {
    if (!key.startsWith(`${account.person.id}|`)) continue;
    world.members.set(key, changed(world, tick(), 'Member', member, { state: 'deleted' }));
  }
}

/** `organization_member_create`: gives somebody a capacity in an organisation, or another one than before. */
export function setMember(
  world: World,
  at: number,
  actor: Person,
  person: Person,
  organisation: string,
  capacity: string,
): void {
  const tick = ticker(at, world.random);
  const group = groupRow(world, organisation);
  const key = `${person.id}|${text(group, 'id')}`;
  request(world, at, actor.id, 'organization_member_create', {
    id: organisation,
    username: person.name,
    role: capacity,
  });
  const member = world.members.get(key);
  if (member === undefined) created(world, tick(), 'Member', placeMember(world, person, organisation, capacity));
  else world.members.set(key, changed(world, tick(), 'Member', member, { capacity }));
}

/** `member_create`: puts a dataset into a theme. */
export function addToTheme(world: World, at: number, actor: Person, dataset: Dataset, theme: string): void {
  const group = groupRow(world, theme);
  const id = text(dataset.row, 'id');
  request(world, at, actor.id, 'member_create', { id: theme, object: id, object_type: 'package', capacity: 'public' });
  created(world, ticker(at, world.random)(), 'Member', {
    id: world.random.uuid(),
    group_id: text(group, 'id'),
    table_name: 'package',
    table_id: id,
    capacity: 'public',
    state: 'active',
  });
}

/** `organization_patch` or `group_update`: somebody rewrote the description. */
export function describeGroup(world: World, at: number, actor: Person, name: string, description: string): void {
  const group = groupRow(world, name);
  const isOrganisation = group['is_organization'] === true;
  request(world, at, actor.id, isOrganisation ? 'organization_patch' : 'group_update', {
    id: text(group, 'id'),
    ...(isOrganisation ? {} : { name, title: text(group, 'title') }),
    description,
  });
  world.groups.set(name, changed(world, ticker(at, world.random)(), 'Group', group, { description }));
}

/** `organization_create` or `group_create`. */
export function createGroup(
  world: World,
  at: number,
  actor: Person,
  name: string,
  title: string,
  isOrganisation: boolean,
): void {
  const group = placeGroup(world, name, title, isOrganisation, at);
  request(world, at, actor.id, isOrganisation ? 'organization_create' : 'group_create', { name, title });
  created(world, ticker(at, world.random)(), 'Group', group);
}
