/**
 * The approval workflow: a tracker the city wrote itself, so its events look a little different from all others.
 * Its times were naive until March, carried the local offset until July, and are marked `Z` since.
 */
import { laterWorkingMoment, local, MINUTE, SECOND, type TimeStyle } from './clock.ts';
import { isPresent, type Person } from './people.ts';
import { canSignIn } from './plan.ts';
import { text, type Dataset, type World } from './world.ts';

const COMMENTS = [
  'Bitte die Lizenz prüfen.',
  'Passt so, danke! 👍',
  'Title and description are consistent.',
  'Spaltenbeschreibung fehlt noch – sonst in Ordnung.',
  'Freigabe nach Rücksprache mit dem Fachamt.',
] as const;

function style(at: number): TimeStyle {
  if (at < local(3, 31, 3)) return 'naive';
  return at < local(8, 1) ? 'summer' : 'zulu';
}

/** An editor asks for approval of a dataset; an administrator of the same organisation answers some working hours later. */
export function requestApproval(world: World, at: number, editor: Person, dataset: Dataset): void {
  const { random } = world;
  const answer = laterWorkingMoment(at, random);
  const boss = world.people.find(
    (person) =>
      person.role === 'admin' &&
      person.organisation === editor.organisation &&
      person.id !== editor.id &&
      isPresent(person, answer) &&
      canSignIn(world, person),
  );
  const reviewer = boss ?? world.people.find((person) => person.name === 'redaktion');
  if (reviewer === undefined) return;
  const id = text(dataset.row, 'id');
  const owner = text(dataset.row, 'owner_org');
  const whole = at - (at % SECOND) + 2 * MINUTE;
  note(world, whole, 'requested', editor.id, id, 'User', reviewer.id, { title: text(dataset.row, 'title'), due: null });
  const verdict = random.chance(0.86) ? 'approved' : 'rejected';
  note(world, answer, verdict, reviewer.id, id, 'Organization', owner, { comment: random.pick(COMMENTS), steps: 2 });
}

function note(
  world: World,
  at: number,
  action: string,
  actor: string,
  id: string,
  targetType: string,
  targetId: string,
  payload: Readonly<Record<string, string | number | null>>,
): void {
  world.journal.add(at, {
    category: 'approval',
    action,
    actor,
    action_object: 'Package',
    action_object_id: id,
    target_type: targetType,
    target_id: targetId,
    payload,
    style: style(at),
  });
}
