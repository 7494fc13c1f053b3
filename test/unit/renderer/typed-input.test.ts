/** What is typed and pressed is understood, and told, as the language has it. */
import { describe, expect, test } from 'vitest';
import { KEYS } from '../../../src/renderer/features/frame/keys.ts';
import { keyName } from '../../../src/renderer/model/key-name.ts';
import { readTypedDate } from '../../../src/renderer/model/typed-date.ts';

describe('a typed date', () => {
  test('is ISO 8601 in every language, as it was typed', () => {
    for (const language of ['en', 'de']) {
      expect(readTypedDate(' 2024-03-11 ', language)).toBe('2024-03-11');
      expect(readTypedDate('2024-03-11T10:20:30+01:00', language)).toBe('2024-03-11T10:20:30+01:00');
      expect(readTypedDate('', language)).toBe('');
    }
  });

  test('has the day first in German', () => {
    expect(readTypedDate('11.03.2024', 'de')).toBe('2024-03-11');
    expect(readTypedDate('11.3.2024 14:05', 'de')).toBe('2024-03-11T14:05');
    expect(readTypedDate('1. 3. 2024, 9:05:07,25 Uhr', 'de')).toBe('2024-03-01T09:05:07.25');
  });

  test('that could mean two things, or no day at all, is not guessed', () => {
    expect(readTypedDate('11.03.2024', 'en')).toBeUndefined();
    for (const text of [
      '03/11/2024',
      '11-03-2024',
      '11.03.24',
      '31.02.2024',
      '3.13.2024',
      '11.03.2024 25:00',
      'gestern',
    ]) {
      expect([text, readTypedDate(text, 'de')]).toEqual([text, undefined]);
      expect([text, readTypedDate(text, 'en')]).toEqual([text, undefined]);
    }
  });
});

test('keys have the names that are on them', () => {
  expect(keyName('Ctrl ⇧ PgUp', 'de', false)).toBe('Strg Umschalt Bild auf');
  expect(keyName('Home · End', 'de', false)).toBe('Pos1 · Ende');
  expect(keyName('Ctrl ⇧ T', 'en', false)).toBe('Ctrl ⇧ T');
  expect(keyName('Ctrl ⇧ T', 'de', true)).toBe('⌘ ⇧ T');
  const told = KEYS.map(({ key }) => keyName(key, 'de', false)).join(' ');
  expect(told).not.toMatch(/Ctrl|Home|End\b|PgUp|PgDn|Enter|Space|Del\b/);
});
