/**
 * JSON objects that are written as they were given. A number such as `1.10` or `12345678901234567890`, a key that comes
 * twice, the order of keys like `10` and `2`: a JavaScript value holds none of these. An object that was read from text
 * therefore remembers the text, which is what stores are given.
 */
import { AppError } from '../../../shared/errors.ts';
import { EVENT_FIELDS } from '../../../shared/event.ts';
import { problemSentence } from '../snapshot/record-rules.ts';
import { MAX_DEPTH, RecordScanner } from '../snapshot/record-scanner.ts';

type JsonObject = Record<string, unknown>;

const texts = new WeakMap<object, string>();

/** The field that the object stands for, among those that a record can have. */
const PAYLOAD = EVENT_FIELDS.indexOf('payload');

/**
 * The object that a JSON text says. It can't be changed, because it stands for its text.
 * @param name what it is, for messages: `payload`
 * @throws AppError `invalid_input` when the text is no JSON (RFC 8259), no object, or nested too deeply for readers
 */
export function jsonObject(text: string, name: string): JsonObject {
  const scanner = new RecordScanner();
  if (!scanner.scanValue(Buffer.from(text), PAYLOAD)) {
    throw new AppError('invalid_input', `The ${name} is not JSON: ${problemSentence(scanner)}`);
  }
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) {
    throw new AppError('invalid_input', `The ${name} is JSON, but no object. Write one such as {"name":"budget"}.`);
  }
  texts.set(frozen(value), compactJson(text));
  return value;
}

/**
 * The object as compact JSON: the text it was read from, or what its values say.
 * @throws AppError `invalid_input` for a value that JSON has not (a date, a bigint, NaN), or one nested too deeply
 */
export function textOfObject(value: Readonly<JsonObject>): string {
  const text = texts.get(value);
  if (text !== undefined) return text;
  checkJson(value, '', 0);
  return JSON.stringify(value);
}

/** JSON without the white space between its tokens, and with escapes for what UTF-8 can't hold. */
export function compactJson(text: string): string {
  let out = '';
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
    } else if (character === ' ' || character === '\n' || character === '\r' || character === '\t') {
      out += text.slice(from, at);
      at += 1;
      from = at;
    } else {
      at += 1;
    }
  }
  const compact = out + text.slice(from);
  if (compact.isWellFormed()) return compact;
  // In this mode, the expression finds surrogates only where they are without their partners.
  return compact.replaceAll(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

/** The position behind the string that begins at a quote. */
function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Makes the value and all in it unchangeable. Its depth was checked before. */
function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}

/** What JSON has not, would be left out or changed without a word. */
function checkJson(value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      break;
    case 'object':
      if (value === null) return;
      if (depth >= MAX_DEPTH) {
        throw new AppError(
          'invalid_input',
          `A value is nested deeper than ${MAX_DEPTH} levels, which no reader takes.`,
        );
      }
      if (Array.isArray(value)) {
        for (const [index, inner] of value.entries()) checkJson(inner, `${path}[${index}]`, depth + 1);
        return;
      }
      if (!isObject(value)) break;
      for (const [key, inner] of Object.entries(value)) {
        // A member that is undefined is one that is not there, as everywhere in JavaScript.
        if (inner !== undefined) checkJson(inner, `${path}.${key}`, depth + 1);
      }
      return;
    default:
  }
  const what =
    typeof value === 'object'
      ? 'an object of a class'
      : typeof value === 'number'
        ? `the number ${value}`
        : `a ${typeof value}`;
  throw new AppError('invalid_input', `JSON has no such value as ${what} at “${path.slice(0, 200)}”. Give it as text.`);
}

function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Values of another realm have a prototype of their own, which in turn has none.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
