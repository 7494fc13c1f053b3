/** The settings of this run: found once, found again when one is changed. */
import { AppError } from '../../../shared/errors.ts';
import { optionOf, readOption, type OptionValues } from '../../../shared/options.ts';
import { allowedNames, optionNamed, resolveOptions, type EffectiveOptions } from './resolve-options.ts';

/** What this run was started with. */
export interface OptionStart {
  /** `NAME=VALUE`, from the command line. */
  readonly commandLine?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A ckan.ini that the user named. */
  readonly ini?: string | undefined;
}

/** Where settings that were made in the product are kept. */
export interface SettingStore {
  readonly settings: () => Promise<ReadonlyMap<string, string>>;
  /** @param text `null` forgets it */
  readonly setSetting: (name: string, text: string | null, actor: string) => Promise<void>;
}

/** The setting that names a ckan.ini; it is none of event auditing. */
export const CONFIG_SETTING = 'config';

export class OptionService {
  readonly #start: OptionStart;
  readonly #store: SettingStore;
  readonly #repositories: () => Promise<readonly string[]>;
  #found: Promise<EffectiveOptions> | undefined;

  /** @param repositories the names that `active_repo` may have */
  constructor(start: OptionStart, store: SettingStore, repositories: () => Promise<readonly string[]>) {
    this.#start = start;
    this.#store = store;
    this.#repositories = repositories;
  }

  /** @throws AppError `invalid_input` naming each wrong value and where it stands */
  effective(): Promise<EffectiveOptions> {
    this.#found ??= this.#resolve();
    return this.#found;
  }

  async values(): Promise<OptionValues> {
    return (await this.effective()).values;
  }

  /** The ckan.ini that is read: named at the start, else in the settings. */
  async ini(): Promise<string | undefined> {
    return this.#start.ini ?? (await this.#store.settings()).get(CONFIG_SETTING);
  }

  /**
   * Keeps a setting, or forgets it.
   * @throws AppError `invalid_input` for a name or value that can't be, and for secrets, which are never kept
   */
  async set(name: string, text: string | null, actor: string): Promise<void> {
    if (name !== CONFIG_SETTING) {
      const option = optionNamed(name);
      if (option === undefined)
        throw new AppError('invalid_input', `There is no setting “${name}”${allowedNames(name)}.`);
      if (optionOf(option).secret === true) {
        throw new AppError(
          'invalid_input',
          `${option} is a secret or may hold one, which is never stored here. Set it in the environment or in a ckan.ini.`,
        );
      }
      const read = text === null ? undefined : readOption(option, text);
      if (read?.ok === false) throw new AppError('invalid_input', `${option} is “${text}”; it ${read.problem}.`);
      await this.#check(option, text);
      await this.#store.setSetting(option, text, actor);
    } else {
      if (text !== null) await this.#check(name, text);
      await this.#store.setSetting(name, text, actor);
    }
    this.#found = undefined;
  }

  /** Refuses a change that would leave the settings wrong as a whole, before it is kept. */
  async #check(name: string, text: string | null): Promise<void> {
    const settings = new Map(await this.#store.settings());
    if (text === null) settings.delete(name);
    else settings.set(name, text);
    await this.#resolve(settings);
  }

  async #resolve(changed?: ReadonlyMap<string, string>): Promise<EffectiveOptions> {
    const settings = new Map(changed ?? (await this.#store.settings()));
    const ini = this.#start.ini ?? settings.get(CONFIG_SETTING);
    settings.delete(CONFIG_SETTING);
    return resolveOptions({ ...this.#start, ini, settings }, await this.#repositories());
  }
}
