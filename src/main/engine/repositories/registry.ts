/** Which kinds of store there are. Built-in ones register by the same call as plugins. */
import type { SourceKind } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { AbstractRepository, RepositoryClass, RepositoryContext, RepositoryMeta } from './repository.ts';

interface Registration extends RepositoryMeta {
  readonly load: () => Promise<RepositoryClass>;
}

const registrations = new Map<string, Registration>();

/**
 * Makes a kind of store known under a name, which is also the scheme of its source URLs.
 * @param load brings the class when the first such store is opened, so that drivers cost nothing until then.
 * @throws AppError `invalid_input` when the name is no URL scheme or already taken.
 */
export function registerRepository(kind: string, meta: RepositoryMeta, load: () => Promise<RepositoryClass>): void {
  if (!/^[a-z][a-z0-9+.-]+$/.test(kind)) {
    throw new AppError(
      'invalid_input',
      `“${kind}” can’t name a repository: use two or more of a–z, 0–9, “-”, “.” and “+”, a letter first.`,
    );
  }
  if (registrations.has(kind)) {
    throw new AppError('invalid_input', `A repository named “${kind}” is registered already. Choose another name.`);
  }
  registrations.set(kind, { ...meta, load });
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
  const Repository = await registration.load();
  return new Repository(context);
}
