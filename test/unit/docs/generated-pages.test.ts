import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedPages } from '../../../scripts/docs/pages.ts';
import { ACTIONS } from '../../../src/shared/contract.ts';
import { OPTION_NAMES } from '../../../src/shared/options.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('the generated pages of docs/', async () => {
  for (const { path, text } of await generatedPages()) {
    it(`${path} says what the code says (else: npm run generate:docs)`, () => {
      expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
    });
  }

  it('describe every action', () => {
    const page = readFileSync(join(ROOT, 'docs/actions.md'), 'utf8');
    expect(Object.keys(ACTIONS).filter((name) => !page.includes(`### ${name}\n`))).toEqual([]);
    const told = [...page.matchAll(/^### (event_audit_.*)$/gm)].map(([, name]) => name);
    expect(told).toHaveLength(Object.keys(ACTIONS).length);
  });

  it('describe every setting', () => {
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    expect(OPTION_NAMES.filter((name) => !page.includes(`## ${name}\n`))).toEqual([]);
  });
});
