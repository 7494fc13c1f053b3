/** Fills CKAN's own table with events, fast: the server's COPY takes them in. */
import { EVENT_FIELDS } from '../../src/shared/event.ts';
import { generateEvents, type EventOptions } from './events.ts';
import { copyIn } from './postgres-copy.ts';
import type { PostgresServer } from './postgres-server.ts';

export interface PostgresFillOptions extends EventOptions {
  /** Name of the table; the extension's unless said. */
  readonly table?: string;
  /** Type of `result` and `payload`; both occur in the wild. */
  readonly json?: 'json' | 'jsonb';
}
