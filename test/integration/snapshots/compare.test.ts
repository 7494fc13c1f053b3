/** Two snapshots compared: what both hold, what only one does, and what was changed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, tuple } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActionOutput } from '../../../src/shared/contract.ts';
import { filterSchema } from '../../../src/shared/filter.ts';
import { generateEvents, oneEvent } from '../../support/events.ts';
import { failureOf } from '../../support/source-capture.ts';
import { createTempDir, tempDir } from '../../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';

type Compared = ActionOutput<'event_audit_compare_snapshots'>;

let own: TestEngine;
beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

/** Captures lines as a file of their own and returns the snapshot's id. */
async function captured(lines: readonly string[], path = join(tempDir(), 'events.jsonl')): Promise<string> {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return (await own.capture(`file:${path}`)).snapshot_id;
}

async function compared(before: readonly string[], after: readonly string[]): Promise<Compared> {
  // One file before and after, as a store that changed.
  const path = join(tempDir(), 'events.jsonl');
  const first = await captured(before, path);
  return own.engine.run('event_audit_compare_snapshots', { before: first, after: await captured(after, path) });
}

function counts({ same, added, gone, changed }: Compared): Record<string, number> {
  return { same, added: added.count, gone: gone.count, changed: changed.count };
}

async function idsOfSet(snapshot_id: string, set: string): Promise<string[]> {
  const { rows } = await own.engine.run('event_audit_page_events', {
    snapshot_id,
    filter: filterSchema.parse({ set }),
    offset: 0,
    limit: 1_000,
  });
  return rows.map(({ id }) => id).toSorted();
}

function madeOf([id, actor]: readonly [string, string]): string {
  return oneEvent({ id, actor }).json;
}

const base = [...generateEvents(300)].map(({ json }) => json);

