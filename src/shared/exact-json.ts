/** Reads JSON so that it is written again as it was: numbers keep their text. */

/** Node.js 22 and later make a value of a number's own text; the library's types do not know it yet. */
const rawJson: unknown = Reflect.get(JSON, 'rawJSON');

/**
 * The value of a JSON text. A number that would be written differently (`1.10`, one of more digits than a double has)
 * becomes a value that `JSON.stringify` writes as it was; it is no number to compute with.
 * @throws SyntaxError when it is no JSON
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    const isExact = typeof value !== 'number' || source === undefined || JSON.stringify(value) === source;
    return isExact || typeof rawJson !== 'function' ? value : Reflect.apply(rawJson, JSON, [source]);
  });
}
