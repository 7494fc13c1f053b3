/**
 * A program that writes to an embedded store, one event after the other, and prints each id once it is acknowledged; what
 * stops it, it prints as JSON.
 */
import { toErrorReply } from '../../src/shared/errors.ts';
import { Journal } from '../../src/main/engine/repositories/sqlite/journal.ts';
import { oneEvent } from './events.ts';

const [path = '', run = '', count = '0'] = process.argv.slice(2);
try {
  const journal = Journal.open(path);
  for (let n = 0; n < Number(count); n += 1) {
    const { event } = oneEvent({ id: `${run}-${n}`, payload: { n } });
    journal.append([event]);
    process.stdout.write(`${event.id}\n`);
  }
  journal.close();
} catch (error) {
  const { code, message } = toErrorReply(error);
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
}
