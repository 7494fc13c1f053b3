/** Which kinds of store there are. Built-in ones register by the same call as plugins. */
import type { SourceKind } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import {
  AbstractRepository,
  openedToRead,
  READ_ONLY,
  type RepositoryClass,
  type RepositoryContext,
  type RepositoryMeta,
} from './repository.ts';

interface Registration extends RepositoryMeta {
  readonly load: () => Promise<RepositoryClass>;
}

/** Changes a registration on its way in. */
type Intake = (kind: string, Repository: RepositoryClass) => RepositoryClass;

const registrations = new Map<string, Registration>();
let intake: Intake | undefined;

/**
 * Makes a kind of store known under a name, which is also the scheme of its source URLs.
 * @param meta what is known of it without opening one: its title (its name unless said), an example and what it can do
 * (read, unless said)
 * @throws AppError `invalid_input` when the name is no URL scheme or already taken, or the class is no repository
 * @example registerRepository('mycustom', MyCustomRepository)
 */
export function registerRepository(kind: string, Repository: RepositoryClass, meta?: Partial<RepositoryMeta>): void;
/** @param load brings the class when the first such store is opened, so that its driver costs nothing until then. */
export function registerRepository(kind: string, meta: RepositoryMeta, load: () => Promise<RepositoryClass>): void;
export function registerRepository(
  kind: string,
  first: RepositoryClass | RepositoryMeta,
  second?: Partial<RepositoryMeta> | (() => Promise<RepositoryClass>),
): void {
  if (typeof kind !== 'string' || !/^[a-z][a-z0-9+.-]+$/.test(kind)) {
    throw new AppError(
      'invalid_input',
      `“${kind}” can’t name a repository: use two or more of a–z, 0–9, “-”, “.” and “+”, a letter first.`,
    );
  }
  if (registrations.has(kind)) {
    throw new AppError('invalid_input', `A repository named “${kind}” is registered already. Choose another name.`);
  }
  if (typeof first === 'function') {
    if (!(first.prototype instanceof AbstractRepository)) {
      throw new AppError('invalid_input', `The class given for “${kind}” does not extend AbstractRepository.`);
    }
    const Repository = intake === undefined ? first : intake(kind, first);
    const meta = typeof second === 'object' ? second : {};
    registrations.set(kind, {
      title: meta.title ?? kind,
      example: meta.example ?? `${kind}:`,
      capabilities: { ...READ_ONLY, ...meta.capabilities },
      load: () => Promise.resolve(Repository),
    });
    return;
  }
  if (typeof first !== 'object' || typeof second !== 'function') {
    throw new AppError(
      'invalid_input',
      `registerRepository('${kind}', …) needs a class that extends AbstractRepository.`,
    );
  }
  registrations.set(kind, { ...first, load: second });
}

/** Takes a kind of store back. Repositories of it that are open go on. The loader of plugins does so. */
export function forgetRepository(kind: string): void {
  registrations.delete(kind);
}

/** Lets classes that are registered meanwhile pass through a hand first. The loader of plugins does so. */
export async function throughIntake<T>(hand: Intake, work: () => Promise<T>): Promise<T> {
  intake = hand;
  try {
    return await work();
  } finally {
    intake = undefined;
  }
}

/** All registered kinds, in order of registration. */
export function registeredKinds(): readonly SourceKind[] {
  return [...registrations].map(([kind, { title, example, capabilities }]) => ({ kind, title, example, capabilities }));
}

export function titleOf(kind: string): string {
  return registrations.get(kind)?.title ?? kind;
}

/** @throws AppError `invalid_input` naming the kinds there are, when the URL's kind is none of them. */
export async function openRepository(context: RepositoryContext): Promise<AbstractRepository> {
  const registration = registrations.get(context.url.kind);
  if (registration === undefined) {
    throw new AppError(
      'invalid_input',
      `No store is called “${context.url.scheme}:”. Known are ${[...registrations.keys()].map((kind) => `${kind}:`).join(', ')}.`,
    );
  }
  if (context.writable === true && !registration.capabilities.write && !registration.capabilities.clear) {
    const others = [...registrations].flatMap(([kind, { capabilities }]) => (capabilities.write ? [`${kind}:`] : []));
    throw new AppError(
      'unsupported',
      `${context.url.text} can’t be changed: stores of the kind ${registration.title} are only read. Those that can are ${others.join(', ')}.`,
    );
  }
  const Repository = await registration.load();
  const repository = new Repository(context);
  return context.writable === true ? repository : locked(repository, context);
}

/** Makes sure that what was opened to be read changes nothing, whoever wrote its class. */
function locked(repository: AbstractRepository, context: RepositoryContext): AbstractRepository {
  const refuse = (): Promise<never> => Promise.reject(openedToRead(context));
  for (const name of ['writeEvent', 'writeEvents', 'removeRecords', 'clear'] as const) {
    Object.defineProperty(repository, name, { value: refuse });
  }
  return repository;
}
