/** The peer of a capture: ioredis alone drains the hash and looks at nothing. Prints records per second. */
import { Redis } from 'ioredis';

const client = new Redis({ port: Number(process.argv[2]) });
const started = performance.now();
let cursor = '0';
let records = 0;
do {
  const [next, elements] = await client.hscanBuffer('event-audit', cursor, 'COUNT', 1_000);
  cursor = next.toString();
  records += elements.length / 2;
} while (cursor !== '0');
process.stdout.write(String(records / ((performance.now() - started) / 1_000)));
client.disconnect();
