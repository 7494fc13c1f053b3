/** Sets the language up and switches it; numbers, sizes and counted words follow it. */
import { createInstance } from 'i18next';
import { de } from './de.ts';
import { en } from './en.ts';

export type Language = 'en' | 'de';

export const i18n = createInstance();

/** The language for a setting: `system` follows the operating system's locale, everything but German is English. */
export function languageFor(setting: 'system' | Language, locale: string): Language {
  if (setting !== 'system') return setting;
  return locale.toLowerCase().startsWith('de') ? 'de' : 'en';
}

export async function startI18n(language: Language): Promise<void> {
  await i18n.init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, de: { translation: de } },
    // React escapes what it renders; doing it twice would show entities.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

export async function switchLanguage(language: Language): Promise<void> {
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}
