/** A story put into a large generated store: somebody looks at datasets at night and deletes them. The truth is known. */
import Database from 'better-sqlite3';
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import type { WrittenEvent } from './events.ts';

export const SPREE_ACTOR = 'nightshift';
const VICTIMS = 12;
const MINUTE = 60_000;

export interface Spree {
  readonly deleted: number;
  /** Events of {@link SPREE_ACTOR} in the ten minutes up to the first purge, that one included. */
  readonly before: number;
  /** The day, in UTC. */
  readonly day: string;
}

/** Adds the story to a store made by `fillSqlite`. */
export function addSpree(path: string, day = '2024-08-17'): Spree {
  const start = Date.parse(`${day}T21:00:00Z`);
  const events: WrittenEvent[] = [];
  const add = (at: number, event: Partial<WrittenEvent>): void => {
    events.push({
      id: `spree-${String(events.length).padStart(3, '0')}`,
      category: 'api',
      action: '',
      actor: SPREE_ACTOR,
      action_object: '',
      action_object_id: '',
      target_type: '',
      target_id: '',
      timestamp: new Date(at).toISOString().replace('Z', '417+00:00'),
      result: {},
      payload: {},
      ...event,
    });
  };
  for (let index = 0; index < VICTIMS; index += 1) {
    const id = `register-${String(index)}`;
    const row = { id, name: id, title: `Procurement register ${String(2000 + index)}`, state: 'active' };
    const seen = start + index * MINUTE;
    // Twelve looks, one a minute; the first purge is half an hour after the first look, and only it is preceded by two calls.
    add(seen, { category: 'view', action: 'dataset.read', action_object: 'Package', action_object_id: id });
    const gone = start + 30 * MINUTE + index * 16_000;
    add(gone, { action: 'dataset_purge', payload: { id } });
    add(gone + 40, {
      category: 'model',
      action: 'deleted',
      actor: '',
      action_object: 'Package',
      action_object_id: id,
      result: { new: row, old: {} },
    });
  }
  add(start + 25 * MINUTE, { action: 'organization_member_create', payload: { username: SPREE_ACTOR, role: 'admin' } });
  add(start + 29 * MINUTE, { action: 'package_search_export', payload: { q: 'register' } });
  const database = new Database(path);
  try {
    const insert = database.prepare(
      `INSERT INTO event_audit_event (${EVENT_FIELDS.join(', ')}) VALUES (${EVENT_FIELDS.map(() => '?').join(', ')})`,
    );
    database.transaction(() => {
      for (const event of events) {
        insert.run(
          EVENT_FIELDS.map((name) => (typeof event[name] === 'string' ? event[name] : JSON.stringify(event[name]))),
        );
      }
    })();
  } finally {
    database.close();
  }
  return { deleted: VICTIMS, before: 3, day };
}
