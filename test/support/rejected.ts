/** Records that are no events: every reader must set them aside with a reason, and go on. */
import { recordText } from './record-text.ts';

/** A record that must be set aside, never captured and never fatal. */
export interface RejectedRecord {
  readonly name: string;
  readonly bytes: Buffer;
  /** The stable name of the reason. */
  readonly code: string;
}

function rejected(name: string, code: string, content: string | Buffer): RejectedRecord {
  return { name, code, bytes: typeof content === 'string' ? Buffer.from(content, 'utf8') : content };
}

function withBytes(text: string, marker: string, bytes: readonly number[]): Buffer {
  const at = text.indexOf(marker);
  return Buffer.concat([
    Buffer.from(text.slice(0, at)),
    Buffer.from(bytes),
    Buffer.from(text.slice(at + marker.length)),
  ]);
}

const WHOLE = recordText();

/** Records every reader must set aside. */
export const REJECTED_RECORDS: readonly RejectedRecord[] = [
  rejected('empty', 'empty', ''),
  rejected('white space only', 'empty', ' \t '),
  rejected('not JSON', 'not_json', 'CKAN started'),
  rejected('cut off', 'not_json', WHOLE.slice(0, -20)),
  rejected('cut off in an escape', 'not_json', String.raw`{"id":"a\u00`),
  rejected('an array', 'not_an_object', `[${WHOLE}]`),
  rejected('a number', 'not_an_object', '42'),
  rejected('a string', 'not_an_object', '"event"'),
  rejected('null', 'not_an_object', 'null'),
  rejected('two events in one record', 'not_json', WHOLE + WHOLE),
  rejected('text behind the event', 'not_json', `${WHOLE} # note`),
  rejected('bytes that are not UTF-8', 'not_utf8', withBytes(recordText({ actor: '"@"' }), '@', [0xff, 0xfe])),
  rejected('Latin-1', 'not_utf8', withBytes(recordText({ actor: '"Stra@e"' }), '@', [0xdf])),
  rejected('a surrogate in UTF-8', 'not_utf8', withBytes(recordText({ actor: '"@"' }), '@', [0xed, 0xa0, 0x80])),
  rejected('an overlong slash', 'not_utf8', withBytes(recordText({ actor: '"@"' }), '@', [0xc0, 0xaf])),
  rejected('a bare control character in a text', 'not_json', recordText({ actor: '"a\u0000b"' })),
  rejected('a bare line feed in a text', 'not_json', recordText({ actor: '"a\nb"' })),
  rejected('no id', 'missing_field', recordText({}, ['id'])),
  rejected('no category', 'missing_field', recordText({}, ['category'])),
  rejected('an empty category', 'empty_field', recordText({ category: '""' })),
  rejected('a category that is a number', 'wrong_type', recordText({ category: '7' })),
  rejected('no action', 'missing_field', recordText({}, ['action'])),
  rejected('an empty action', 'empty_field', recordText({ action: '""' })),
  rejected('an id that is an object', 'wrong_type', recordText({ id: '{"a":1}' })),
  rejected('no timestamp', 'missing_field', recordText({}, ['timestamp'])),
  rejected('an empty timestamp', 'empty_field', recordText({ timestamp: '""' })),
  rejected('a timestamp that is a number', 'wrong_type', recordText({ timestamp: '1731320430' })),
  rejected('the 30th of February', 'bad_timestamp', recordText({ timestamp: '"2024-02-30T10:00:00+00:00"' })),
  rejected('the 29th of February 2023', 'bad_timestamp', recordText({ timestamp: '"2023-02-29T10:00:00+00:00"' })),
  rejected('yesterday', 'bad_timestamp', recordText({ timestamp: '"yesterday"' })),
  rejected('hour 25', 'bad_timestamp', recordText({ timestamp: '"2024-01-01T25:00:00+00:00"' })),
  rejected('NaN', 'not_json', recordText({ payload: '{"n":NaN}' })),
  rejected('Infinity', 'not_json', recordText({ payload: '{"n":-Infinity}' })),
  rejected('a trailing comma', 'not_json', recordText({ payload: '{"a":1,}' })),
  rejected('single quotes', 'not_json', `{'id': 'x'}`),
  rejected('a comment', 'not_json', WHOLE.replace('{', '{/* c */')),
  rejected('a leading zero', 'not_json', recordText({ payload: '{"n":007}' })),
  rejected(
    'nested 100,000 deep',
    'too_deep',
    recordText({ payload: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }),
  ),
];

/** A valid event of at least so many bytes. Made on demand, because it is meant to be too large. */
export function hugeRecord(bytes: number): Buffer {
  return Buffer.from(recordText({ id: '"huge"', payload: `{"text":"${'x'.repeat(bytes)}"}` }));
}
