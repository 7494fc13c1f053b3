/** Looks for what is wrong with a trail: one check after the other, each telling at once what it found. */
import type { TrailFinding, TrailFindings } from '../../../../shared/analysis-schemas.ts';
import { throwIfAborted } from '../../../../shared/errors.ts';
import { quote } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { assertTimeZone } from '../../time-zone.ts';
import { rowsOf } from '../event-rows.ts';
import { CAPTURE_CHECK } from './capture-checks.ts';
import { CHAIN_CHECK } from './chain-checks.ts';
import { CAUSE_CHECK, CONTENT_CHECK } from './content-checks.ts';
import { SET_PREFIX, type Check } from './finding.ts';
import { ID_CHECK, TIME_CHECK } from './record-checks.ts';
import { RHYTHM_CHECK, ROUTINE_CHECK } from './rhythm-checks.ts';

const CHECKS: readonly Check[] = [
  CAPTURE_CHECK,
  TIME_CHECK,
  RHYTHM_CHECK,
  CAUSE_CHECK,
  ID_CHECK,
  CONTENT_CHECK,
  ROUTINE_CHECK,
  CHAIN_CHECK,
];
const SEVERITIES = ['error', 'warning', 'info'] as const;

export interface FindOptions {
  /** IANA zone by whose clock the rhythm of a week is told. */
  readonly timeZone: string;
  /** Looks again even when this was asked before of the same rows. */
  readonly again: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly looking_for: string;
    readonly found: TrailFinding[];
  }) => void;
}

interface Search {
  readonly revision: number;
  readonly key: string;
  readonly answer: Promise<TrailFindings>;
  isRunning: boolean;
}

const known = new WeakMap<Snapshot, Search>();

/**
 * Asked again of the same rows and zone, the answer is there at once. Its sets of rows stay with the snapshot; looked
 * for again, each is replaced as a whole. After an abort, what was told by then holds, and no set is there in part.
 * @throws AppError `invalid_input` for an unknown zone, `cancelled`
 */
export async function findAll(snapshot: Snapshot, options: FindOptions): Promise<TrailFindings> {
  assertTimeZone(options.timeZone);
  // One after the other: two searches would write the same sets.
  for (;;) {
    throwIfAborted(options.signal);
    const { revision } = snapshot.status();
    const key = `${revision} ${options.timeZone}`;
    const earlier = known.get(snapshot);
    if (earlier === undefined || !(earlier.isRunning || (earlier.key === key && !options.again))) {
      return begin(snapshot, { revision, key }, options);
    }
    try {
      const answer = await earlier.answer;
      if (earlier.key === key) {
        throwIfAborted(options.signal);
        return answer;
      }
    } catch {
      // Whoever asked first gave up; that is their affair.
      throwIfAborted(options.signal);
    }
  }
}

async function begin(
  snapshot: Snapshot,
  of: Pick<Search, 'revision' | 'key'>,
  options: FindOptions,
): Promise<TrailFindings> {
  const search: Search = { ...of, answer: look(snapshot, options), isRunning: true };
  known.set(snapshot, search);
  try {
    return await search.answer;
  } catch (error) {
    if (known.get(snapshot) === search) known.delete(snapshot);
    throw error;
  } finally {
    search.isRunning = false;
  }
}

/**
 * The findings that are about one event. Nothing is looked for: without a search of the snapshot as it is now, nothing is known.
 * @throws AppError `cancelled`
 */
export async function findingsOf(
  snapshot: Snapshot,
  n: number,
  signal?: AbortSignal,
): Promise<{ readonly looked: boolean; readonly codes: string[] }> {
  const search = known.get(snapshot);
  if (search === undefined || search.isRunning || search.revision !== snapshot.status().revision) {
    return { looked: false, codes: [] };
  }
  const { findings } = await search.answer;
  const sets = await snapshot.read(signal, (connection) =>
    rowsOf(
      connection,
      `SELECT name FROM row_set WHERE n = ${Math.trunc(n)} AND starts_with(name, ${quote(SET_PREFIX)})`,
    ),
  );
  const names = new Set(sets.map(([name]) => String(name)));
  return { looked: true, codes: findings.flatMap(({ code, filter }) => (names.has(filter?.set ?? '') ? [code] : [])) };
}

async function look(snapshot: Snapshot, { timeZone, signal, onProgress }: FindOptions): Promise<TrailFindings> {
  const started = performance.now();
  const { revision } = snapshot.status();
  const findings: TrailFinding[] = [];
  const skipped = new Map<string, TrailFindings['skipped'][number]>();
  let found: readonly TrailFinding[] = [];
  for (const [done, check] of CHECKS.entries()) {
    onProgress?.({ done, total: CHECKS.length, looking_for: check.name, found: [...found] });
    found = await snapshot.read(signal, (connection, relation) =>
      check.run({
        connection,
        relation,
        status: snapshot.status(),
        timeZone,
        skip: (code, why, message) => skipped.set(code, { code, why, message }),
      }),
    );
    if (found.length > 0) await snapshot.readSets();
    findings.push(...found);
  }
  await forgetOthers(snapshot, findings, signal);
  onProgress?.({ done: CHECKS.length, total: CHECKS.length, looking_for: '', found: [...found] });
  return {
    revision,
    findings: findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
    skipped: [...skipped.values()],
    elapsed_ms: performance.now() - started,
  };
}

/** Removes the sets of an earlier search that this one did not make anew: until here they could still be looked at. */
async function forgetOthers(
  snapshot: Snapshot,
  findings: readonly TrailFinding[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = findings.flatMap(({ filter }) => (filter === null || filter.set === '' ? [] : [quote(filter.set)]));
  const others = names.length === 0 ? '' : ` AND name NOT IN (${names.join(', ')})`;
  await snapshot.read(signal, (connection) =>
    connection.run(`DELETE FROM row_set WHERE starts_with(name, ${quote(SET_PREFIX)})${others}`),
  );
  await snapshot.readSets();
}
