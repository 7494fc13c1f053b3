import { describe, expect, it } from 'vitest';
import { generateEvents, oneEvent } from '../support/events.ts';
import { captureFile, events, expected, plain } from '../support/file-fill.ts';
import { HOSTILE_EVENTS } from '../support/hostile.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';

function terminal(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte === 0x22 || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : byte < 0x20 || byte > 0x7e
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
  );
  return `"${bytes.join('')}"`;
}

describe('JSON', () => {
  it.each([
    ['lines', (records: readonly string[]) => records.join('\n')],
    ['lines that end in CR LF', (records: readonly string[]) => `${records.join('\r\n')}\r\n`],
    ['an array', (records: readonly string[]) => `[${records.join(',')}]`],
    ['an array with a line each', (records: readonly string[]) => `\ufeff[\n${records.join(',\n')}\n]\n`],
    ['objects in a row', (records: readonly string[]) => `{\n}${records.join('')}`],
  ])('keeps every record byte for byte: %s', async (_name, write) => {
    const compact = HOSTILE_EVENTS.filter(({ bytes }) => !/[\r\n]/.test(bytes.toString('utf8').trim()));
    const captured = await captureFile(write(compact.map(({ bytes }) => bytes.toString('utf8'))));
    expect(captured.status.captured).toBe(compact.length);
    const found = (await captured.events()).toSorted((a, b) => a.n - b.n);
    for (const [index, { columns, result, payload }] of compact.entries()) {
      expect(found[index]).toMatchObject({
        ...columns,
        ...(result === undefined ? {} : { result }),
        ...(payload === undefined ? {} : { payload }),
      });
    }
  });

  it('sets lines aside that are no events, and says where they were', async () => {
    const garbage = REJECTED_RECORDS.filter(
      ({ bytes, code }) => code !== 'empty' && !bytes.includes(0x0a) && bytes.length < 50_000 && bytes[0] !== 0x22,
    );
    const good = oneEvent().json;
    const content = Buffer.concat([
      Buffer.from(`${good}\n`),
      ...garbage.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]),
      Buffer.from(`${good}\n`),
    ]);
    const captured = await captureFile(content, 'lines');
    expect(captured.status).toMatchObject({
      state: 'complete',
      captured: 2,
      rejected: garbage.length,
      read: garbage.length + 2,
    });
    const rejects = await captured.rejects();
    expect(rejects.map(({ code }) => code)).toEqual(garbage.map(({ code }) => code));
    expect(rejects[0]?.key).toMatch(/lines, record 2$/);
  });

  it('reads one pretty-printed event, and several as jq prints them', async () => {
    const one = JSON.stringify(oneEvent().event, null, 2);
    expect((await captureFile(`${one}\n`)).status).toMatchObject({ captured: 1, rejected: 0 });
    expect((await captureFile(`${one}\n${one}\n${one}`)).status).toMatchObject({ captured: 3, rejected: 0 });
  });

  it('reads an empty array as no events', async () => {
    expect((await captureFile(' [ \n ] ')).status).toMatchObject({ state: 'complete', read: 0 });
  });

  it.each([
    [
      'aws logs filter-log-events',
      (list: readonly object[]) => JSON.stringify({ events: list, searchedLogStreams: [] }, null, 4),
    ],
    ['the same, packed', (list: readonly object[]) => JSON.stringify({ events: list })],
    [
      'with its list last',
      (list: readonly object[]) =>
        JSON.stringify({ searchedLogStreams: [{ events: 1 }], nextToken: null, events: list }),
    ],
    [
      'several pages',
      (list: readonly object[]) =>
        `${JSON.stringify({ events: list }, null, 2)}\n${JSON.stringify({ events: list })}\n`,
    ],
    ['jq -c on its events', (list: readonly object[]) => list.map((each) => JSON.stringify(each)).join('\n')],
  ])('finds the messages in %s', async (_name, write) => {
    const written = events(20, { hostile: 0.5 });
    const list = written.map((event, index) => ({
      logStreamName: 's',
      timestamp: 1_700_000_000_000 + index,
      message: JSON.stringify(event),
      ingestionTime: 1,
      eventId: `id-${index}`,
    }));
    const captured = await captureFile(write(list));
    const { read, duplicates } = captured.status;
    expect(captured.status).toMatchObject({ state: 'complete', captured: 20, rejected: 0 });
    expect(read).toBe(20 + duplicates);
    expect(plain(await captured.events())).toEqual(expected(written));
  });

  it.each([
    ['redis-cli hvals', (list: readonly { field: string; json: string }[]) => list.map(({ json }) => json).join('\n')],
    [
      'redis-cli hgetall',
      (list: readonly { field: string; json: string }[]) =>
        list.map(({ field, json }) => `${field}\n${json}`).join('\n'),
    ],
    ['redis-cli --json hvals', (list: readonly { json: string }[]) => JSON.stringify(list.map(({ json }) => json))],
    [
      'redis-cli on a terminal',
      (list: readonly { field: string; json: string }[]) =>
        list
          .map(
            ({ field, json }, index) => `${index * 2 + 1}) ${terminal(field)}\n${index * 2 + 2}) ${terminal(json)}\n`,
          )
          .join(''),
    ],
    ['jq of messages', (list: readonly { json: string }[]) => list.map(({ json }) => JSON.stringify(json)).join('\n')],
    [
      'aws logs tail',
      (list: readonly { json: string }[]) =>
        list.map(({ json }) => `2024-11-11T10:20:30.123000+00:00 stream ${json}`).join('\n'),
    ],
  ])('finds the values in %s', async (_name, write) => {
    const list = [...generateEvents(20, { seed: 4 })];
    const captured = await captureFile(write(list));
    expect(captured.status).toMatchObject({ state: 'complete', captured: 20, rejected: 0, read: 20 });
    expect(plain(await captured.events())).toEqual(expected(list.map(({ event }) => event)));
  });
});
