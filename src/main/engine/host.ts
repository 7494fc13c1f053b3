/** The engine as its hosts see it: started once, asked by actions, closed. The same in the desktop app, the command and tests. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import type { ActionInput, ActionName, ActionOutput, ActionProgress, Reply } from '../../shared/contract.ts';
import { Dispatcher, type CallOptions } from './actions/dispatcher.ts';
import { actionOf, bindEngine, type Action } from './actions/running.ts';
import { makeHandlers } from './actions/handlers.ts';
import { OpenSnapshots } from './actions/open-snapshots.ts';
import { resourcesDir as packageResources } from './package-root.ts';
import { OptionService, type OptionStart } from './config/option-service.ts';
import { StateDatabase } from './config/state-database.ts';
import { upgradeOldJournal } from './config/upgrade.ts';
import { AgreedPlugins } from './plugins/agreed-plugins.ts';
import { makeSessionFolder, sessionName, sweepSessions } from './session.ts';
import { openWriter } from './tracking/open-writer.ts';
import { Tracking } from './tracking/tracking.ts';

export interface EngineOptions {
  /** The product's data folder; made when something must be kept there. */
  readonly dataDir: string;
  /** Read-only folder with the bundled store; the one of this package unless said. */
  readonly resourcesDir?: string;
  /** Folder with the capture of the bundled store that came with the product; found by itself unless said. */
  readonly prepared?: string;
  /**
   * The folder of this run's captures, for a host that outlives engines; what is found there is opened again.
   * Left out, the engine makes one of its own.
   */
  readonly sessionDir?: string;
  /** Where an export to `-` goes. */
  readonly output?: Writable;
  /** What this run says of the settings; the environment of the process unless said. */
  readonly options?: OptionStart;
  /** Files of plugins that a person named for this run; naming one is the consent to run it. */
  readonly plugins?: readonly string[];
  /** Tells a person what goes wrong while events are recorded, each thing once. */
  readonly warn?: (message: string) => void;
}

export interface Engine {
  /** Runs an action by name; never rejects. */
  readonly call: (name: string, input: unknown, options?: CallOptions) => Promise<Reply<unknown>>;
  /** Runs an action for typed code. @throws AppError */
  readonly run: <N extends ActionName>(
    name: N,
    input: ActionInput<N>,
    options?: CallOptions<ActionProgress<N>>,
  ) => Promise<ActionOutput<N>>;
  /** An action by its name, to be called with a context (who asks) and its input. */
  readonly getAction: <N extends ActionName>(name: N) => Action<N>;
  readonly version: string;
  /** Snapshots of the session folder that could be opened again, and those that could not. */
  readonly reopened: readonly string[];
  readonly lost: readonly string[];
  /** Loads ahead what the first capture needs. What goes wrong then goes wrong again, and is told, when it is needed. */
  readonly warmUp: () => Promise<void>;
  /** Closes all snapshots and removes the session folder. */
  readonly close: () => Promise<void>;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, resourcesDir = packageResources(), plugins = [] } = options;
  if (plugins.length > 0) {
    const { loadPlugins } = await import('./plugins/load-plugins.ts');
    await loadPlugins(plugins);
  }
  const captures = join(dataDir, 'captures');
  const sessionDir = options.sessionDir ?? join(captures, sessionName('cli'));
  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> => {
    prepared ??= sweepSessions(dirname(sessionDir), sessionDir).then(() => makeSessionFolder(sessionDir));
    return prepared;
  };
  const snapshots = new OpenSnapshots({
    dataDir,
    resourcesDir,
    sessionDir,
    prepared: options.prepared,
    prepare,
    settle: (kind) => tracking.settle(kind),
  });
  const { reopened, lost } =
    options.sessionDir === undefined ? { reopened: [], lost: [] } : await prepare().then(() => snapshots.reopen());
  const state = new StateDatabase(dataDir);
  const agreed = new AgreedPlugins(state);
  await agreed.start();
  const version = await productVersion(resourcesDir);
  const settings = new OptionService(
    options.options ?? { environment: process.env, ini: process.env['EVENT_AUDIT_CONFIG'] || undefined },
    state,
    writableKinds,
  );
  const tracking = new Tracking({
    state,
    options: settings,
    open: (url, secrets) => openWriter(url, secrets, { dataDir, resourcesDir }),
    report: options.warn ?? (() => undefined),
  });
  const dispatcher = new Dispatcher(
    makeHandlers({
      snapshots,
      state,
      plugins: agreed,
      options: settings,
      tracking,
      version,
      dataDir,
      output: options.output,
    }),
    (call) => tracking.recordCall(call),
  );
  const unbind = bindEngine({ dispatcher, tracking });
  await tracking.start(() => upgradeOldJournal(dataDir));
  return {
    call: (name, input, callOptions) => dispatcher.dispatch(name, input, callOptions),
    run: (name, input, callOptions) => dispatcher.call(name, input, callOptions),
    getAction: (name) => actionOf(dispatcher, name),
    version,
    reopened,
    lost,
    warmUp: () => snapshots.warmUp().catch(() => undefined),
    close: async () => {
      await snapshots.closeAll();
      await tracking.close();
      unbind();
      state.close();
      // A folder that could not be made was reported to whoever needed it.
      const isMade = await prepared?.then(
        () => true,
        () => false,
      );
      if (isMade === true) await rm(sessionDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The kinds of store that events can be written to. */
async function writableKinds(): Promise<readonly string[]> {
  const [{ registeredKinds }, { registerBuiltIns }] = await Promise.all([
    import('./repositories/registry.ts'),
    import('./repositories/built-in.ts'),
  ]);
  registerBuiltIns();
  return registeredKinds().flatMap(({ kind, capabilities }) => (capabilities.write ? [kind] : []));
}

/** The product's version, as its package says beside the resources. */
async function productVersion(resourcesDir: string): Promise<string> {
  const text = await readFile(join(dirname(resourcesDir), 'package.json'), 'utf8').catch(() => '{}');
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0';
}
