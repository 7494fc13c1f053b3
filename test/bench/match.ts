/** What a user without a snapshot does for each filter: reads the hash with HSCAN MATCH and parses. Prints milliseconds. */
import { Redis } from 'ioredis';

const client = new Redis({ port: Number(process.argv[2]) });
const started = performance.now();
let cursor = '0';
let found = 0;
do {
  const [next, elements] = await client.hscan(
    'event-audit',
    cursor,
    'MATCH',
    '*|action_object:Package|*',
    'COUNT',
    1_000,
  );
  cursor = next;
  for (let at = 1; at < elements.length; at += 2) {
    const event: unknown = JSON.parse(elements[at] ?? '');
    if (typeof event === 'object' && event !== null && 'action_object' in event && event.action_object === 'Package')
      found += 1;
  }
} while (cursor !== '0');
if (found === 0) throw new Error('nothing matched');
process.stdout.write(String(performance.now() - started));
client.disconnect();
