/** The engine's notes in German: by their code, with the original beside them; unknown ones stay as they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { de } from '../../../src/renderer/i18n/de.ts';
import { deNotes } from '../../../src/renderer/i18n/de-engine.ts';
import { noteText, productText } from '../../../src/renderer/i18n/engine-words.ts';

const ENGINE = join(import.meta.dirname, '../../../src/main/engine');

test('a known note has German words and keeps the original', () => {
  const note = { code: 'changed_while_read', message: 'The store changed: 5 records before, 6 after.' };
  expect(noteText('de', note)).toEqual({ text: deNotes['changed_while_read'], original: note.message });
  expect(noteText('en', note)).toEqual({ text: note.message, original: undefined });
});

test('a note of a plugin, whatever its code, is shown as it is', () => {
  for (const code of ['plugin_says', 'toString', '__proto__']) {
    expect(noteText('de', { code, message: 'As written.' })).toEqual({ text: 'As written.', original: undefined });
  }
});

const engineTexts = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ENGINE, name), 'utf8'));

test('every note that the engine can make has German words', () => {
  const found = engineTexts.flatMap((text) =>
    [...text.matchAll(/severity: [^,]+,\s*code: '(\w+)'/g)].map((match) => match[1] ?? ''),
  );
  expect(found.length).toBeGreaterThan(20);
  expect([...new Set(found)].filter((code) => !Object.hasOwn(deNotes, code))).toEqual([]);
});

test('what a connection test found is told in German, names as they are', () => {
  expect(productText('de', 'SQLite file, table audit, old')).toBe('SQLite-Datei, Tabelle audit, old');
  expect(productText('de', 'PostgreSQL 17.2, table public.a b')).toBe('PostgreSQL 17.2, Tabelle public.a b');
  expect(productText('en', 'SQLite file, table audit')).toBe('SQLite file, table audit');
  expect(productText('de', 'A plugin’s store')).toBe('A plugin’s store');
  const said = engineTexts.flatMap((text) =>
    [...text.matchAll(/\bproduct: .*$/gm)].flatMap(([line]) =>
      [...line.matchAll(/'([^']+)'|`([^`]+)`/g)].map(([, plain = '', template = '']) => plain + template),
    ),
  );
  expect(said.length).toBeGreaterThan(6);
  const english = said
    .map((text) => text.replaceAll(/\$\{[^}]*\}/g, '1'))
    .filter((text) => /\b(?:file|files|table|store|of|at)\b/.test(productText('de', text)));
  expect(english).toEqual([]);
});

test('every reason for which a record is set aside has words', () => {
  const documented = readFileSync(join(ENGINE, '../../../docs/sources.md'), 'utf8');
  const list = /\*\*Records that are no events\*\*([^]*?)The window lists them/.exec(documented)?.[1] ?? '';
  const codes = [...list.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !Object.hasOwn(de.evidence.reason, code))).toEqual([]);
});
