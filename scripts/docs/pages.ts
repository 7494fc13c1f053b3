/** The pages of `docs/` that are made from the code, formatted as the rest of the project. */
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../support/project.ts';
import { actionsPage } from './actions-page.ts';
import { configurationPage } from './configuration-page.ts';

interface Page {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
}

const PAGES: readonly Page[] = [
  { path: 'docs/actions.md', text: actionsPage() },
  { path: 'docs/configuration.md', text: configurationPage() },
];

export function generatedPages(): Promise<readonly Page[]> {
  return Promise.all(
    PAGES.map(async ({ path, text }) => {
      const options = await resolveConfig(join(ROOT, path));
      return { path, text: await format(text, { ...options, parser: 'markdown' }) };
    }),
  );
}
