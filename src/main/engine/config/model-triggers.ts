/**
 * Triggers that write every change of a model down in the transaction that makes it, whoever makes it.
 *
 * `model_state` keeps each row's state as it was written down last. By it a trigger knows what was there before, also where
 * SQLite does not say: `REPLACE` removes rows without a word. And by it changes are found that were made while the triggers
 * were away.
 */
import type { Database } from 'better-sqlite3';
import { MODELS, type Model } from './models.ts';

const PREFIX = 'track_';
const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

const ENTRIES: readonly (readonly [string, Model])[] = Object.entries(MODELS);

/** Every trigger as it must be in the database. */
export function triggers(): readonly Trigger[] {
  return ENTRIES.flatMap(([name, model]) => {
    const { table, key } = model;
    const trigger = (event: string, when: string, steps: readonly string[]): Trigger => ({
      name: `${PREFIX}${table}_${event.toLowerCase()}`,
      sql: `CREATE TRIGGER ${PREFIX}${table}_${event.toLowerCase()} AFTER ${event} ON ${table}${when} BEGIN ${steps.map((step) => `${step};`).join(' ')} END`,
    });
    return [
      trigger('INSERT', '', [...displaced(name, model), ...written(name, model)]),
      trigger('UPDATE', '', [
        ...removed(name, `key IS OLD.${key} AND OLD.${key} IS NOT NEW.${key}`),
        ...displaced(name, model),
        ...written(name, model),
      ]),
      trigger('DELETE', '', removed(name, `key IS OLD.${key}`)),
    ];
  });
}

/** A row's state as a JSON object. */
function state({ columns, json = [] }: Model, row: string): string {
  const parts = columns.map((column) => {
    const value = `${row}${column}`;
    // Bytes in a column that should hold text are shown as hexadecimal digits: JSON has no place for them.
    return `'${column}', ${json.includes(column) ? `json(${value})` : `iif(typeof(${value}) = 'blob', hex(${value}), ${value})`}`;
  });
  return `json_object(${parts.join(', ')})`;
}

/** The row that is there now: created, changed, or the same as before. */
function written(name: string, model: Model): readonly string[] {
  const before = `(SELECT state FROM model_state WHERE model = '${name}' AND key = NEW.${model.key})`;
  const now = state(model, 'NEW.');
  return [
    `INSERT INTO model_change (model, key, action, old, new, at) SELECT '${name}', NEW.${model.key}, CASE WHEN ${before} IS NULL THEN 'created' ELSE 'changed' END, ${before}, ${now}, ${NOW} WHERE ${before} IS NOT ${now}`,
    // Not an upsert: in a trigger, the statement that fired it decides what happens in a conflict.
    `DELETE FROM model_state WHERE model = '${name}' AND key = NEW.${model.key}`,
    `INSERT INTO model_state (model, key, state) VALUES ('${name}', NEW.${model.key}, ${now})`,
  ];
}

/** A row that gave way to another one, because the two may not share a value. */
function displaced(name: string, { key, unique }: Model): readonly string[] {
  return unique === undefined
    ? []
    : removed(name, `json_extract(state, '$.${unique}') IS NEW.${unique} AND key IS NOT NEW.${key}`);
}

function removed(name: string, which: string): readonly string[] {
  const where = `WHERE model = '${name}' AND ${which}`;
  return [
    `INSERT INTO model_change (model, key, action, old, new, at) SELECT model, key, 'deleted', state, NULL, ${NOW} FROM model_state ${where}`,
    `DELETE FROM model_state ${where}`,
  ];
}

/** Whether the database has just these triggers, not one changed or missing. */
export function hasTriggers(database: Database): boolean {
  const found = new Map(
    database
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'track\\_%' ESCAPE '\\'`,
      )
      .all()
      .map(({ name, sql }) => [name, sql]),
  );
  const wanted = triggers();
  return found.size === wanted.length && wanted.every(({ name, sql }) => found.get(name) === sql);
}

/** Puts the triggers in, in place of whatever is there under their names. Run it in a transaction. */
export function installTriggers(database: Database): void {
  const old = database
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'track\\_%' ESCAPE '\\'`,
    )
    .all();
  for (const { name } of old) database.exec(`DROP TRIGGER "${name.replaceAll('"', '""')}"`);
  for (const { sql } of triggers()) database.exec(sql);
}

/** Takes all rows as they are for known, without writing a change down: after a migration. */
export function rememberStates(database: Database): void {
  database.exec('DELETE FROM model_state');
  for (const [name, model] of ENTRIES) {
    database.exec(
      `INSERT INTO model_state (model, key, state) SELECT '${name}', ${model.key}, ${state(model, '')} FROM ${model.table} WHERE true`,
    );
  }
}

/** Writes down what changed while the triggers were away. Run it in a transaction. */
export function catchUp(database: Database): void {
  for (const [name, model] of ENTRIES) {
    const now = state(model, 't.');
    const known = `FROM model_state s WHERE s.model = '${name}'`;
    database.exec(
      `INSERT INTO model_change (model, key, action, old, new, at)
       SELECT s.model, s.key, 'deleted', s.state, NULL, ${NOW} ${known} AND NOT EXISTS (SELECT 1 FROM ${model.table} t WHERE t.${model.key} = s.key);
       INSERT INTO model_change (model, key, action, old, new, at)
       SELECT '${name}', t.${model.key}, CASE WHEN s.state IS NULL THEN 'created' ELSE 'changed' END, s.state, ${now}, ${NOW}
       FROM ${model.table} t LEFT JOIN model_state s ON s.model = '${name}' AND s.key = t.${model.key} WHERE s.state IS NOT ${now}`,
    );
  }
  rememberStates(database);
}
