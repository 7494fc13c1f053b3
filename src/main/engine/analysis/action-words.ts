/** What the name of an API action says: whether it writes, what, and which rows of CKAN's tables it would change. */

/** How well an action's name fits a change of a row, the best first. */
export type Fit =
  /** Its own kind of object, and the same verb: `package_delete` and a deleted Package. */
  | 'exact'
  /** Its own kind of object, another verb that writes. */
  | 'object'
  /** Something the row belongs to, such as the dataset of a resource. */
  | 'related'
  /** It writes, but its name says nothing of this row. */
  | 'other'
  /** It only reads, by its name. */
  | 'reads';

const READING = words(
  'show list search autocomplete count get find info read view status exists check validate help diff history report query suggest export download available schema sql',
);
const CREATING = words(
  'create add invite import upload upsert follow register generate insert make clone copy request submit',
);
const CHANGING = words(
  'update patch revise edit change reorder restore upsert mark move approve reject publish reset enable disable activate deactivate rename assign import upload private public',
);
const DELETING = words('delete purge remove revoke unfollow clear drop empty');
const OTHER_WRITING = words('run send cancel abort trigger rebuild merge write save bulk');

/** The words of action names that mean rows of a model itself, and those of what such rows belong to. */
const MODELS: Readonly<Record<string, { readonly own: ReadonlySet<string>; readonly parents: ReadonlySet<string> }>> = {
  Package: model('package dataset', 'resource organization group harvest bulk collaborator relationship'),
  PackageExtra: model('', 'package dataset harvest'),
  PackageTag: model('', 'package dataset tag harvest'),
  PackageMember: model('collaborator', 'package dataset'),
  PackageRelationship: model('relationship', 'package dataset'),
  Resource: model('resource', 'package dataset datastore xloader datapusher harvest'),
  ResourceView: model('view', 'resource package dataset'),
  Tag: model('tag', 'package dataset vocabulary harvest'),
  Vocabulary: model('vocabulary', 'tag'),
  Group: model('group organization', 'member'),
  GroupExtra: model('', 'group organization'),
  Member: model('member', 'group organization package dataset user'),
  User: model('user', 'member organization group'),
  UserFollowingDataset: model('dataset', 'follow unfollow package'),
  UserFollowingGroup: model('group', 'follow unfollow organization'),
  UserFollowingUser: model('user', 'follow unfollow'),
  ApiToken: model('token', 'user'),
  TaskStatus: model('task', 'xloader datapusher'),
  SystemInfo: model('config', ''),
  Activity: model(
    'activity',
    'package dataset resource organization group member user follow unfollow harvest bulk datastore view',
  ),
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').filter((word) => word !== ''));
}

function model(own: string, parents: string): { own: ReadonlySet<string>; parents: ReadonlySet<string> } {
  return { own: words(own), parents: words(parents) };
}

/** Whether an action may write, by its name: the last verb in it decides, and one without a known verb may. */
export function mayWrite(action: string): boolean {
  const verb = wordsOf(action).findLast((part) => READING.has(part) || isWriting(part));
  return verb === undefined || isWriting(verb);
}

/**
 * How an action's name fits a change of a row.
 * @param verb the model event's action: `created`, `changed` or `deleted`
 * @param isTrashed the change set the row's `state` to `deleted`, as CKAN's delete actions do; `undefined` when unknown
 */
export function fitOf(action: string, type: string, verb: string, isTrashed: boolean | undefined): Fit {
  if (!mayWrite(action)) return 'reads';
  const parts = wordsOf(action);
  const { own, parents } = MODELS[type] ?? { own: words(snake(type)), parents: new Set<string>() };
  // `resource_view_create` is about a view, `package_collaborator_create` about a collaborator: the last object counts.
  const objects = parts.filter((part) => !isWriting(part));
  const last = objects.findLast((part) => own.has(part) || parents.has(part) || isKnownObject(part));
  if (last !== undefined && own.has(last)) return verbFits(parts, verb, isTrashed) ? 'exact' : 'object';
  if (parts.some((part) => own.has(part) || parents.has(part))) return 'related';
  return 'other';
}

function verbFits(parts: readonly string[], verb: string, isTrashed: boolean | undefined): boolean {
  const has = (set: ReadonlySet<string>): boolean => parts.some((part) => set.has(part));
  if (verb === 'created') return has(CREATING);
  if (verb === 'deleted') return has(DELETING);
  if (isTrashed === true) return has(DELETING);
  return has(CHANGING) || (isTrashed === undefined && has(DELETING));
}

const KNOWN_OBJECTS: ReadonlySet<string> = new Set(Object.values(MODELS).flatMap(({ own }) => [...own]));

function isKnownObject(part: string): boolean {
  return KNOWN_OBJECTS.has(part);
}

function isWriting(part: string): boolean {
  return [CREATING, CHANGING, DELETING, OTHER_WRITING].some((set) => set.has(part));
}

function wordsOf(action: string): readonly string[] {
  return action.toLowerCase().split(/[^a-z0-9]+/);
}

/** `HarvestSource` as the words `harvest source`. */
function snake(type: string): string {
  return type.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}
