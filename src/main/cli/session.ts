/** One run of the command: an engine, a signal that Ctrl+C fires, and a captured source. */
import { isatty } from 'node:tty';
import type { SnapshotStatus } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Filter, FilterInput } from '../../shared/filter.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';
import type { OptionStart } from '../engine/config/option-service.ts';
import type { Engine } from '../engine/host.ts';
import { endByInterrupt } from './end.ts';
import { estimateText } from './estimate-text.ts';
import { resourcesDir } from '../engine/package-root.ts';
import { countedEvents, grouped, say } from './say.ts';
import { Progress } from './progress.ts';
import { sourceRefs, type SourceRef } from './source-refs.ts';

export interface Run {
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

let optionStart: OptionStart = { environment: process.env };

/** Takes what the command line says of the settings, for the engine that will be started. */
export function readSettingFlags({
  set = [],
  config,
}: {
  readonly set?: readonly string[];
  readonly config?: string;
}): void {
  const ini = config ?? process.env['EVENT_AUDIT_CONFIG'];
  optionStart = { commandLine: set, environment: process.env, ini: ini === '' ? undefined : ini };
}

/**
 * Runs with an engine that is closed afterwards, whatever happens. The first Ctrl+C cancels, a second one ends at once. A
 * terminal that goes away cancels, too, unless nothing is written to it: whoever runs the command by `nohup`, or in the
 * background into files, wants it to go on, and Node.js forgets that `nohup` made it deaf to that.
 */
export async function withEngine<T>(
  work: (run: Run) => Promise<T>,
  plugins: readonly string[] = [],
  warn: (message: string) => void = (message) => say(`warning: ${message}`),
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) endByInterrupt();
    controller.abort();
  };
  const hasTerminal = isatty(1) || isatty(2);
  const hangUp = (): void => {
    if (hasTerminal) interrupt();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', hangUp);
  const [{ startEngine }, { dataDir }] = await Promise.all([
    import('../engine/host.ts'),
    import('../engine/config/data-dir.ts'),
  ]);
  const engine = await startEngine({
    dataDir: dataDir(),
    resourcesDir: resourcesDir(),
    output: process.stdout,
    options: optionStart,
    plugins,
    warn,
  });
  // Who waits for something that the system knows nothing of, such as a plugin that never answers, still waits.
  const awake = setInterval(() => undefined, 60_000);
  try {
    return await work({ engine, signal: controller.signal });
  } finally {
    await engine.close();
    clearInterval(awake);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.off('SIGHUP', hangUp);
  }
}

/** Captures sources into a snapshot each. */
export async function captureEach(run: Run, urls: readonly string[], filter: Filter): Promise<SnapshotStatus[]> {
  const captured: SnapshotStatus[] = [];
  for (const ref of sourceRefs(urls)) captured.push(await captureRefs(run, [ref], filter));
  return captured;
}

/** Captures sources into one snapshot, with progress on a terminal, and says what the reader should know about it. */
export function capture(run: Run, urls: readonly string[], filter: Filter): Promise<SnapshotStatus> {
  return captureRefs(run, sourceRefs(urls), filter);
}

async function captureRefs(run: Run, refs: readonly SourceRef[], filter: Filter): Promise<SnapshotStatus> {
  const [first, ...more] = refs;
  if (first === undefined) throw new AppError('invalid_input', 'No source is named.');
  const { engine, signal } = run;
  await sayEstimates(run, [first, ...more], filter);
  const progress = new Progress('reading');
  try {
    const status = await engine.run(
      'event_audit_capture_source',
      { ...first, more, narrow: filterInput(filter) },
      { signal, onProgress: ({ read, expected }) => progress.show(read, expected) },
    );
    progress.clear();
    if (status.reason?.code === 'cancelled') {
      throw new AppError(
        'cancelled',
        `Cancelled after ${status.read.toLocaleString('en')} records were read. Nothing was written.`,
      );
    }
    tellTruth(status);
    return status;
  } finally {
    progress.clear();
  }
}

/** Kinds on this computer: asking what reading takes may take as long as reading. */
const LOCAL = new Set(['demo', 'basic', 'sqlite', 'file', 'snapshot']);

/** Before a person waits long or pays much, says so; a script is not asked. */
async function sayEstimates({ engine, signal }: Run, sources: readonly SourceRef[], filter: Filter): Promise<void> {
  if (!process.stderr.isTTY) return;
  for (const source of sources) {
    if (LOCAL.has(parseSourceUrl(source.url).url.kind)) continue;
    // Whatever keeps a store from being asked is said when it is read.
    const estimate = await engine
      .run('event_audit_estimate_source', { ...source, narrow: filterInput(filter) }, { signal })
      .catch(() => undefined);
    if (estimate?.large !== true) continue;
    say(`${parseSourceUrl(source.url).url.text}: ${estimateText(estimate)}. Ctrl+C cancels.`);
    for (const note of estimate.notes) say(note.message);
  }
}

/** A filter as an action takes it. */
export function filterInput(filter: Filter): FilterInput {
  return { ...filter, conditions: [...filter.conditions], where: [...filter.where] };
}

/** Whether the capture is not all there is: records were set aside, or reading stopped early. */
export function isIncomplete(status: SnapshotStatus): boolean {
  return status.state !== 'complete' || status.rejected > 0;
}

function tellTruth(status: SnapshotStatus): void {
  for (const note of status.notes) say(`${note.severity === 'warning' ? 'warning: ' : ''}${note.message}`);
  if (status.state === 'partial') {
    say(
      `warning: incomplete: ${status.reason?.message ?? 'reading stopped early.'} ${grouped(status.read)} records were read.`,
    );
  }
  if (status.rejected > 0 || status.duplicates > 0) {
    say(
      `${status.rejected > 0 ? 'warning: ' : ''}${grouped(status.read)} records read = ${countedEvents(status.captured)} + ${grouped(status.rejected)} set aside + ${grouped(status.duplicates)} delivered twice.`,
    );
  }
}
