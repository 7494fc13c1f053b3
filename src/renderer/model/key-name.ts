/** What keys are called: `Ctrl ⇧ T` as it is told in a language, on a kind of machine. */

const GERMAN: Readonly<Record<string, string>> = {
  Ctrl: 'Strg',
  '⇧': 'Umschalt',
  Home: 'Pos1',
  End: 'Ende',
  PgUp: 'Bild auf',
  PgDn: 'Bild ab',
  Enter: 'Eingabe',
  Space: 'Leertaste',
  Del: 'Entf',
};

const MAC: Readonly<Record<string, string>> = { Ctrl: '⌘' };

/** @param mac whether it is a Mac, where the signs on the keys are the same in every language */
export function keyName(key: string, language: string, mac: boolean): string {
  const names: Readonly<Record<string, string>> = {
    ...(language === 'de' && GERMAN),
    ...(mac && { ...MAC, '⇧': '⇧' }),
  };
  return key
    .split(' ')
    .map((part) => (Object.hasOwn(names, part) ? names[part] : part))
    .join(' ');
}
