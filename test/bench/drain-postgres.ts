/** The peer of a capture from PostgreSQL: pg alone drains `COPY … TO STDOUT` and looks at nothing. Prints rows per second. */
import { Client, type Connection, type Submittable } from 'pg';

class Drain implements Submittable {
  rows = 0;
  readonly ended = Promise.withResolvers<void>();

  submit(connection: Connection): void {
    connection.query('COPY event_audit_event TO STDOUT');
  }

  // The names are the driver's; a row is a message.
  handleCopyData(): void {
    this.rows += 1;
  }

  handleCommandComplete(): void {
    // Said again by what follows.
  }

  handleReadyForQuery(): void {
    this.ended.resolve();
  }

  handleError(error: unknown): void {
    this.ended.reject(error);
  }
}

const client = new Client({ connectionString: process.argv[2] });
await client.connect();
const started = performance.now();
const drain = new Drain();
client.query(drain);
await drain.ended.promise;
process.stdout.write(String(drain.rows / ((performance.now() - started) / 1_000)));
await client.end();
