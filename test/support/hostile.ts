/** Records that break careless readers, byte for byte, with what a careful one must make of them. See also `rejected.ts`. */
import { EVENT_FIELDS, EVENT_FLAGS, type EventField } from '../../src/shared/event.ts';
import { recordText, USUAL, type FieldTexts } from './record-text.ts';

export type FlagName = keyof typeof EVENT_FLAGS;

/** A record that is an event, however odd. */
export interface HostileEvent {
  readonly name: string;
  readonly bytes: Buffer;
  /** Flags the captured event must carry. */
  readonly has: readonly FlagName[];
  /** Flags it must not carry. */
  readonly lacks: readonly FlagName[];
  /** What its columns must say; fields not named are not asked about. */
  readonly columns: Readonly<Partial<Record<Exclude<EventField, 'result' | 'payload'>, string>>>;
  /** Its instant in UTC with six decimals, where it matters. */
  readonly instant?: string;
  /** Exact JSON text; `null` when the record has no such key. */
  readonly result?: string | null;
  readonly payload?: string | null;
}

let made = 0;

type Expectations = Partial<Omit<HostileEvent, 'name' | 'bytes'>>;

/** Every record has an id of its own unless the id is the point. */
function event(
  name: string,
  texts: FieldTexts,
  expected: Expectations = {},
  leaveOut: readonly EventField[] = [],
): HostileEvent {
  made += 1;
  const id = texts.id ?? `"00000000-0000-4000-8000-${String(made).padStart(12, '0')}"`;
  return written(name, recordText({ ...texts, id }, leaveOut), expected);
}

function written(name: string, text: string, expected: Expectations = {}): HostileEvent {
  return { name, bytes: Buffer.from(text, 'utf8'), has: [], lacks: [], columns: {}, ...expected };
}

/** A hostile text in every place a text can be; `source` is its JSON text. */
function everywhere(name: string, source: string, expected: Expectations = {}): HostileEvent {
  const value = String(JSON.parse(source)).toWellFormed();
  const payload = `{${source}:${source},"list":[${source}]}`;
  return event(
    name,
    {
      action: source,
      actor: source,
      action_object: source,
      action_object_id: source,
      target_type: source,
      target_id: source,
      payload,
    },
    {
      columns: {
        action: value,
        actor: value,
        action_object: value,
        action_object_id: value,
        target_type: value,
        target_id: value,
      },
      payload,
      ...expected,
    },
  );
}

const NESTED = `{"a":${'[{"b":'.repeat(100)}1${'}]'.repeat(100)}}`;
const PRETTY = `{\n${EVENT_FIELDS.map((name) => `  "${name}": ${name === 'id' ? '"pretty"' : USUAL[name]}`).join(',\r\n')}\n}\n`;
const REVERSED = `{${EVENT_FIELDS.toReversed()
  .map((name) => `"${name}":${name === 'id' ? '"reversed"' : USUAL[name]}`)
  .join(',')}}`;

