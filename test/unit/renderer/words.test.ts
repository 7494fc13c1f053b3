/** Both languages say everything, with the same placeholders, and really differ. */
import { expect, test } from 'vitest';
import { de } from '../../../src/renderer/i18n/de.ts';
import { en } from '../../../src/renderer/i18n/en.ts';

function flatten(words: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, text] of flatten(value, `${prefix}${key}.`)) found.set(name, text);
    }
  }
  return found;
}

const english = flatten(en);
const german = flatten(de);

test('no key is missing or too much', () => {
  expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted());
});

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').toSorted();
}

test('the same values are filled in', () => {
  for (const [key, text] of english)
    expect([key, ...placeholders(german.get(key) ?? '')]).toEqual([key, ...placeholders(text)]);
});

test('no text is empty', () => {
  for (const [key, text] of [...english, ...german]) expect([key, text.trim()]).not.toEqual([key, '']);
});
