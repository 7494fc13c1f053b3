/** Rebuilds an object's state event by event from `old` and `new`, and notices where the trail does not hold together. */
import type {
  AttributeChange,
  GapCode,
  HistoryGap,
  HistoryStep,
  ObjectState,
  ValueText,
} from '../../../shared/analysis-schemas.ts';
import { formatInstant } from '../../../shared/timestamp.ts';
import { objectMembers, sameSpelling, scalarText, shortened, valueAt, type Member } from './json-members.ts';

/** A model event as this needs it. */
export interface StateEvent {
  readonly n: number;
  /** Microseconds since 1970 UTC. */
  readonly ts: bigint;
  readonly action: string;
  /** JSON text; `null` when the record had none. */
  readonly result: string | null;
  /** Whether another event of the object has the same instant. */
  readonly tied: boolean;
}

type Told = Pick<HistoryStep, 'kind' | 'gaps' | 'changes' | 'more_changes' | 'unknown_before'>;

/** Values in a list of changes and in a state are shortened beyond so many characters. */
const CHANGE_LENGTH = 500;
const STATE_LENGTH = 4_096;
const MAX_CHANGES = 200;
const MAX_CONTRADICTIONS = 50;
const MAX_ATTRIBUTES = 1_000;

interface Attribute {
  readonly value: string;
  readonly n: number;
  readonly certain: boolean;
}

/** What a `result` says: the members of `new` and `old`; `undefined` where it says nothing. */
interface States {
  readonly now: readonly Member[] | undefined;
  /** Without those that were not loaded. */
  readonly old: readonly Member[];
  readonly problem: 'state_missing' | 'state_unreadable' | undefined;
}

export class ObjectStates {
  #state = new Map<string, Attribute>();
  #exists: ObjectState['exists'] = 'unknown';
  #last: { readonly n: number; readonly ts: bigint; readonly tied: boolean } | undefined;
  /** The state that was asked for waits for what the next event says of it. */
  #frozen: { state: Map<string, Attribute>; readonly exists: ObjectState['exists']; isOpen: boolean } | undefined;
  #names: string[] = [];
  #frozenAt: { readonly n: number; readonly ts: bigint } | undefined;

  /** Takes the next event in time order, and tells what it did and what is missing in front of it. */
  push(event: StateEvent): Told {
    const kind = kindOf(event.action);
    const states = readStates(event.result);
    this.#fill(event, kind, states);
    if (kind === 'other') {
      this.#doubt();
      this.#last = event;
      return { kind, gaps: [], changes: [], more_changes: 0, unknown_before: 0 };
    }
    const gaps = this.#gaps(event, kind, states);
    const told = kind === 'changed' ? this.#changes(states) : NO_CHANGES;
    this.#apply(event, kind, states);
    this.#last = event;
    return { kind, gaps, ...told };
  }

  /** The names under which the object became known since this was asked last. */
  takeNames(): readonly string[] {
    const names = this.#names;
    this.#names = [];
    return names;
  }

  /** Remembers the state as it is now: the one that was asked for. */
  freeze(): void {
    this.#frozen = { state: new Map(this.#state), exists: this.#exists, isOpen: true };
    this.#frozenAt = this.#last;
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  /** The state that was frozen, or else the latest. `told` is the event it is said to be after. */
  state(): ObjectState {
    const at = this.#frozen === undefined ? this.#last : this.#frozenAt;
    const { state, exists } = this.#frozen ?? { state: this.#state, exists: this.#exists };
    const attributes = [...state].slice(0, MAX_ATTRIBUTES).map(([name, { value, n, certain }]) => ({
      name,
      value: shortened(value, STATE_LENGTH),
      n,
      certain,
    }));
    return {
      n: at?.n ?? null,
      instant: at === undefined ? null : formatInstant(at.ts),
      exists,
      attributes,
      more_attributes: state.size - attributes.length,
    };
  }

  /** What an event says about the state before it completes the one that was asked for. */
  #fill({ n, tied }: StateEvent, kind: Told['kind'], { now, old }: States): void {
    const frozen = this.#frozen;
    if (frozen?.isOpen !== true) return;
    frozen.isOpen = false;
    if (tied || kind === 'other' || kind === 'created') {
      if (kind === 'created' && frozen.exists === 'unknown' && !tied) this.#frozen = { ...frozen, exists: 'no' };
      return;
    }
    if (frozen.exists === 'no') return;
    // What a deletion says is the state that was deleted.
    const before = kind === 'deleted' ? [...old, ...(now ?? [])] : old;
    for (const { key, value } of before) {
      if (frozen.state.get(key)?.certain !== true) frozen.state.set(key, { value, n, certain: true });
    }
    this.#frozen = { ...frozen, exists: 'yes' };
  }

