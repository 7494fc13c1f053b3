/** The state of the portal while its year is played: what exists right now, and how a change of it is noted. */
import { formatInstant } from './clock.ts';
import type { Journal, Json, JsonObject } from './journal.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';

/** A row of a CKAN table. */
export type Row = Readonly<Record<string, Json>>;

export interface Dataset {
  row: Row;
  readonly tags: readonly string[];
  extras: readonly Row[];
  packageTags: readonly Row[];
  resources: readonly Row[];
  /** Whether an event of this year holds the whole row, so that its state can be found again. */
  witnessed: boolean;
}

export interface Account {
  readonly person: Person;
  row: Row;
  /** The instant of the last sign-in that was noted in the row. */
  lastSeen: number;
}

export interface World {
  readonly journal: Journal;
  readonly random: Random;
  readonly people: readonly Person[];
  /** By package id, deleted ones included until they are purged. */
  readonly datasets: Map<string, Dataset>;
  /** By user id. */
  readonly accounts: Map<string, Account>;
  /** Organisations and themes by name. */
  readonly groups: Map<string, Row>;
  /** Tag rows by name. */
  readonly tags: Map<string, Row>;
  /** Memberships of users in organisations, by `user id|group id`. */
  readonly members: Map<string, Row>;
}

/** Text of a field of a row; `''` when it is none. */
export function text(row: Row, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : '';
}

/** The stored spelling of an instant: CKAN's columns are naive UTC. */
export function stored(at: number): string {
  return formatInstant(at, 'naive');
}

/** Hands out instants that follow one another within milliseconds, as the rows of one commit do. */
export type Ticker = () => number;

export function ticker(at: number, random: Random): Ticker {
  let now = at;
  return () => {
    now += random.int(180, 2_600);
    return now;
  };
}

/** Notes a request somebody made to the API. */
export function request(
  world: World,
  at: number,
  actor: string,
  action: string,
  payload: JsonObject,
  dropped = false,
): void {
  world.journal.add(at, { category: 'api', action, actor, payload, dropped });
}

export function created(world: World, at: number, model: string, row: Row): void {
  noteModel(world, at, 'created', model, row, { new: row, old: {} });
}

/** A deleted row carries its last state under `new`. */
export function deleted(world: World, at: number, model: string, row: Row): void {
  noteModel(world, at, 'deleted', model, row, { new: row, old: {} });
}

/** Attributes that CKAN reads before it changes a row, and that are therefore known under `old`. */
const LOADED = new Set(['id', 'name', 'state', 'package_id', 'key', 'table_name', 'table_id']);

/** Notes a changed row and returns it. `old` holds what changed and what was loaded, and `null` for everything else. */
export function changed(world: World, at: number, model: string, row: Row, change: Row): Row {
  const next = { ...row, ...change };
  const old = Object.fromEntries(
    Object.keys(row).map((key) => [key, key in change || LOADED.has(key) ? (row[key] ?? 'None') : null]),
  );
  noteModel(world, at, 'changed', model, next, { new: next, old });
  return next;
}

function noteModel(world: World, at: number, action: string, model: string, row: Row, result: JsonObject): void {
  world.journal.add(at, { category: 'model', action, action_object: model, action_object_id: text(row, 'id'), result });
}