describe('comparing two snapshots', () => {
  test('finds nothing where nothing changed', async () => {
    const found = await compared(base, base.toReversed());
    expect(counts(found)).toEqual({ same: 300, added: 0, gone: 0, changed: 0 });
    expect(found.basis).toBe('record');
    expect(found.complete).toBe(true);
  });

  test('names what is new, gone and changed, each in the snapshot that holds it', async () => {
    const [fresh] = [...generateEvents(1, { seed: 9 })];
    const changed = base[1]?.replace('"action":"', '"action":"re-') ?? '';
    const found = await compared(base, [changed, ...base.slice(2), fresh?.json ?? '']);
    expect(counts(found)).toEqual({ same: 298, added: 1, gone: 1, changed: 1 });
    expect(await idsOfSet(found.after, found.added.set)).toEqual([fresh?.event.id]);
    const idAt = (index: number): unknown => idIn(base[index] ?? '');
    expect(await idsOfSet(found.before, found.gone.set)).toEqual([idAt(0)]);
    expect(await idsOfSet(found.before, found.changed.set)).toEqual([idAt(1)]);
    expect(await idsOfSet(found.after, found.changed.set)).toEqual([idAt(1)]);
  });

  test('pairs changed records, whole, with what they were', async () => {
    const before = oneEvent({ id: 'x', payload: { a: 1 } });
    const after = oneEvent({ id: 'x', payload: { a: 2 } });
    const found = await compared([before.json], [after.json]);
    const { total, differences } = await own.engine.run('event_audit_page_differences', {
      before: found.before,
      after: found.after,
      change: 'changed',
    });
    expect(total).toBe(1);
    expect(differences.map((each) => [each.before?.payload, each.after?.payload])).toEqual([['{"a":1}', '{"a":2}']]);
  });

  test('takes a record whose keys stand in another order for changed, since its text is another one', async () => {
    const found = await compared(
      [oneEvent({ payload: { a: 1, b: 2 } }).json],
      [oneEvent({ payload: { b: 2, a: 1 } }).json],
    );
    expect(counts(found)).toEqual({ same: 0, added: 0, gone: 0, changed: 1 });
  });

  test('does not take texts for equal that only run together alike', async () => {
    const found = await compared(
      [oneEvent({ target_type: 'a\u001fb', target_id: 'c' }).json],
      [oneEvent({ target_type: 'a', target_id: 'b\u001fc' }).json],
    );
    expect(found.changed.count).toBe(1);
  });

  test('tells an absent payload from an empty one', async () => {
    const { payload: _payload, ...without } = oneEvent({ payload: {} }).event;
    const found = await compared([oneEvent({ payload: {} }).json], [JSON.stringify(without)]);
    expect(found.changed.count).toBe(1);
  });

  test('counts records that share an id as often as they are there', async () => {
    const found = await compared(
      [madeOf(['twin', 'a']), madeOf(['twin', 'b']), madeOf(['twin', 'b'])],
      [madeOf(['twin', 'b']), madeOf(['twin', 'c']), madeOf(['twin', 'd']), madeOf(['twin', 'e'])],
    );
    // One “b” is in both; “a” and the other “b” became two of the three new ones.
    expect(counts(found)).toEqual({ same: 1, added: 1, gone: 0, changed: 2 });
  });

  test('agrees with a plain count of records on any two lists', async () => {
    const record = tuple(constantFrom('a', 'b', 'c'), constantFrom('1', '2', '3'));
    await assert(
      asyncProperty(array(record, { maxLength: 12 }), array(record, { maxLength: 12 }), async (one, other) => {
        // An empty file is no JSON Lines; one record that is always there says what it is.
        const always = oneEvent({ id: 'always' }).json;
        const found = await compared([always, ...one.map(madeOf)], [always, ...other.map(madeOf)]);
        expect(counts(found)).toEqual(plainly([always, ...one.map(madeOf)], [always, ...other.map(madeOf)]));
        await own.engine.run('event_audit_close_snapshot', { snapshot_id: found.before });
        await own.engine.run('event_audit_close_snapshot', { snapshot_id: found.after });
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test('compares stores of different kinds by the eleven fields', async () => {
    const event = oneEvent({ actor: 'Müller' });
    const folder = tempDir();
    const before = await captured([event.json.replace('Müller', String.raw`M\u00fcller`)], join(folder, 'a.jsonl'));
    const after = await captured([event.json], join(folder, 'b.jsonl'));
    const found = await own.engine.run('event_audit_compare_snapshots', { before, after });
    expect([found.basis, found.same]).toEqual(['fields', 1]);
  });

  test('is not complete where a capture set records aside', async () => {
    const found = await compared(base, [...base, '{"id":"broken"}']);
    expect(found.complete).toBe(false);
  });

  test('looks only at what both captures were narrowed to, and is not complete when they were narrowed differently', async () => {
    const path = join(tempDir(), 'events.jsonl');
    const narrow = filterSchema.parse({ conditions: [{ field: 'category', values: ['api'] }] });
    const capture = async (lines: readonly string[], by?: typeof narrow): Promise<string> => {
      writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
      const input = { url: `file:${path}`, ...(by === undefined ? {} : { narrow: by }) };
      return (await own.engine.run('event_audit_capture_source', input)).snapshot_id;
    };
    const api = oneEvent({ id: 'api', category: 'api' }).json;
    const view = oneEvent({ id: 'view', category: 'view' }).json;
    const before = await capture([api, view], narrow);
    const alike = await own.engine.run('event_audit_compare_snapshots', {
      before,
      after: await capture([api], narrow),
    });
    expect([alike.gone.count, alike.same, alike.complete]).toEqual([0, 1, true]);
    const other = await own.engine.run('event_audit_compare_snapshots', { before, after: await capture([api]) });
    expect(other.complete).toBe(false);
  });

  test('refuses a snapshot with itself, and one that is closed', async () => {
    const before = await captured(base);
    expect(await failureOf(own.engine.run('event_audit_compare_snapshots', { before, after: before }))).toMatchObject({
      code: 'invalid_input',
    });
    expect(await failureOf(own.engine.run('event_audit_compare_snapshots', { before, after: 'none' }))).toMatchObject({
      code: 'not_found',
    });
  });

  test('says to compare first where differences are asked for without', async () => {
    const before = await captured(base);
    const after = await captured(base);
    const asked = own.engine.run('event_audit_page_differences', { before, after, change: 'added' });
    expect(await failureOf(asked)).toMatchObject({ code: 'not_found' });
  });
});

describe('reading the sources of a snapshot again', () => {
  test('makes a new snapshot beside the old one, and says what changed', async () => {
    const folder = createTempDir();
    const path = join(folder.path, 'events.jsonl');
    const before = await captured(base, path);
    writeFileSync(path, [...base, oneEvent({ id: 'new' }).json].map((line) => `${line}\n`).join(''));
    const { status, comparison } = await own.engine.run('event_audit_refresh_snapshot', { snapshot_id: before });
    expect(counts(comparison)).toEqual({ same: 300, added: 1, gone: 0, changed: 0 });
    expect([comparison.before, comparison.after]).toEqual([before, status.snapshot_id]);
    const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
    expect(snapshots.map(({ snapshot_id }) => snapshot_id)).toEqual(
      expect.arrayContaining([before, status.snapshot_id]),
    );
    folder.remove();
  });
});

/** The same counts, found one record at a time. */
function plainly(before: readonly string[], after: readonly string[]): Record<string, number> {
  const left = [...after];
  const lone = before.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  let changed = 0;
  for (const text of lone) {
    const at = left.findIndex((other) => idIn(other) === idIn(text));
    if (at < 0) continue;
    left.splice(at, 1);
    changed += 1;
  }
  return { same: before.length - lone.length, added: left.length, gone: lone.length - changed, changed };
}

function idIn(text: string): unknown {
  const event: unknown = JSON.parse(text);
  return typeof event === 'object' && event !== null && 'id' in event ? event.id : undefined;
}

describe('events of one snapshot are found again in another', () => {
  test('by source and id, equal records first; what is gone is null', async () => {
    const path = join(tempDir(), 'events.jsonl');
    const lines = [
      madeOf(['a', 'anna']),
      madeOf(['twice', 'one']),
      madeOf(['twice', 'two']),
      madeOf(['gone', 'bert']),
      madeOf(['altered', 'carl']),
    ];
    const before = await captured(lines, path);
    const after = await captured(
      [madeOf(['new', 'dora']), madeOf(['altered', 'somebody']), lines[2] ?? '', lines[1] ?? '', lines[0] ?? ''],
      path,
    );
    const rowsOf = async (snapshot_id: string): Promise<Map<number, string>> => {
      const { rows } = await own.engine.run('event_audit_page_events', {
        snapshot_id,
        filter: filterSchema.parse({}),
        offset: 0,
        limit: 100,
      });
      return new Map(rows.map(({ n, id, actor }) => [n, `${id} ${actor}`]));
    };
    const former = await rowsOf(before);
    const latter = await rowsOf(after);
    const { n } = await own.engine.run('event_audit_match_events', { before, after, n: [...former.keys()] });
    const found = [...former.values()].map((name, at) => [name, latter.get(n[at] ?? -1)]);
    expect(Object.fromEntries(found)).toEqual({
      'a anna': 'a anna',
      'twice one': 'twice one',
      'twice two': 'twice two',
      'gone bert': undefined,
      'altered carl': 'altered somebody',
    });
    expect(await own.engine.run('event_audit_match_events', { before, after, n: [] })).toEqual({ n: [] });
  });
});
