/**
 * What was acknowledged is there, once, whatever kills the program. `FULL_PROOFS=1` runs the whole proof: 100,000 events, 50
 * kills.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { knownHead } from '../../../src/main/engine/repositories/sqlite/journal.ts';
import { verifyJournal } from '../../../src/main/engine/repositories/sqlite/verify-journal.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { queueOf, trackingEngine } from '../../support/tracking-engine.ts';

const isFull = process.env['FULL_PROOFS'] === '1';
const KILLS = isFull ? 50 : 5;
const EVENTS = isFull ? 100_000 : 4_000;
const CHILD = join(import.meta.dirname, '../../support/tracking-child.ts');

/** Runs the program until it has acknowledged so many events, and a moment longer. @returns how many it acknowledged */
async function runUntil(dataDir: string, run: string, count: number, kill: boolean): Promise<number> {
  // A killed one could always write on.
  const child = spawn(process.execPath, [CHILD, dataDir, run, String(kill ? count * 100 : count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  let printed = '';
  const acknowledged = (): number =>
    Number(/(\d+)\n(?:done\n)?$/.exec(printed.slice(0, printed.lastIndexOf('\n') + 1))?.[1] ?? 0);
  let isKilling = false;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('latin1');
    if (!kill || isKilling || acknowledged() < count) return;
    isKilling = true;
    void sleep(Math.random() * 25).then(() => child.kill('SIGKILL'));
  });
  const [code, signal] = await gone;
  expect([code, signal]).toEqual(kill ? [null, 'SIGKILL'] : [0, null]);
  return acknowledged();
}

it(
  `${EVENTS} events, killed ${KILLS} times: each one that was acknowledged is there once, in order, and the journal verifies`,
  async () => {
    const dataDir = tempDir();
    const acknowledged: string[] = [];
    for (let round = 0; round <= KILLS; round += 1) {
      const isLast = round === KILLS;
      const left = Math.max(1, EVENTS - acknowledged.length);
      const share = (left / (KILLS - round + 1)) * (isLast ? 1 : 0.5 + Math.random());
      const run = `r${round}`;
      const count = await runUntil(dataDir, run, Math.ceil(share), !isLast);
      acknowledged.push(...Array.from({ length: count }, (_, n) => `${run}-${n}`));
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(EVENTS);
    {
      await using own = await trackingEngine(dataDir);
      expect(await own.engine.run('event_audit_flush_tracking', {})).toMatchObject({ waiting: 0, refused: 0 });
      expect(own.warnings).toEqual([]);
    }
    expect(queueOf(dataDir)).toEqual([]);
    const path = join(dataDir, 'event-audit.sqlite');
    expect(await verifyJournal(path, [knownHead(path)])).toMatchObject({ ok: true, findings: [] });
    const database = new Database(path, { readonly: true });
    const stored = database
      .prepare<[], string>(`SELECT event_id FROM journal WHERE kind = 'event' ORDER BY seq`)
      .pluck()
      .all()
      .filter((id) => /^r\d+-/.test(id));
    const rows = database.prepare(`SELECT count(*) FROM event_audit_event WHERE category = 'proof'`).pluck().get();
    database.close();
    // Events that were kept, but whose acknowledgement the kill came before, may be there too.
    expect(new Set(stored).size).toBe(stored.length);
    expect(rows).toBe(stored.length);
    const known = new Set(acknowledged);
    expect(stored.filter((id) => known.has(id))).toEqual(acknowledged);
    console.log(`${acknowledged.length} acknowledged, ${stored.length} stored, ${KILLS} kills`);
  },
  isFull ? 1_800_000 : 120_000,
);
