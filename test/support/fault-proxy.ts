/** A TCP proxy that goes wrong on purpose: cuts connections, delivers byte by byte, or falls silent. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Faults {
  /** Connections are reset after the server has sent so many bytes through them. */
  readonly resetAfter?: number;
  /** Connections are closed in order after so many bytes, as by a server that is done. */
  readonly endAfter?: number;
  /** So many connections are treated that way; all unless said. */
  readonly times?: number;
  /** Nothing more comes through a connection after so many bytes of the server, but it stays open. */
  readonly stallAfter?: number;
  /** The server is given a request that holds this text, and the connection is reset in place of its answer. */
  readonly loseAnswerTo?: string;
  /** What the server sends arrives in pieces of this size. */
  readonly sliceTo?: number;
  /** Called for every piece the server sends, with the bytes sent through this proxy so far. */
  readonly onData?: (sent: number) => void;
  /** Nobody gets in, and who is in is thrown out, as if the server were gone. */
  readonly down?: boolean;
}

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: () => number;
  /** Connections that clients hold open now. */
  readonly open: () => number;
  /** Resolves when something has gone wrong as asked for; after {@link FaultProxy.set}, when it has again. */
  readonly struck: () => Promise<void>;
  /** Changes what goes wrong from now on, also for connections that are open. What a silent one held back comes through. */
  readonly set: (faults: Faults) => void;
}

export async function startFaultProxy(target: { readonly port: number }, faults: Faults = {}): Promise<FaultProxy> {
  let current = faults;
  let made = 0;
  let struck = 0;
  let total = 0;
  let { promise: strike, resolve: struckOnce } = Promise.withResolvers<undefined>();
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const held = new Map<Socket, () => void>();
  const server = createServer({ noDelay: true }, (client) => {
    made += 1;
    if (current.down === true) {
      client.resetAndDestroy();
      return;
    }
    clients.add(client);
    client.on('close', () => {
      clients.delete(client);
      held.delete(client);
    });
    const upstream = connect({ host: '127.0.0.1', port: target.port, noDelay: true });
    let sent = 0;
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    let isAnswerLost = false;
    client.on('data', (chunk: Buffer) => {
      isAnswerLost ||= current.loseAnswerTo !== undefined && chunk.includes(current.loseAnswerTo);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (isAnswerLost) {
        client.resetAndDestroy();
        return;
      }
      const { resetAfter, endAfter, stallAfter, times = Number.POSITIVE_INFINITY, sliceTo, onData } = current;
      const limit =
        struck < times ? Math.min(resetAfter ?? Infinity, endAfter ?? Infinity, stallAfter ?? Infinity) : Infinity;
      const piece = sent + chunk.length <= limit ? chunk : chunk.subarray(0, Math.max(0, limit - sent));
      sent += piece.length;
      total += piece.length;
      deliver(client, piece, sliceTo);
      onData?.(total);
      if (piece.length === chunk.length) return;
      struck += 1;
      struckOnce(undefined);
      if (resetAfter !== undefined) client.resetAndDestroy();
      else if (endAfter !== undefined) {
        upstream.pause();
        client.end();
      } else {
        upstream.pause();
        held.set(client, () => {
          client.write(chunk.subarray(piece.length));
          sent += chunk.length - piece.length;
          upstream.resume();
        });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return {
    port: address.port,
    connections: () => made,
    open: () => clients.size,
    struck: () => strike.then(() => undefined),
    set: (next) => {
      current = next;
      struck = 0;
      ({ promise: strike, resolve: struckOnce } = Promise.withResolvers<undefined>());
      for (const letGo of held.values()) letGo();
      held.clear();
      if (next.down === true) for (const client of clients) client.resetAndDestroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function deliver(client: Socket, piece: Buffer, sliceTo = piece.length): void {
  for (let at = 0; at < piece.length; at += sliceTo) client.write(piece.subarray(at, at + sliceTo));
}