/** Events every reader must keep, with nothing lost. */
export const HOSTILE_EVENTS: readonly HostileEvent[] = [
  event('plain', {}, { lacks: ['notCanonical', 'naiveTime', 'dropped', 'loneSurrogate', 'subMicrosecond'] }),
  everywhere('quotes and backslashes', String.raw`"a\"b'c\\d\\\"e"`),
  everywhere('line breaks', String.raw`"one\ntwo\r\nthree\rfour"`),
  everywhere('NUL and other controls', String.raw`"a\u0000b\u0001\u001b[31mred\u007f"`),
  everywhere('emoji', '"👩🏽‍💻🇩🇪 and more"'),
  everywhere('a lone high surrogate', String.raw`"a\ud800b"`, { has: ['loneSurrogate', 'notCanonical'] }),
  everywhere('a lone low surrogate', String.raw`"a\udc00"`, { has: ['loneSurrogate', 'notCanonical'] }),
  event(
    'a lone surrogate deep in the payload',
    { payload: String.raw`{"a":[{"b":"\ud83d"}]}` },
    { has: ['loneSurrogate'], payload: String.raw`{"a":[{"b":"\ud83d"}]}` },
  ),
  everywhere('an escaped surrogate pair', String.raw`"\ud83d\ude00"`, {
    has: ['notCanonical'],
    lacks: ['loneSurrogate'],
  }),
  everywhere('escaped non-ASCII', String.raw`"Stra\u00dfe \u00e9"`, { has: ['notCanonical'] }),
  everywhere('a formula', String.raw`"=cmd|' /C calc'!A0"`),
  everywhere('a formula behind a full-width sign', '"＝1+1"'),
  everywhere('40,000 characters', `"${'0123456789'.repeat(4_000)}"`),
  everywhere('separators of the hash field', '"a|b:c|category:model|ts:"'),
  everywhere('glob characters', String.raw`"*?[a-z]\\*^"`),
  everywhere('bidirectional overrides', '"\u202eabc\u202c\u2066x\u2069"'),
  everywhere('HTML', '"<img src=x onerror=\\"alert(1)\\"><script>1</script>"'),
  everywhere('line and paragraph separators', '"a\u2028b\u2029c\u0085d"'),
  everywhere('a byte order mark', '"\ufeffx"'),
  everywhere('noncharacters', '"\uffff\ufdd0"'),
  everywhere(
    'separators of columns',
    '"a\u001fb\u001ec"'.replaceAll('\u001f', String.raw`\u001f`).replaceAll('\u001e', String.raw`\u001e`),
  ),
  everywhere('spaces at both ends', '"  x  "'),
  everywhere('the words null and None', '"null None \\\\N NULL"'),
  event(
    'numbers beyond 2^53',
    { payload: '{"n":9007199254740993,"m":-18446744073709551616,"p":0.1234567890123456789012345}' },
    {
      payload: '{"n":9007199254740993,"m":-18446744073709551616,"p":0.1234567890123456789012345}',
      lacks: ['notCanonical'],
    },
  ),
  event(
    'numbers with their spelling',
    { payload: '{"price":1.10,"big":1e400,"small":-0.0,"exp":1E+2}' },
    { payload: '{"price":1.10,"big":1e400,"small":-0.0,"exp":1E+2}', lacks: ['notCanonical'] },
  ),
  event(
    'keys named __proto__',
    { payload: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' },
    { payload: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' },
  ),
  event('duplicate keys in the payload', { payload: '{"a":1,"a":2}' }, { payload: '{"a":1,"a":2}' }),
  event('an empty key', { payload: '{"":{"":""}}' }, { payload: '{"":{"":""}}' }),
  event('nested 200 deep', { payload: NESTED }, { payload: NESTED }),
  event('a number as id', { id: '9007199254740993' }, { columns: { id: '9007199254740993' }, has: ['notCanonical'] }),
  event('true as id', { id: 'true' }, { columns: { id: 'true' }, has: ['notCanonical'] }),
  event('an empty id', { id: '""' }, { columns: { id: '' } }),
  event('no result and no payload', {}, { has: ['dropped'], result: null, payload: null }, ['result', 'payload']),
  event('no payload', {}, { lacks: ['dropped'], result: '{}', payload: null }, ['payload']),
  event('required fields only', {}, { has: ['dropped', 'notCanonical'], columns: { actor: '', target_id: '' } }, [
    'actor',
    'action_object',
    'action_object_id',
    'target_type',
    'target_id',
    'result',
    'payload',
  ]),
  event(
    'a naive time',
    { timestamp: '"2024-11-11T10:20:30.123456"' },
    {
      has: ['naiveTime'],
      columns: { timestamp: '2024-11-11T10:20:30.123456' },
      instant: '2024-11-11T10:20:30.123456Z',
    },
  ),
  event(
    'a time that ends in Z',
    { timestamp: '"2024-11-11T10:20:30.5Z"' },
    { lacks: ['naiveTime'], columns: { timestamp: '2024-11-11T10:20:30.5Z' }, instant: '2024-11-11T10:20:30.500000Z' },
  ),
  event(
    'a time with an offset',
    { timestamp: '"2024-11-11T00:20:30.000001+05:45"' },
    {
      lacks: ['naiveTime'],
      columns: { timestamp: '2024-11-11T00:20:30.000001+05:45' },
      instant: '2024-11-10T18:35:30.000001Z',
    },
  ),
  event(
    'a time without a fraction',
    { timestamp: '"2024-02-29T23:59:59+00:00"' },
    { lacks: ['notCanonical'], instant: '2024-02-29T23:59:59.000000Z' },
  ),
  event(
    'a time with nanoseconds',
    { timestamp: '"2024-11-11T10:20:30.123456999+00:00"' },
    {
      has: ['subMicrosecond'],
      columns: { timestamp: '2024-11-11T10:20:30.123456999+00:00' },
      instant: '2024-11-11T10:20:30.123456Z',
    },
  ),
  event(
    'a time before 1970',
    { timestamp: '"1969-12-31T23:59:59.999999+00:00"' },
    { instant: '1969-12-31T23:59:59.999999Z' },
  ),
  written('pretty-printed', PRETTY, { has: ['notCanonical'], columns: { id: 'pretty' } }),
  written('keys in another order', REVERSED, { has: ['notCanonical'], columns: { id: 'reversed', category: 'api' } }),
  written('unknown keys', recordText({ id: '"unknown keys"' }).replace(/\}$/, ',"extra":{"x":[1]},"_version":2}'), {
    has: ['notCanonical'],
    columns: { id: 'unknown keys' },
  }),
  written('a field given twice', recordText({ id: '"given twice"' }).replace('"actor":', '"actor":"first","actor":'), {
    has: ['notCanonical'],
    columns: { id: 'given twice' },
  }),
  written('an escaped key', recordText({ id: '"escaped key"' }).replace('"actor"', String.raw`"\u0061ctor"`), {
    has: ['notCanonical'],
    columns: { id: 'escaped key', actor: '5f0c7c3e-51a7-4f57-9d52-1c0a8b0d7c11' },
  }),
  written('spaces behind separators', recordText({ id: '"spaces"' }).replaceAll('":', '": ').replaceAll(',"', ', "'), {
    has: ['notCanonical'],
    columns: { id: 'spaces' },
  }),
  written('spaces around the record', ` \t${recordText({ id: '"around"' })}  `, {
    has: ['notCanonical'],
    columns: { id: 'around' },
  }),
];
