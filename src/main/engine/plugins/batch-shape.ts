/** Checks what a plugin hands over for being a batch of records at all: its author may not have used TypeScript. */
import { EVENT_FIELDS } from '../../../shared/event.ts';
import type { RecordBatch } from '../repositories/repository.ts';

/** @throws TypeError saying what is no batch about it */
export function asBatch(batch: RecordBatch): RecordBatch {
  const given: unknown = batch;
  if (typeof given !== 'object' || given === null || !('kind' in given)) throw new TypeError('it handed over no batch');
  switch (given.kind) {
    case 'json':
      checkBytes('values' in given ? given.values : undefined, 'values');
      checkBytes('keys' in given ? given.keys : undefined, 'keys');
      break;
    case 'rows':
      checkRows('rows' in given ? given.rows : undefined);
      check('keys' in given ? given.keys : undefined, 'keys', (key) => typeof key === 'string', 'a text');
      break;
    case 'cells':
      checkCells(given);
      break;
    case 'broken':
      check('records' in given ? given.records : undefined, 'records', isBroken, 'a broken record');
      break;
    default:
      throw new TypeError(`it handed over a batch of the unknown kind “${String(given.kind)}”`);
  }
  return batch;
}

function check(list: unknown, name: string, test: (each: unknown) => boolean, what: string): void {
  if (!Array.isArray(list)) throw new TypeError(`the ${name} of a batch are no list`);
  const odd = list.findIndex((each: unknown) => !test(each));
  if (odd !== -1) throw new TypeError(`number ${odd + 1} of the ${name} of a batch is not ${what}`);
}

function checkBytes(list: unknown, name: string): void {
  check(list, name, (each) => each instanceof Uint8Array, 'bytes (a Uint8Array)');
}

function isCell(cell: unknown): boolean {
  return typeof cell === 'string' || cell === null;
}

function checkRows(rows: unknown): void {
  check(
    rows,
    'rows',
    (row) => Array.isArray(row) && row.length === EVENT_FIELDS.length && row.every(isCell),
    `a list of ${EVENT_FIELDS.length} texts or nulls`,
  );
}

/** Where cells lie is not looked at: one that lies elsewhere than its batch says is no text of an event. */
function checkCells(given: object): void {
  const { rows, bytes, starts, lengths, micros, naive, record }: Readonly<Record<string, unknown>> = { ...given };
  const cells = typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0 ? rows * EVENT_FIELDS.length : -1;
  const whole =
    cells >= 0 &&
    bytes instanceof Uint8Array &&
    starts instanceof Int32Array &&
    starts.length >= cells &&
    lengths instanceof Int32Array &&
    lengths.length >= cells &&
    micros instanceof Float64Array &&
    micros.length * EVENT_FIELDS.length >= cells &&
    typeof naive === 'boolean' &&
    typeof record === 'function';
  if (!whole) throw new TypeError('it handed over a batch of cells without all that belongs to one');
}

function isBroken(record: unknown): boolean {
  if (typeof record !== 'object' || record === null) return false;
  const { code, reason, bytes, place } = { code: '', reason: '', bytes: undefined, place: '', ...record };
  return [code, reason, place].every((text) => typeof text === 'string') && (bytes as unknown) instanceof Uint8Array;
}
