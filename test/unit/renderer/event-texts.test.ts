/** Picked events as one text: complete, in columns, and never read as markup. */
import { expect, test } from 'vitest';
import { eventTexts } from '../../../src/renderer/model/event-texts.ts';
import type { EventDetail } from '../../../src/shared/event.ts';

const event: EventDetail = {
  n: 1,
  id: 'e-1',
  category: 'model',
  action: 'changed',
  actor: 'a\t"b"\nc',
  action_object: 'Package',
  action_object_id: 'p|1',
  target_type: '',
  target_id: '',
  timestamp: '2024-03-11T10:20:30',
  instant: '2024-03-11T10:20:30.000000Z',
  flags: 0,
  source: 0,
  result: '{"title": 1.10}',
  payload: null,
  raw: null,
};

test('text is a line of names and a line for each event, cells with tabs and breaks quoted', () => {
  const text = eventTexts('text', [event]);
  expect(text.startsWith('id\tcategory\taction\tactor\t')).toBe(true);
  expect(text).toContain('"a\t""b""\nc"');
});

test('JSON keeps numbers as they were written, and an absent key absent', () => {
  const text = eventTexts('json', [event, event]);
  expect(JSON.parse(text)).toHaveLength(2);
  expect(text).toContain('"result":{"title": 1.10}');
  expect(text).not.toContain('"payload"');
});

test('Markdown shows a value as it is', () => {
  const evil = { ...event, actor: '<img src=x>', action: '[a](javascript:b)', target_id: '`**x**`' };
  const [, , row = ''] = eventTexts('markdown', [evil]).split('\n');
  expect(row).toContain('&lt;img src=x&gt;');
  expect(row).toContain('\\[a\\](javascript:b)');
  expect(row).toContain('\\`\\*\\*x\\*\\*\\`');
  expect(row).toContain('p\\|1');
  expect(eventTexts('markdown', [event]).split('\n')).toHaveLength(3);
});
