/**
 * What the engine says, in the language of the window. The engine speaks English; its messages carry codes, and by those
 * they get their words here. The original is kept beside them, because names and numbers are only in it.
 */
import { useCallback } from 'react';
import type { Note } from '../../shared/contract.ts';
import { de } from './de.ts';
import { deNotes, deProducts, deSettings } from './de-engine.ts';
import { useWords } from './use-words.ts';

export interface EngineText {
  readonly text: string;
  /** The engine's own words, when `text` is not them. */
  readonly original: string | undefined;
}

export function noteText(language: string, { code, message }: Pick<Note, 'code' | 'message'>): EngineText {
  const known = language === 'de' && Object.hasOwn(deNotes, code) ? deNotes[code] : undefined;
  return known === undefined ? { text: message, original: undefined } : { text: known, original: message };
}

export function useNoteText(): (note: Pick<Note, 'code' | 'message'>) => EngineText {
  const { language } = useWords();
  return useCallback((note) => noteText(language, note), [language]);
}

/** What a connection test found, such as `SQLite file, table audit`; what a plugin says stays as it is. */
export function productText(language: string, product: string): string {
  const [pattern, german] = (language === 'de' && deProducts.find(([english]) => english.test(product))) || [];
  return pattern === undefined || german === undefined ? product : product.replace(pattern, german);
}

/** What a setting does. */
export function settingText(
  language: string,
  { name, summary }: { readonly name: string; readonly summary: string },
): string {
  const words: Readonly<Record<string, string>> = deSettings;
  return (language === 'de' ? words[name] : undefined) ?? summary;
}

/** Whether the engine's messages are in another language than the window. */
export function useIsForeign(): boolean {
  return useWords().language !== 'en';
}

/** Texts that the window itself put into an error: they need no folding away. */
const OWN_TEXTS: ReadonlySet<string> = new Set([de.sources.dropNone, de.connect.barInName]);

export function isOwnText(message: string): boolean {
  return OWN_TEXTS.has(message);
}
