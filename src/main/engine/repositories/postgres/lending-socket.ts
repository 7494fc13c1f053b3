/**
 * A socket that reads into one piece of memory again and again. Node.js makes a new one for each read, and a stream of hundreds
 * of megabytes keeps the garbage collector at work for longer than its rows take.
 */
import { Socket } from 'node:net';

const READ_BYTES = 256 * 1024;

/** Who listens to this instead of `data` gets memory that is valid during the call only; the others get copies. */
export const LENT = 'lent';

export function lendingSocket(): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const socket = new Socket({
    onread: {
      buffer,
      callback: (bytes) => {
        const read = buffer.subarray(0, bytes);
        if (!socket.emit(LENT, read)) socket.emit('data', Buffer.from(read));
        return true;
      },
    },
  });
  return socket;
}
