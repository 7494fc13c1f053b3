/** Finds the event in what command line tools print around it: redis-cli, `aws logs`, jq. */

/** What one line or element is, seen for what it holds. */
export type Unwrapped =
  | { readonly kind: 'record'; readonly bytes: Uint8Array; readonly key?: Uint8Array }
  /** The name of a hash field, which HGETALL prints before each value. The value says the same. */
  | { readonly kind: 'field-name' };

const REDIS_LINE = /^\s*(?:\d+\)\s+)+"(.*)"\s*$/s;
const FIELD_NAME = /^id:.*\|category:.*\|ts:[^{}]*$/s;
const LOG_PREFIX = /^\d{4}-\d\d-\d\d[T ][0-9:.,+Z-]+\s[^{]*(?=\{)/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b' };

/** One line of a text file, or one element of a JSON list. */
export function unwrap(bytes: Uint8Array, logEvents: boolean): Unwrapped {
  const first = bytes[0];
  if (first === 0x7b) return logEvents ? message(bytes) : { kind: 'record', bytes };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  // Nothing is unwrapped from bytes that a text can't hold: they are set aside as they are.
  if (text.includes('\ufffd')) return { kind: 'record', bytes };
  if (first === 0x22) return inner(jsonString(text), bytes);
  const numbered = REDIS_LINE.exec(text)?.[1];
  if (numbered !== undefined) return inner(redisString(numbered), bytes);
  if (FIELD_NAME.test(text)) return { kind: 'field-name' };
  const prefix = LOG_PREFIX.exec(text)?.[0];
  if (prefix !== undefined) return { kind: 'record', bytes: bytes.subarray(Buffer.byteLength(prefix)) };
  return { kind: 'record', bytes };
}

/** Whether an object is what `aws logs` prints around a message. */
export function isLogEvent(text: string): boolean {
  const value = parsed(text);
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    !('category' in value)
  );
}

function inner(content: Buffer | undefined, original: Uint8Array): Unwrapped {
  if (content === undefined) return { kind: 'record', bytes: original };
  const text = content.toString('utf8');
  if (FIELD_NAME.test(text)) return { kind: 'field-name' };
  return { kind: 'record', bytes: text.trimStart().startsWith('{') ? content : original };
}

/** The message of a log event, and the event's id as key, for pages that overlap. */
function message(bytes: Uint8Array): Unwrapped {
  const value = parsed(Buffer.from(bytes).toString('utf8'));
  if (typeof value !== 'object' || value === null || !('message' in value) || typeof value.message !== 'string') {
    return { kind: 'record', bytes };
  }
  const key = 'eventId' in value && typeof value.eventId === 'string' ? { key: Buffer.from(value.eventId) } : {};
  return { kind: 'record', bytes: Buffer.from(value.message), ...key };
}

function jsonString(text: string): Buffer | undefined {
  const value = parsed(text);
  return typeof value === 'string' ? Buffer.from(value) : undefined;
}

/** redis-cli writes bytes that a terminal can't show as `\xHH`. */
function redisString(quoted: string): Buffer {
  const bytes: Buffer[] = [];
  for (const [all, hex, letter] of quoted.matchAll(/\\x([0-9a-f]{2})|\\(.)|[^\\]+/gis)) {
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'));
    else bytes.push(Buffer.from(letter === undefined ? all : (ESCAPES[letter] ?? letter)));
  }
  return Buffer.concat(bytes);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
