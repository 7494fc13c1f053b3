/** Questions that auditors ask are answered in under ten steps each, on the bundled store and on a million events. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { addSpree } from '../support/spree.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { xlsxRows } from '../support/xlsx-rows.ts';
import { expect, launchApp, test } from './support/app.ts';
import { createAuditor } from './support/auditor.ts';
import { asSpreadsheet, whatBefore, whoDeleted } from './support/scenarios.ts';
import { column, waitForCapture } from './support/window.ts';

const MILLION = 1_000_000;
const TEN_MINUTES = 600_000;
const PATIENCE = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'event-audit-scenarios-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Known {
  readonly action: string;
  readonly action_object: string;
  readonly actor: string;
  readonly category: string;
  readonly timestamp: string;
}

/** The bundled store, read without any of the product's code. */
function bundled(): readonly Known[] {
  const text = gunzipSync(readFileSync(join(import.meta.dirname, '../../resources/sample-store.jsonl.gz'))).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Known => JSON.parse(line));
}

/** A timestamp without an offset is UTC. */
function millis(timestamp: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
}

interface Truth {
  readonly from: string;
  readonly to: string;
  readonly deleted: number;
  readonly before: number;
}

function truthOfAugust(): Truth {
  const august = bundled().filter(({ timestamp }) => timestamp.startsWith('2024-08'));
  const first = august
    .filter(({ action }) => action === 'dataset_purge')
    .toSorted((a, b) => millis(a.timestamp) - millis(b.timestamp))[0];
  if (first === undefined) throw new Error('Nothing was purged in August.');
  const at = millis(first.timestamp);
  return {
    from: '2024-08-01',
    to: '2024-08-31',
    deleted: august.filter(
      (one) => one.category === 'model' && one.action === 'deleted' && one.action_object === 'Package',
    ).length,
    before: bundled().filter(
      ({ actor, timestamp }) =>
        actor === first.actor && millis(timestamp) >= at - TEN_MINUTES && millis(timestamp) <= at,
    ).length,
  };
}

/** Asks the three questions of a store; `args` name it, none is the bundled one. */
async function areAnswered(args: readonly string[], truth: Truth, xlsx: string): Promise<void> {
  const setup = { args, dialogs: { export: xlsx } };
  const first = await launchApp(setup);
  await waitForCapture(first);
  const who = createAuditor(first);
  expect((await whoDeleted(who, truth.from, truth.to)).deleted).toBe(truth.deleted);
  expect(who.interactions()).toBeLessThan(10);
  expect(first.problems).toEqual([]);
  await first.close();

  const second = await launchApp(setup);
  try {
    await waitForCapture(second);
    const what = createAuditor(second);
    expect((await whatBefore(what, 'dataset_purge', truth.from, truth.to)).before).toBe(truth.before);
    expect(what.interactions()).toBeLessThan(10);
    const ids = await column(second, 'id', truth.before);
    const hand = createAuditor(second);
    expect((await asSpreadsheet(hand)).rows).toBe(truth.before);
    expect(hand.interactions()).toBeLessThan(10);
    const [header, ...rows] = xlsxRows(xlsx).rows;
    expect(header?.[0]).toBe('id');
    expect(rows.map(([id]) => id)).toEqual(ids);
    expect(second.problems).toEqual([]);
  } finally {
    await second.close();
  }
}

test('on the bundled store: who deleted these datasets in August, what came before, and a spreadsheet of it', async () => {
  test.setTimeout(PATIENCE);
  await areAnswered([], truthOfAugust(), join(folder, 'august.xlsx'));
});

test('the same on a million events', async () => {
  test.setTimeout(PATIENCE);
  const path = join(folder, 'million.db');
  fillSqlite(path, MILLION, { classes: ['PackageExtra', 'Resource', 'Tag', 'Member'] });
  const { deleted, before, day } = addSpree(path);
  await areAnswered([`sqlite:${path}`], { from: day, to: day, deleted, before }, join(folder, 'million.xlsx'));
});
