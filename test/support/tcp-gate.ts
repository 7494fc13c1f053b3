/** A door before a server: lets so many bytes of answers through, then waits, so that a test can strike at that moment. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpGate extends AsyncDisposable {
  readonly port: number;
  /** Resolves when the gate has closed itself. */
  readonly reached: Promise<void>;
  /** Lets everything through from now on. */
  readonly open: () => void;
  /** Breaks the connections that stand now; new ones are welcome. */
  readonly cut: () => void;
  /** Connections that were made so far. */
  readonly connections: () => number;
}

/** @param bytes how many bytes of answers pass before the gate closes. Requests always pass. */
export async function tcpGate(
  target: { readonly host: string; readonly port: number },
  bytes: number,
): Promise<TcpGate> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const held = new Set<Socket>();
  let left = bytes;
  let isOpen = false;
  let made = 0;
  const { promise: reached, resolve: reach } = Promise.withResolvers<undefined>();
  const server = createServer((client) => {
    made += 1;
    const upstream = connect(target);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      held.delete(upstream);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (chunk: Buffer) => upstream.write(chunk));
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk);
      left -= chunk.length;
      if (isOpen || left > 0) return;
      upstream.pause();
      held.add(upstream);
      reach(undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  const cut = (): void => {
    for (const [client] of pairs) client.destroy();
  };
  return {
    port: address.port,
    reached,
    open: () => {
      isOpen = true;
      for (const socket of held) socket.resume();
      held.clear();
    },
    cut,
    connections: () => made,
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
