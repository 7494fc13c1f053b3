/** Both languages say everything, with the same placeholders, and really differ. */
import { expect, test } from 'vitest';
import { deNotes, deProducts, deSettings } from '../../../src/renderer/i18n/de-engine.ts';
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

/** What has one word only, so that nobody wonders whether two things are meant. */
const ONE_WORD: Readonly<Record<string, RegExp>> = {
  unlesbar: /beiseite|aussortiert/i,
  ID: /\bId\b|\bIds\b|Kennung|-Id\b/,
  'sichern, entfernen': /aufheb|aufgehoben/i,
  Eingabetaste: /\bEnter\b/,
  Strg: /\bCtrl\b/,
};

test('one thing has one word in German', () => {
  const texts = [
    ...german.values(),
    ...Object.values(deNotes),
    ...Object.values(deSettings),
    ...deProducts.map(([, text]) => text),
  ];
  for (const [word, others] of Object.entries(ONE_WORD)) {
    expect([word, texts.filter((text) => others.test(text))]).toEqual([word, []]);
  }
});

test('a unit is told in brackets or words, not as a letter behind a comma', () => {
  for (const words of [en, de]) {
    expect(Object.values(words.connect.field).filter((text) => /, \w$| \w$/.test(text))).toEqual([]);
  }
});

/** Nouns, and German adjectives and verbs, that differ between one and several. */
const SEVERAL =
  /\{\{\w+\}\}(?: \p{Ll}+en| more| older| further| other| of them)? (?:events|records|rows|values|entries|columns|cells|days|findings|gaps|attributes|requests|accounts|names|sources|exports|objects|copies|characters|packages|weitere|davon können|Ereignissen?|Datensätzen?|Zeilen|Werte|Einträge|Spalten|Zellen|Tage|Befunde|Lücken|Attribute|Anfragen|Konten|Namen|Quellen|Exporte|Objekte|Kopien|Modellereignissen)\b/u;

/** Never one: limits of ours, steps of ours, what only long texts and lists get, and what the finding itself says is several. */
const NEVER_ONE: ReadonlySet<string> = new Set([
  'around.more',
  'columns.sampled',
  'copyPicked.tooMany',
  'detail.beginning',
  'detail.moreMembers',
  'detail.unfold',
  'facets.searchAll',
  'findings.item.id',
  'findings.text.repeated_event',
  'grid.tooMany',
  'licences.text',
  'notes.tooMany',
]);

function isPlural(key: string): boolean {
  return /_(?:zero|one|other)$/.test(key);
}

test('a counted word has a form for one and one for several', () => {
  for (const words of [english, german]) {
    const found = [...words].filter(([key, text]) => !isPlural(key) && SEVERAL.test(text)).map(([key]) => key);
    expect(found.filter((key) => !NEVER_ONE.has(key))).toEqual([]);
    const forms = [...words.keys()].filter(isPlural);
    expect(forms.filter((key) => key.endsWith('_one') && !words.has(key.replace(/_one$/, '_other')))).toEqual([]);
    expect(forms.filter((key) => key.endsWith('_other') && !words.has(key.replace(/_other$/, '_one')))).toEqual([]);
  }
  // What would slip through if the search found nothing at all.
  expect(SEVERAL.test('{{formatted}} events')).toBe(true);
  expect(SEVERAL.test('{{formatted}} Ereignisse')).toBe(true);
  expect(SEVERAL.test('{{formatted}} Ereignis')).toBe(false);
});
