/** The plugins that a person agreed to: loaded when the engine starts, as long as their files hold what they held then. */
import type { Plugin } from '../../../shared/contract.ts';
import { toErrorReply } from '../../../shared/errors.ts';
import type { PluginAgreement, StateDatabase } from '../config/state-database.ts';

/** What came of loading one. */
type Outcome = Pick<Plugin, 'state' | 'kinds' | 'problem'>;

const NOT_LOADED: Outcome = { state: 'not_loaded', kinds: [], problem: null };

export class AgreedPlugins {
  readonly #state: StateDatabase;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(state: StateDatabase) {
    this.#state = state;
  }

  /** Loads them all. Never rejects: what is wrong with one is said in the list, and the others are loaded. */
  async start(): Promise<void> {
    const agreements = await this.#state.plugins().catch(() => []);
    for (const agreement of agreements) this.#outcomes.set(agreement.id, await outcomeOf(agreement));
  }

  async list(): Promise<Plugin[]> {
    const agreements = await this.#state.plugins();
    return agreements.map((agreement) => ({ ...agreement, ...(this.#outcomes.get(agreement.id) ?? NOT_LOADED) }));
  }

  /**
   * Loads a plugin and, when that went well, remembers the agreement to it.
   * @throws AppError `invalid_input` naming what is wrong with it; nothing is remembered then
   */
  async add(given: string, actor: string): Promise<Plugin> {
    const { loadPlugin, pluginFile } = await import('./load-plugins.ts');
    const { path, sha256 } = await pluginFile(given);
    const { kinds } = await loadPlugin(path, sha256);
    const agreement = await this.#state.savePlugin(path, sha256, actor);
    const outcome: Outcome = { state: 'loaded', kinds: [...kinds], problem: null };
    this.#outcomes.set(agreement.id, outcome);
    return { ...agreement, ...outcome };
  }

  /** Takes the agreement back; the kinds of store that the plugin brought are gone at once. */
  async remove(id: string, actor: string): Promise<boolean> {
    const agreement = (await this.#state.plugins()).find((each) => each.id === id);
    if (agreement === undefined) return false;
    const { unloadPlugin } = await import('./load-plugins.ts');
    unloadPlugin(agreement.path);
    this.#outcomes.delete(id);
    return this.#state.removePlugin(id, actor);
  }
}

function failed(state: Plugin['state'], error: unknown): Outcome {
  return { state, kinds: [], problem: toErrorReply(error).message };
}

async function outcomeOf({ path, sha256 }: PluginAgreement): Promise<Outcome> {
  const { loadPlugin, pluginFile, PluginChanged } = await import('./load-plugins.ts');
  try {
    await pluginFile(path);
  } catch (error) {
    return failed('missing', error);
  }
  try {
    const { kinds } = await loadPlugin(path, sha256);
    return { state: 'loaded', kinds: [...kinds], problem: null };
  } catch (error) {
    return failed(error instanceof PluginChanged ? 'changed' : 'failed', error);
  }
}
