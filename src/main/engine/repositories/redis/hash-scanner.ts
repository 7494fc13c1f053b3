/**
 * Asks HSCAN over a connection that the driver made, and reads the replies itself. The driver makes an object of every
 * field and value, which takes longer than all that is done with them afterwards.
 */
import type { Redis } from 'ioredis';
import { ScanReply } from './scan-reply.ts';

type Listener = (...args: unknown[]) => void;

interface Waiting {
  readonly reply: ScanReply;
  readonly resolve: (reply: ScanReply) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** While it is there, nothing else may be asked over the connection. */
export class HashScanner {
  readonly #stream: Redis['stream'];
  readonly #key: Buffer;
  readonly #replyMs: number;
  readonly #listeners: readonly Listener[];
  readonly #replies = [new ScanReply(), new ScanReply()] as const;
  #asked = 0;
  #waiting: Waiting | undefined;
  #failure: unknown;

  /**
   * Takes the connection over.
   * @param client a connection that answers, with no question under way
   * @param replyMs for how long a reply is waited for
   */
  constructor(client: Redis, key: string, replyMs: number) {
    this.#stream = client.stream;
    this.#key = Buffer.from(key);
    this.#replyMs = replyMs;
    const stream = this.#stream;
    this.#listeners = stream.listeners('data').map((listener) => (...args) => {
      Reflect.apply(listener, stream, args);
    });
    stream.removeAllListeners('data');
    stream.on('data', this.#take);
    stream.once('close', this.#closed);
    if (stream.destroyed) this.#closed();
  }

  /**
   * Asks for the next page; one question at a time. A page is good until the next but one is asked for.
   * @throws ServerRefusal, and Error when the connection is lost or nothing comes in time
   */
  scan(cursor: string, count: number): Promise<ScanReply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const reply = this.#replies[this.#asked % 2 === 0 ? 0 : 1];
    this.#asked += 1;
    reply.begin();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error('Command timed out')), this.#replyMs);
      this.#waiting = { reply, resolve, reject, timer };
      this.#stream.write(command(this.#key, cursor, count));
    });
  }

  /** Gives the connection back to its driver. Without an effect once it is lost. */
  release(): void {
    this.#fail(new Error('Connection is closed.'));
    const stream = this.#stream;
    stream.removeListener('close', this.#closed);
    stream.removeListener('data', this.#take);
    for (const listener of this.#listeners) stream.on('data', listener);
  }

  readonly #closed = (): void => {
    this.#fail(new Error('Connection is closed.'));
  };

  readonly #take = (piece: Buffer): void => {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      if (!waiting.reply.take(piece)) return;
    } catch (error) {
      this.#settle()?.reject(error);
      return;
    }
    this.#settle()?.resolve(waiting.reply);
  };

  /** Nothing more comes. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#settle()?.reject(error);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) clearTimeout(waiting.timer);
    return waiting;
  }
}

function command(key: Buffer, cursor: string, count: number): Buffer {
  const [before, after] = [
    `*5\r\n$5\r\nHSCAN\r\n$${key.length}\r\n`,
    `\r\n${bulk(cursor)}${bulk('COUNT')}${bulk(String(count))}`,
  ];
  return Buffer.concat([Buffer.from(before), key, Buffer.from(after)]);
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
