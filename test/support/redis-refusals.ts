/** A door before a Redis server that turns some commands away with an error of the server's own, as one in trouble does. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface RefusingDoor extends AsyncDisposable {
  readonly port: number;
  /** Commands that were turned away so far. */
  readonly refused: () => number;
  /** Decides by the command's name which error it gets; `undefined` lets it through. */
  refuse: (command: string) => string | undefined;
}

/** Asks that come one at a time, as the product's do: no answer can then stand between a refused one and its error. */
export async function startRefusingDoor(target: { readonly port: number }): Promise<RefusingDoor> {
  let refused = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: target.port, noDelay: true });
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
    upstream.on('data', (chunk) => client.write(chunk));
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let found = firstCommand(rest); found !== undefined; found = firstCommand(rest)) {
        const error = door.refuse(found.name);
        if (error === undefined) upstream.write(rest.subarray(0, found.bytes));
        else {
          refused += 1;
          client.write(`-${error}\r\n`);
        }
        rest = rest.subarray(found.bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  const door: RefusingDoor = {
    port: address.port,
    refused: () => refused,
    refuse: () => undefined,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return door;
}

/** The first whole command, `*2\r\n$4\r\nTYPE\r\n$…`: its name in capitals and how many bytes it takes. */
function firstCommand(bytes: Buffer): { readonly name: string; readonly bytes: number } | undefined {
  let at = 0;
  const number = (sign: string): number | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const line = bytes.toString('latin1', at, end);
    if (!line.startsWith(sign)) throw new Error(`no command: ${line}`);
    at = end + 2;
    return Number(line.slice(1));
  };
  const parts = number('*');
  if (parts === undefined) return undefined;
  let name = '';
  for (let part = 0; part < parts; part += 1) {
    const length = number('$');
    if (length === undefined || at + length + 2 > bytes.length) return undefined;
    if (part === 0) name = bytes.toString('latin1', at, at + length).toUpperCase();
    at += length + 2;
  }
  return { name, bytes: at };
}
