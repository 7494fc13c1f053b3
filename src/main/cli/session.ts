/** One run of the command: an engine, a signal that Ctrl+C fires, and a captured source. */
import type { SnapshotStatus } from '../../shared/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Filter, FilterInput } from '../../shared/filter.ts';
import type { SourceSecrets } from '../../shared/source-url.ts';
import type { OptionStart } from '../engine/config/option-service.ts';
import type { Engine } from '../engine/host.ts';
import { resourcesDir } from './package-root.ts';
import { grouped, say } from './say.ts';
import { Progress } from './progress.ts';

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

/** Runs with an engine that is closed afterwards, whatever happens. The first Ctrl+C cancels, a second one ends at once. */
export async function withEngine<T>(work: (run: Run) => Promise<T>, plugins: readonly string[] = []): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
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
  });
  try {
    return await work({ engine, signal: controller.signal });
  } finally {
    await engine.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Secrets that come from the environment rather than from a command line that others can read. */
export function environmentSecrets(): SourceSecrets {
  const password = process.env['EVENT_AUDIT_PASSWORD'];
  return password === undefined || password === '' ? {} : { password };
}

/** Captures a source, with progress on a terminal, and says what the reader should know about it. */
export async function capture({ engine, signal }: Run, source: string, filter: Filter): Promise<SnapshotStatus> {
  const progress = new Progress('reading');
  try {
    const status = await engine.run(
      'event_audit_capture_source',
      { url: source, secrets: environmentSecrets(), narrow: filterInput(filter) },
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
      `${status.rejected > 0 ? 'warning: ' : ''}${grouped(status.read)} records read = ${grouped(status.captured)} events + ${grouped(status.rejected)} set aside + ${grouped(status.duplicates)} delivered twice.`,
    );
  }
}
