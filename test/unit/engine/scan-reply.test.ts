/** HSCAN's replies are read the same however the network cuts them, and anything else is refused. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanReply, ServerRefusal } from '../../../src/main/engine/repositories/redis/scan-reply.ts';

fc.configureGlobal({ seed: 20_240_301 });

function bulk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
}

function page(cursor: string, elements: readonly Uint8Array[]): Buffer {
  const head = [Buffer.from('*2\r\n'), bulk(Buffer.from(cursor)), Buffer.from(`*${elements.length}\r\n`)];
  return Buffer.concat([...head, ...elements.map(bulk)]);
}

/** Bytes in pieces that end at these places. */
function pieces(bytes: Buffer, ends: readonly number[]): readonly Buffer[] {
  const cuts = [0, ...ends.map((end) => end % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('a reply of HSCAN', () => {
  it('is whole with its last byte and not before, whatever it holds and however it is cut', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom('', '\r\n', '$5\r\nabcde\r\n', '*0\r\n', '-ERR no\r\n').map((each) => Buffer.from(each)),
    );
    const reply = new ScanReply();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bytes, bytes), { maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (pairs, cursor, ends) => {
          const sent = pieces(page(String(cursor), pairs.flat()), ends);
          reply.begin();
          let left = sent.reduce((sum, { length }) => sum + length, 0);
          for (const piece of sent) {
            const wasWhole = left === 0;
            left -= piece.length;
            expect(wasWhole || reply.take(piece)).toBe(left === 0);
          }
          const batch = reply.batch();
          expect(reply.cursor).toBe(String(cursor));
          expect(batch.count).toBe(pairs.length);
          expect(batch.keys.map(text)).toEqual(pairs.map(([key]) => text(key)));
          expect(batch.values.map(text)).toEqual(pairs.map(([, value]) => text(value)));
        },
      ),
    );
  });

  it('may hold a value that is far larger than the others', () => {
    const reply = new ScanReply();
    const large = Buffer.alloc(20_000_000, 'x');
    const sent = page('7', [Buffer.from('a'), large, Buffer.from('b'), Buffer.from('c')]);
    for (let round = 0; round < 2; round += 1) {
      reply.begin();
      for (let at = 0; at < sent.length; at += 65_536) {
        expect(reply.take(sent.subarray(at, at + 65_536))).toBe(at + 65_536 >= sent.length);
      }
      const [first, second] = reply.batch().values;
      expect(large.equals(first ?? Buffer.alloc(0))).toBe(true);
      expect(String(second)).toBe('c');
    }
  });

  it('can be an error, in the server’s words, of either form', () => {
    for (const [sent, said] of [
      ['-BUSY Redis is busy running a script.\r\n', 'BUSY Redis is busy running a script.'],
      ['!21\r\nSYNTAX invalid\r\nsyntax\r\n', 'SYNTAX invalid\r\nsynta'],
    ] as const) {
      const reply = new ScanReply();
      reply.begin();
      const bytes = Buffer.from(sent);
      const give = (): void => {
        for (const byte of bytes) reply.take(Buffer.of(byte));
      };
      expect(give).toThrow(new ServerRefusal(said));
    }
  });

  it.each([
    '+OK\r\n',
    ':1\r\n',
    '$3\r\nabc\r\n',
    '*3\r\n',
    '*2\r\n*0\r\n',
    '*2\r\n$1\r\n0\r\n*1\r\n',
    '*2\r\n$1\r\n0\r\n*2\r\n:1\r\n',
    '*2\r\n$1\r\n0\r\n*2\r\n$-1\r\n',
    '*2\r\n$1\r\n0\r\n*2\r\n$1\r\nabc\r\n',
    '*2\r\n$99999999999\r\n',
    '*2\r\n$1\r\n0\r\n*0\r\n*2\r\n',
    'HTTP/1.1 400 Bad Request\r\n',
  ])('is nothing like %j', (sent) => {
    const reply = new ScanReply();
    reply.begin();
    expect(() => reply.take(Buffer.from(sent))).toThrow(/else than a reply|more than was asked/);
  });
});
