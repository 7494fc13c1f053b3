/** Values at JSON paths come as they were written, every digit, and say when there is none or only a part. */
import { expect, test } from 'vitest';
import { cellValues } from '../../../src/main/engine/analysis/cell-values.ts';
import { capturedHere, filterOf } from '../../support/captured.ts';

function record(id: string, result: string): string {
  return `{"id": "${id}", "category": "model", "action": "changed", "timestamp": "2024-03-01T00:00:0${id}Z", "result": ${result}, "payload": {}}`;
}

test('every digit, odd keys, lists, nulls and what is not there', async () => {
  const { query } = await capturedHere([
    record('1', '{"new": {"n": 12345678901234567890.10, "a.b": [1, "zwei"], "s": "\\u00e9\\n"}}'),
    record('2', '{"new": {"n": null, "s": {"deep": true}}}'),
    record('3', '{}'),
  ]);
  const { rows } = await query.page({ filter: filterOf({}), sort: { field: 'timestamp', direction: 'asc' } }, 0, 10);
  const paths = ['result.new.n', 'result.new."a.b"[1]', 'result.new.s'];
  const values = await cellValues(
    query.snapshot,
    rows.map(({ n }) => n),
    paths,
  );
  expect(rows.map(({ n }) => paths.map((path) => values.get(n)?.[path]?.text ?? null))).toEqual([
    ['12345678901234567890.10', 'zwei', 'é\n'],
    ['null', null, '{"deep": true}'],
    [null, null, null],
  ]);
});

test('a long value is cut, and an event that is too large is not looked into', async () => {
  const { query } = await capturedHere([
    record('1', JSON.stringify({ text: 'x'.repeat(10_000) })),
    record('2', JSON.stringify({ text: 'short', other: 'x'.repeat(5 * 1024 * 1024) })),
  ]);
  const all = await query.page({ filter: filterOf({}), sort: { field: 'timestamp', direction: 'asc' } }, 0, 10);
  const values = await cellValues(
    query.snapshot,
    all.rows.map(({ n }) => n),
    ['result.text'],
  );
  const [long, large] = all.rows.map(({ n }) => values.get(n)?.['result.text']);
  expect([long?.text.length, long?.cut]).toEqual([2_000, true]);
  expect(large).toEqual({ text: '', cut: true });
});

test('what is no path is refused', async () => {
  const { query } = await capturedHere([record('1', '{}')]);
  await expect(cellValues(query.snapshot, [0], ['title'])).rejects.toMatchObject({ code: 'invalid_input' });
});
