/** The engine's notes in German: by their code, with the original beside them; unknown ones stay as they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deNotes } from '../../../src/renderer/i18n/de-engine.ts';
import { noteText } from '../../../src/renderer/i18n/engine-words.ts';

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

test('every note that the engine can make has German words', () => {
  const sources = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ENGINE, name), 'utf8'));
  const found = sources.flatMap((text) =>
    [...text.matchAll(/severity: [^,]+,\s*code: '(\w+)'/g)].map((match) => match[1] ?? ''),
  );
  expect(found.length).toBeGreaterThan(20);
  expect([...new Set(found)].filter((code) => !Object.hasOwn(deNotes, code))).toEqual([]);
});
