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

/** Asks a store who deleted what; `args` name it, none is the bundled one. */
async function whoIsAnswered(args: readonly string[], { from, to, deleted }: Truth): Promise<void> {
  const app = await launchApp({ args });
  try {
    await waitForCapture(app);
    const who = createAuditor(app);
    expect((await whoDeleted(who, from, to)).deleted).toBe(deleted);
    expect(who.interactions()).toBeLessThan(10);
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
}

/** Asks it what came before, and has that as a spreadsheet. */
async function beforeIsAnswered(args: readonly string[], truth: Truth, xlsx: string): Promise<void> {
  const app = await launchApp({ args, dialogs: { export: xlsx } });
  try {
    await waitForCapture(app);
    const what = createAuditor(app);
    expect((await whatBefore(what, 'dataset_purge', truth.from, truth.to)).before).toBe(truth.before);
    expect(what.interactions()).toBeLessThan(10);
    const ids = await column(app, 'id', truth.before);
    const hand = createAuditor(app);
    expect((await asSpreadsheet(hand)).rows).toBe(truth.before);
    expect(hand.interactions()).toBeLessThan(10);
    const [header, ...rows] = xlsxRows(xlsx).rows;
    expect(header?.[0]).toBe('id');
    expect(rows.map(([id]) => id)).toEqual(ids);
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
}

test('on the bundled store: who deleted these datasets in August, what came before, and a spreadsheet of it', async () => {
  test.setTimeout(PATIENCE);
  await whoIsAnswered([], truthOfAugust());
  await beforeIsAnswered([], truthOfAugust(), join(folder, 'august.xlsx'));
});

test.describe('on a million events', () => {
  const path = join(folder, 'million.db');
  let truth: Truth;

  test.beforeAll(() => {
    test.setTimeout(PATIENCE);
    fillSqlite(path, MILLION, { classes: ['PackageExtra', 'Resource', 'Tag', 'Member'] });
    const { deleted, before, day } = addSpree(path);
    truth = { from: day, to: day, deleted, before };
  });

  test('who deleted these datasets on a day', async () => {
    test.setTimeout(PATIENCE);
    await whoIsAnswered([`sqlite:${path}`], truth);
  });

  test('what came before, and a spreadsheet of it', async () => {
    test.setTimeout(PATIENCE);
    await beforeIsAnswered([`sqlite:${path}`], truth, join(folder, 'million.xlsx'));
  });
});