  #gaps(event: StateEvent, kind: 'created' | 'changed' | 'deleted', states: States): HistoryGap[] {
    const gaps: HistoryGap[] = [];
    const add = (code: GapCode, contradictions: readonly Contradiction[] = []): void => {
      gaps.push({
        code,
        after_n: this.#last?.n ?? null,
        attributes: contradictions.slice(0, MAX_CONTRADICTIONS).map(({ name, expected, found }) => ({
          name,
          expected: shortened(expected, CHANGE_LENGTH),
          found: shortened(found, CHANGE_LENGTH),
        })),
        more_attributes: Math.max(0, contradictions.length - MAX_CONTRADICTIONS),
      });
    };
    if (this.#last === undefined && kind !== 'created') add('creation_missing');
    // Of two events of one instant nobody knows which came first, so nothing is said about their order.
    const isOrderKnown = !event.tied && this.#last?.tied !== true;
    if (isOrderKnown && this.#last !== undefined) {
      if (kind === 'created' && this.#exists === 'yes') add('created_twice');
      if (kind === 'changed' && this.#exists === 'no') add('changed_after_deletion');
      if (kind === 'deleted' && this.#exists === 'no') add('deleted_twice');
      if (kind !== 'created' && this.#exists === 'yes') {
        const said = kind === 'changed' ? states.old : (states.now ?? []);
        const contradictions = this.#contradictions(said);
        if (contradictions.length > 0) add(kind === 'changed' ? 'contradiction' : 'deleted_differs', contradictions);
      }
    }
    if (states.problem !== undefined) add(states.problem);
    return gaps;
  }

  #contradictions(said: readonly Member[]): readonly Contradiction[] {
    return said.flatMap(({ key, value }) => {
      const known = this.#state.get(key);
      return value === 'null' || known?.certain !== true || isSame(known.value, value)
        ? []
        : [{ name: key, expected: known.value, found: value }];
    });
  }

  #changes({ now, old }: States): Pick<Told, 'changes' | 'more_changes' | 'unknown_before'> {
    if (now === undefined) return NO_CHANGES;
    const before = new Map(old.map(({ key, value }) => [key, value]));
    const after = new Map(now.map(({ key, value }) => [key, value]));
    const changes: AttributeChange[] = [];
    let more = 0;
    let unknown = 0;
    for (const name of new Set([...after.keys(), ...before.keys()])) {
      const [value, told] = [after.get(name), before.get(name)];
      const known = this.#exists === 'yes' ? this.#state.get(name) : undefined;
      const former = told ?? (known?.certain === true ? known.value : undefined);
      if (former === undefined) unknown += 1;
      else if (value !== undefined && isSame(former, value)) continue;
      else if (changes.length === MAX_CHANGES) more += 1;
      else {
        changes.push({
          name,
          before: text(former),
          before_from: told === undefined ? 'previous' : 'old',
          after: value === undefined ? null : text(value),
        });
      }
    }
    return { changes, more_changes: more, unknown_before: unknown };
  }

  #apply({ n }: StateEvent, kind: 'created' | 'changed' | 'deleted', { now, old }: States): void {
    if (kind === 'created') this.#state = new Map();
    else this.#doubt();
    // A deletion that tells only the state before it tells the last one.
    const said = now ?? (kind === 'deleted' && old.length > 0 ? old : undefined);
    for (const { key, value } of [...old, ...(said ?? [])]) if (key === 'name') this.#names.push(scalarText(value));
    for (const { key, value } of said ?? []) this.#state.set(key, { value, n, certain: true });
    this.#exists = kind === 'deleted' ? 'no' : 'yes';
  }

  /** What was known may have been changed since. */
  #doubt(): void {
    for (const [name, attribute] of this.#state) this.#state.set(name, { ...attribute, certain: false });
  }
}

interface Contradiction {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

const NO_CHANGES = { changes: [], more_changes: 0, unknown_before: 0 };

function kindOf(action: string): Told['kind'] {
  return action === 'created' || action === 'changed' || action === 'deleted' ? action : 'other';
}

function isSame(one: string, other: string): boolean {
  return one === other || sameSpelling(one) === sameSpelling(other);
}

function text(value: string): ValueText {
  return shortened(value, CHANGE_LENGTH);
}

function readStates(result: string | null): States {
  const members = result === null ? [] : objectMembers(result);
  if (members?.length === 0) return { now: undefined, old: [], problem: 'state_missing' };
  const [now, old] = ['new', 'old'].map((name) => {
    const value = result === null ? undefined : valueAt(result, [name]);
    return value === undefined ? undefined : objectMembers(value);
  });
  if (now === undefined && old === undefined) return { now, old: [], problem: 'state_unreadable' };
  const known = (old ?? []).filter(({ value }) => value !== 'null');
  if ((now ?? []).length > 0) return { now, old: known, problem: undefined };
  return { now: undefined, old: known, problem: known.length > 0 ? undefined : 'state_missing' };
}
