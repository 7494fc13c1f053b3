/** What tests of writing have in common: repositories opened by URL, and events by the dozen. */
import { registerBuiltIns } from '../../src/main/engine/repositories/built-in.ts';
import { openRepository } from '../../src/main/engine/repositories/registry.ts';
import type { AbstractRepository } from '../../src/main/engine/repositories/repository.ts';
import { AppError } from '../../src/shared/errors.ts';
import { parseSourceUrl } from '../../src/shared/source-url.ts';
import { generateEvents, type WrittenEvent } from './events.ts';
import { RESOURCES } from './project.ts';

/** Opens a store to be changed. The caller closes it. */
export async function openToWrite(
  text: string,
  {
    secrets = {},
    dataDir = '',
  }: { readonly secrets?: Readonly<Record<string, string>>; readonly dataDir?: string } = {},
): Promise<AbstractRepository> {
  registerBuiltIns();
  const { url, secrets: carried } = parseSourceUrl(text);
  return openRepository({ url, secrets: { ...secrets, ...carried }, dataDir, resourcesDir: RESOURCES, writable: true });
}

export function someEvents(count: number, seed = 5): readonly WrittenEvent[] {
  return [...generateEvents(count, { seed })].map(({ event }) => event);
}

/** Lets nothing stop. */
export const ON = new AbortController().signal;

/** The filter that one field’s value makes, as an action takes it. */
export function only(field: 'id' | 'category' | 'actor' | 'action_object_id', ...values: string[]) {
  return { conditions: [{ field, values }] };
}

/** What became of events that were written: `done`, or the error’s code, with what it says of them. */
export function outcomeOf(
  error: unknown,
  events: readonly WrittenEvent[],
): { readonly code: string; readonly written: readonly string[]; readonly unknown: readonly string[] } {
  if (!(error instanceof AppError)) return { code: 'done', written: events.map(({ id }) => id), unknown: [] };
  const { written = [], unknown = [] } = Object(error.details);
  return { code: error.code, written, unknown };
}
