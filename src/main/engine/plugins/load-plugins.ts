/**
 * Loads plugins: ES modules that register repositories and trackers. They run with all the rights of the engine process, so only
 * those are loaded that a person named for this run, or agreed to for every run.
 */
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import nodeModule from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../../../shared/errors.ts';
import * as api from '../api.ts';
import { registerBuiltIns } from '../repositories/built-in.ts';
import { forgetRepository, throughIntake } from '../repositories/registry.ts';
import { forgetTrackers, trackersOf } from '../tracking/trackers.ts';
import { guarded } from './guarded.ts';

/** The name under which a plugin imports what it needs, wherever its file lies. */
const API_NAME = 'event-audit-viewer';
const API_URL = `${API_NAME}:api`;
const API_SYMBOL = Symbol.for(API_URL);

/** Top-level code that takes longer is taken to hang. */
const LOAD_MS = 10_000;

const loaded = new Map<string, LoadedPlugin>();
/** How often each file was loaded: the loader of modules runs one address once. */
const times = new Map<string, number>();
/** What a module that is being loaded must hold, by its address. */
const expected = new Map<string, string>();
let hooked = false;

export interface LoadedPlugin {
  readonly path: string;
  /** The kinds of store it registered. */
  readonly kinds: readonly string[];
  /** SHA-256 of the file that ran. */
  readonly sha256: string;
}

/** A plugin that is not what was agreed to. */
export class PluginChanged extends AppError {
  constructor(path: string) {
    super('invalid_input', `The plugin ${path} was changed after it was agreed to. Look at it, and agree to it again.`);
  }
}

/**
 * Loads each file once in the life of the process.
 * @throws AppError `invalid_input` naming the plugin that is missing, fails, or registers nothing
 */
export async function loadPlugins(paths: readonly string[]): Promise<readonly LoadedPlugin[]> {
  const plugins: LoadedPlugin[] = [];
  for (const path of paths) plugins.push(await loadPlugin(path));
  return plugins;
}

/** A plugin's file: where it really is, and what it holds. @throws AppError `invalid_input` */
export async function pluginFile(given: string): Promise<{ readonly path: string; readonly sha256: string }> {
  try {
    const path = await realpath(resolve(given));
    return { path, sha256: digest(await readFile(path)) };
  } catch (cause) {
    throw new AppError('invalid_input', `There is no plugin ${given}. Name its file, such as --plugin=./my-store.js.`, {
      cause,
    });
  }
}

/**
 * Loads one plugin, unless it is loaded as it is.
 * @param agreed SHA-256 of what was agreed to; anything else is not run, not even when the file is exchanged meanwhile
 * @throws AppError `invalid_input`, a {@link PluginChanged} among them
 */
export async function loadPlugin(given: string, agreed?: string): Promise<LoadedPlugin> {
  const { path, sha256 } = await pluginFile(given);
  if (agreed !== undefined && agreed !== sha256) throw new PluginChanged(path);
  const before = loaded.get(path);
  if (before !== undefined && (agreed === undefined || before.sha256 === agreed)) return before;
  unloadPlugin(path);
  // Names that the product uses itself are taken first.
  registerBuiltIns();
  provideApi();
  const count = (times.get(path) ?? 0) + 1;
  times.set(path, count);
  const address = `${pathToFileURL(path).href}${count === 1 ? '' : `?loaded=${count}`}`;
  const kinds: string[] = [];
  let trackers: number;
  expected.set(address, sha256);
  try {
    trackers = await trackersOf(path, () =>
      throughIntake(
        (kind, Repository) => {
          kinds.push(kind);
          return guarded(path, kind, Repository);
        },
        () => inTime(import(/* @vite-ignore */ address)),
      ),
    );
  } catch (cause) {
    for (const kind of kinds) forgetRepository(kind);
    if (cause instanceof PluginChanged) throw cause;
    const text = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
    throw new AppError('invalid_input', `The plugin ${path} can’t be loaded: ${text}`, { cause });
  } finally {
    expected.delete(address);
  }
  if (kinds.length === 0 && trackers === 0) {
    throw new AppError(
      'invalid_input',
      `The plugin ${path} registers no repository and no tracker. It must call registerRepository('name', Class) or registerTracker({ … }) while it is loaded.`,
    );
  }
  const plugin = { path, kinds, sha256 };
  loaded.set(path, plugin);
  return plugin;
}

/** Takes back what a plugin registered. Its code stays in memory, but nothing calls it any more. */
export function unloadPlugin(path: string): void {
  for (const kind of loaded.get(path)?.kinds ?? []) forgetRepository(kind);
  forgetTrackers(path);
  loaded.delete(path);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bytesOf(source: string | ArrayBuffer | NodeJS.TypedArray): Uint8Array {
  if (typeof source === 'string') return Buffer.from(source);
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${LOAD_MS / 1_000} s`)), LOAD_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes `import … from 'event-audit-viewer'` mean this very program, wherever the plugin lies and whatever package of that
 * name lies beside it: a second copy would register its repositories where nobody looks.
 */
function provideApi(): void {
  if (hooked) return;
  if (typeof nodeModule.registerHooks !== 'function') {
    throw new AppError('unsupported', `Plugins need Node.js 22.15 or later, this is ${process.versions.node}.`);
  }
  hooked = true;
  Object.defineProperty(globalThis, API_SYMBOL, { value: api });
  const names = Object.keys(api);
  const source = [
    `const api = globalThis[Symbol.for(${JSON.stringify(API_URL)})];`,
    ...names.map((name) => `export const ${name} = api.${name};`),
  ].join('\n');
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      specifier === API_NAME ? { url: API_URL, format: 'module', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      if (url === API_URL) return { format: 'module', source, shortCircuit: true };
      const module = next(url, context);
      const sha256 = expected.get(url);
      // What runs is what was looked at, even when the file is exchanged in between.
      if (sha256 !== undefined && module.source !== undefined && module.source !== null) {
        if (digest(bytesOf(module.source)) !== sha256) throw new PluginChanged(fileURLToPath(url));
      }
      return module;
    },
  });
}
