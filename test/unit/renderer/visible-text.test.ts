/** Texts of unknown origin are shown without hiding or turning anything. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textLines } from '../../../src/renderer/model/text-lines.ts';
import { cellText, clamp, showHidden } from '../../../src/renderer/model/visible-text.ts';

test('characters without a shape become symbols', () => {
  expect(showHidden('a\u0000b\tc\nd\u007f')).toBe('a⟨NUL⟩b⇥c↵d⟨DEL⟩');
  expect(showHidden('x\u202Ey\u2066z\u200b\ufeff')).toBe('x⟨U+202E⟩y⟨U+2066⟩z⟨U+200B⟩⟨U+FEFF⟩');
  expect(showHidden('\ud800')).toBe('⟨U+D800⟩');
});

test('fillers, joiners and variation selectors are seen where they would hide a difference', () => {
  expect(showHidden('ad\u034fmin\u3164')).toBe('ad⟨U+034F⟩min⟨U+3164⟩');
  expect(showHidden('admin\ufe0f\u{e0100}')).toBe('admin⟨U+FE0F⟩⟨U+E0100⟩');
  expect(showHidden('❤\ufe0f')).toBe('❤\ufe0f');
});

test('marks piled on one letter are counted, those of real writing stay', () => {
  expect(showHidden(`a${'\u0301'.repeat(18)}b`)).toBe(`a${'\u0301'.repeat(6)}⟨+12⟩b`);
  for (const text of ['ố', 'שָׁלוֹם', 'กำลัง', 'བསྒྲུབས']) expect(showHidden(text)).toBe(text);
});

test('line breaks stay where lines are shown', () => {
  expect(showHidden('a\n\tb\r', true)).toBe('a\n\tb⟨CR⟩');
});

test('ordinary writing of any script is left alone', () => {
  for (const text of ['Straße', '日本語', 'עברית', '👩🏽‍💻'.replaceAll('\u200d', ''), 'é', '<b>&amp;</b>']) {
    expect(showHidden(text)).toBe(text);
  }
});

test('cutting never splits a character and says that it cut', () => {
  expect(clamp('ab😀', 3)).toEqual({ text: 'ab', cut: true });
  expect(clamp('ab', 2)).toEqual({ text: 'ab', cut: false });
  expect(cellText('x'.repeat(1_000_000)).length).toBeLessThan(300);
});

test('lines of a text, put together again, are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 9 }), (text, limit) => {
      const lines = textLines(text, limit);
      expect(lines.join('')).toBe(text.replaceAll('\n', ''));
      expect(lines.every((line) => line.length <= limit)).toBe(true);
    }),
  );
});
