/** What a capture may come to when its store fails: all of it, or a part that says so. One assertion for all stores. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SnapshotStatus } from '../../../src/shared/contract.ts';
import { toErrorReply, type ErrorReply } from '../../../src/shared/errors.ts';
import type { SourceSecrets } from '../../../src/shared/source-url.ts';
import type { TestEngine } from '../../support/test-engine.ts';

/** A capture that was tried: what came of it, or why nothing did. */
export type Attempt = { readonly status: SnapshotStatus } | { readonly error: ErrorReply };

export type Outcome = 'complete' | 'partial' | 'refused';

export interface Source {
  readonly url: string;
  readonly secrets?: SourceSecrets;
}

/** Tries a capture, and never throws. */
export async function attempt(
  own: TestEngine,
  { url, secrets = {} }: Source,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (status: SnapshotStatus) => void } = {},
): Promise<Attempt> {
  try {
    return { status: await own.capture(url, { secrets, ...options }) };
  } catch (error) {
    return { error: toErrorReply(error) };
  }
}

/** Every event of a snapshot as one line of JSON, byte for byte, sorted. */
export async function linesOf(own: TestEngine, { snapshot_id }: SnapshotStatus): Promise<readonly string[]> {
  const output = join(own.dataDir, `${snapshot_id}.jsonl`);
  await own.engine.run('event_audit_export', { snapshot_id, format: 'jsonl', output, manifest: false });
  const text = readFileSync(output, 'utf8');
  return text.split('\n').slice(0, -1).toSorted();
}

/**
 * The promise of every store: the complete set, byte for byte; or a snapshot that is marked partial, names the reason, and
 * holds genuine events only, each as often as the store; or, when nothing was read, an error. Never a short result that
 * looks whole.
 */
export async function expectHonest(own: TestEngine, tried: Attempt, whole: readonly string[]): Promise<Outcome> {
  if ('error' in tried) {
    expect(tried.error).toMatchObject({
      code: expect.stringMatching(/^source_/),
      message: expect.stringMatching(/^[^\n]+\.$/),
    });
    return 'refused';
  }
  const { status } = tried;
  for (const counts of [status, ...status.sources]) {
    expect(counts.captured + counts.rejected + counts.duplicates).toBe(counts.read);
  }
  expect(status.finished_at).not.toBeNull();
  const lines = await linesOf(own, status);
  expect(lines).toHaveLength(status.captured);
  if (status.state === 'complete') {
    expect(status.reason).toBeNull();
    // Compared as one text: a difference of thousands of lines helps nobody.
    expect(lines.join('\n') === whole.join('\n'), `${lines.length} of ${whole.length} events, marked complete`).toBe(
      true,
    );
    return 'complete';
  }
  expect(status).toMatchObject({
    state: 'partial',
    reason: { code: expect.stringMatching(/^(?:source_|cancelled)/), message: expect.stringMatching(/^[^\n]+\.$/) },
  });
  expect(notIn(lines, whole), 'events that the store does not hold').toEqual([]);
  return 'partial';
}

/** Lines of a sorted list that another one lacks, or holds less often; at most five. */
function notIn(lines: readonly string[], whole: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of whole) left.set(line, (left.get(line) ?? 0) + 1);
  return lines
    .filter((line) => {
      const count = left.get(line) ?? 0;
      left.set(line, count - 1);
      return count < 1;
    })
    .slice(0, 5);
}

/**
 * When the fault is over, all events can be had: by going on with what is partial, where that is possible, else by
 * reading anew.
 */
export async function expectRecovery(
  own: TestEngine,
  tried: Attempt,
  source: Source,
  whole: readonly string[],
): Promise<void> {
  if ('status' in tried && tried.status.state === 'partial') {
    const { snapshot_id } = tried.status;
    const reply = await own.engine.call('event_audit_resume_capture', {
      snapshot_id,
      secrets: { [source.url]: source.secrets ?? {} },
    });
    if (reply.ok) {
      const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
      const status = snapshots.find((each) => each.snapshot_id === snapshot_id);
      if (status === undefined) throw new Error('The snapshot that was gone on with is not there.');
      expect(await expectHonest(own, { status }, whole)).toBe('complete');
      return;
    }
    expect(reply.error.code).toBe('unsupported');
  }
  const again = await attempt(own, source);
  expect(again).toMatchObject({ status: { state: 'complete' } });
  expect(await expectHonest(own, again, whole)).toBe('complete');
}

/** Nothing of an attempt outlives it: no snapshot once it is closed, no copy, no file in a folder for temporary ones. */
export async function expectNothingLeft(own: TestEngine, tried: Attempt, temporary: string): Promise<void> {
  if ('status' in tried) {
    await own.engine.run('event_audit_close_snapshot', { snapshot_id: tried.status.snapshot_id });
    const folders = readdirSync(join(own.dataDir, 'captures'), { recursive: true }).map(String);
    expect(folders.filter((path) => path.includes(tried.status.snapshot_id))).toEqual([]);
  }
  const { snapshots } = await own.engine.run('event_audit_list_snapshots', {});
  const open = new Set(snapshots.map(({ snapshot_id }) => snapshot_id));
  const kept = readdirSync(join(own.dataDir, 'captures'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{16}$/.test(entry.name))
    .map(({ name }) => name);
  expect(kept.filter((name) => !open.has(name))).toEqual([]);
  expect(listed(join(own.dataDir, 'copies'))).toEqual([]);
  expect(listed(temporary)).toEqual([]);
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that nobody needed is not made.
    return [];
  }
}
