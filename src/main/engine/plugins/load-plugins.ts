/**
 * Loads plugins: ES modules that register repositories. They run with all the rights of the engine process, so only
 * those are loaded that a person named for this run.
 */
import { realpath } from 'node:fs/promises';
import nodeModule from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../../shared/errors.ts';
import * as api from '../api.ts';
import { registerBuiltIns } from '../repositories/built-in.ts';
import { throughIntake } from '../repositories/registry.ts';
import { guarded } from './guarded.ts';

/** The name under which a plugin imports what it needs, wherever its file lies. */
const API_NAME = 'event-audit-viewer';
const API_URL = `${API_NAME}:api`;
const API_SYMBOL = Symbol.for(API_URL);

const loaded = new Map<string, readonly string[]>();
let hooked = false;

export interface LoadedPlugin {
  readonly path: string;
  /** The kinds of store it registered. */
  readonly kinds: readonly string[];
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

async function loadPlugin(given: string): Promise<LoadedPlugin> {
  const path = await realpath(resolve(given)).catch((cause: unknown) => {
    throw new AppError('invalid_input', `There is no plugin ${given}. Name its file, such as --plugin=./my-store.js.`, {
      cause,
    });
  });
  const before = loaded.get(path);
  if (before !== undefined) return { path, kinds: before };
  // Names that the product uses itself are taken first.
  registerBuiltIns();
  provideApi();
  const kinds: string[] = [];
  try {
    await throughIntake(
      (kind, Repository) => {
        kinds.push(kind);
        return guarded(path, kind, Repository);
      },
      () => import(/* @vite-ignore */ pathToFileURL(path).href),
    );
  } catch (cause) {
    const text = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
    throw new AppError('invalid_input', `The plugin ${path} can’t be loaded: ${text}`, { cause });
  }
  if (kinds.length === 0) {
    throw new AppError(
      'invalid_input',
      `The plugin ${path} registers no repository. It must call registerRepository('name', Class) while it is loaded.`,
    );
  }
  loaded.set(path, kinds);
  return { path, kinds };
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
    load: (url, context, next) =>
      url === API_URL ? { format: 'module', source, shortCircuit: true } : next(url, context),
  });
}
