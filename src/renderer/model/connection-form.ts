/** The connection dialog's fields and the source URL they stand for: each can be turned into the other. */
import { formatSourceUrl, parseSourceUrl, type ParsedSource } from '../../shared/source-url.ts';
import { FORMS, type FormField, type FormKind, type StoreForm } from './connection/forms.ts';
import type { UrlParts } from './connection/lens.ts';

/** The URL a text means, `undefined` while it means none. */
export function tryParse(text: string): ParsedSource | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseSourceUrl(text);
  } catch {
    // A URL that is still being typed: the engine tells what is wrong with it when it is asked.
    return undefined;
  }
}

export function formOf(kind: string): StoreForm | undefined {
  return FORMS.find((form) => form.kind === kind);
}

/** Which form shows a URL; `undefined` for what no form can say (plugins, the sample, what is no URL yet). */
export function kindOfUrl(text: string): FormKind | undefined {
  return formOf(tryParse(text)?.url.kind ?? '')?.kind;
}

/** The parts that a form's fields work on: the URL's own, or a new form's when the URL is another store's. */
export function partsFor(form: StoreForm, text: string): UrlParts {
  const url = tryParse(text)?.url;
  return url?.kind === form.kind ? url : parseSourceUrl(form.base).url;
}

/** The URL after a field was changed; `''` while the form holds nothing that could be opened. */
export function editField(form: StoreForm, text: string, field: FormField, value: string): string {
  if (field.control === 'secret') return text;
  const next = formatSourceUrl(field.lens.set(partsFor(form, text), value));
  return next === form.base && isIncomplete(form, next) ? '' : next;
}

/** What a new form of this kind begins with; `''` when it needs something first. */
export function newUrl(form: StoreForm): string {
  return isIncomplete(form, form.base) ? '' : form.base;
}

/** Whether something is missing without which there is nothing to open. */
export function isIncomplete(form: StoreForm, text: string): boolean {
  const parts = partsFor(form, text);
  return shownFields(form.fields, parts).some(
    (field) => field.required === true && field.control !== 'secret' && field.lens.get(parts).trim() === '',
  );
}

export function shownFields(fields: readonly FormField[], parts: UrlParts): readonly FormField[] {
  return fields.filter((field) => field.when === undefined || field.when(parts));
}

/** The names of the secrets that a form can take. */
export function secretNames(form: StoreForm): readonly string[] {
  return [...form.fields, ...form.advanced].flatMap((field) => (field.control === 'secret' ? [field.secret] : []));
}
