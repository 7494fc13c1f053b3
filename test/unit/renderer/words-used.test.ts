/** The words of the window are those that its code asks for: none is missing, none is left over, none is written beside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../../src/renderer/i18n/en.ts';

const RENDERER = join(import.meta.dirname, '../../../src/renderer');

interface Source {
  readonly name: string;
  readonly text: string;
}

const sources: readonly Source[] = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('i18n/en') && !name.startsWith('i18n/de'))
  .map((name) => ({ name, text: withoutComments(readFileSync(join(RENDERER, name), 'utf8')) }));

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function keysOf(words: object, prefix = ''): readonly string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [prefix + key],
  );
}

/** Plural forms count as their one key. */
const keys = new Set(keysOf(en).map((key) => key.replace(/_(?:zero|one|other)$/, '')));

/** What code names: whole keys in quotes, and templates whose gaps may be anything without a dot. */
const named = sources.flatMap(({ text }) =>
  [...text.matchAll(/['"]([a-z]\w*(?:\.\w+)+)['"]/gi)].map((match) => match[1]),
);
const templates = sources.flatMap(({ text }) =>
  [...text.matchAll(/`([a-z]\w*\.[^`]*)`/gi)].map(
    (match) =>
      new RegExp(`^${(match[1] ?? '').replaceAll(/[.*+?^()|[\]\\]/g, '\\$&').replaceAll(/\$\{[^}]*\}/g, '[^.]+')}$`),
  ),
);

test('every key that is asked for is there', () => {
  const groups = new Set(Object.keys(en));
  const asked = sources.flatMap(({ name, text }) =>
    [...text.matchAll(/\bt\(\s*'([^']+)'/g)].flatMap(([, key = '']) => (keys.has(key) ? [] : [`${name}: ${key}`])),
  );
  expect(asked).toEqual([]);
  expect(groups.size).toBeGreaterThan(10);
});

test('no key is left over', () => {
  const used = new Set(named);
  const unused = [...keys].filter((key) => !used.has(key) && !templates.some((template) => template.test(key)));
  expect(unused).toEqual([]);
});

/** Names of products, languages and keys, and what is typed as it stands, are the same in every language. */
const SAME_EVERYWHERE =
  /^(?:Electron|Chromium|Node|English|Deutsch|UTC|I|X|F5|Esc|Ctrl|JSON|NULL|SHA-256|default|event-audit:view\?…|postgres:\S+)$/;
const LETTERS = /\p{L}{2}/u;

/** Texts between tags, and in attributes and options that people read or hear. */
const WRITTEN: readonly RegExp[] = [
  /(?<![=-])>([^<>{}=;:()'"`]*\p{L}{2}[^<>{}=;:()'"`]*)(?=[<{])/gu,
  /\}([^<>{}=;:()'"`]*\p{L}{2}[^<>{}=;:()'"`]*)(?=<\/)/gu,
  /\b(?:title|label|placeholder|description|alt|message)="([^"]+)"/g,
  /\b(?:title|label|placeholder|description|message|text): '([^']+)'/g,
];

function writtenTexts({ name, text }: Source): readonly string[] {
  return WRITTEN.flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => (match[1] ?? '').replaceAll(/&\w+;/g, ' ').trim())
    .filter((found) => found.split(/\s+/).some((word) => LETTERS.test(word) && !SAME_EVERYWHERE.test(word)))
    .map((found) => `${name}: ${found}`);
}

test('no text is written into the code', () => {
  expect(sources.filter(({ name }) => name.endsWith('.tsx')).flatMap(writtenTexts)).toEqual([]);
  // What would slip through if the search above found nothing at all.
  expect(writtenTexts({ name: 'a.tsx', text: '<p className="x">Some text</p>' })).toHaveLength(1);
  expect(writtenTexts({ name: 'a.tsx', text: '<p>{count} of them</p>' })).toHaveLength(1);
  expect(writtenTexts({ name: 'a.tsx', text: '<p title="Some text" />' })).toHaveLength(1);
});
