/** How a hash is read: cursors of any length, empty pages, repeats, and replies of a size that follows what comes. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ReplySize } from '../../../src/main/engine/repositories/redis/reply-size.ts';
import { oneEvent } from '../../support/events.ts';
import { testEngine } from '../../support/test-engine.ts';

describe('the size of replies', () => {
  test('follows that of the records, neither below nor above what is sensible', () => {
    const size = new ReplySize();
    for (let n = 0; n < 30; n += 1) size.saw(size.count * 50_000_000);
    expect(size.count).toBe(10);
    for (let n = 0; n < 30; n += 1) size.saw(size.count * 520);
    expect(size.count).toBeGreaterThan(900);
    expect(size.count).toBeLessThan(1_100);
    for (let n = 0; n < 30; n += 1) size.saw(1);
    expect(size.count).toBe(10_000);
  });

  test('learns nothing from an empty page, and shrinks when a reply did not come through', () => {
    const size = new ReplySize();
    const before = size.count;
    size.saw(0);
    expect(size.count).toBe(before);
    size.failed();
    expect(size.count).toBe(before / 4);
    for (let n = 0; n < 10; n += 1) size.failed();
    expect(size.count).toBe(10);
  });
});

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** A reply of HSCAN. */
function page(cursor: string, ...pairs: readonly { readonly field: string; readonly json: string }[]): string {
  const elements = pairs.map(({ field, json }) => bulk(field) + bulk(json)).join('');
  return `*2\r\n${bulk(cursor)}*${pairs.length * 2}\r\n${elements}`;
}

test('a cursor of 64 bits is given back digit by digit, empty pages are passed, and a field that comes twice is one', async () => {
  const [one, two] = [oneEvent({ id: 'one' }, 1), oneEvent({ id: 'two' }, 2)];
  // The largest cursor there can be; doubles are exact to 2^53 only.
  const pages = new Map([
    ['0', page('18446744073709551615', one)],
    ['18446744073709551615', page('9007199254740993')],
    ['9007199254740993', page('9223372036854775809', one)],
    ['9223372036854775809', page('0', two)],
  ]);
  const asked: string[] = [];
  const answer = (words: readonly string[]): string => {
    switch (words[0]?.toUpperCase()) {
      case 'TYPE':
        return '+hash\r\n';
      case 'HLEN':
        return ':2\r\n';
      case 'INFO':
        return bulk('run_id:abc\r\n');
      case 'HSCAN':
        asked.push(words[2] ?? '');
        return pages.get(words[2] ?? '') ?? '-ERR invalid cursor\r\n';
      default:
        return '+PONG\r\n';
    }
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const command of data
        .toString('utf8')
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        socket.write(
          answer(
            command
              .split(/(?:\r\n)?\$\d+\r\n/)
              .slice(1)
              .map((word) => word.trim()),
          ),
        );
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using own = await testEngine();
  try {
    const status = await own.capture(`redis://127.0.0.1:${port}`);
    expect(asked).toEqual([...pages.keys()]);
    expect(status).toMatchObject({ state: 'complete', read: 3, captured: 2, duplicates: 1, notes: [] });
    expect((await own.ids(status)).toSorted()).toEqual(['one', 'two']);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
