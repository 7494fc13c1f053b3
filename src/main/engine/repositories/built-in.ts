/** Registers the stores that come with the product. */
import { FILTER_FIELDS } from '../../../shared/event.ts';
import { READ_ONLY } from './repository.ts';
import { registerRepository } from './registry.ts';

let done = false;

/** Safe to call more than once. */
export function registerBuiltIns(): void {
  if (done) return;
  done = true;
  registerRepository(
    'demo',
    { title: 'Bundled sample', example: 'demo:', capabilities: READ_ONLY },
    async () => (await import('./demo/demo-repository.ts')).DemoRepository,
  );
  registerRepository(
    'basic',
    {
      title: 'Embedded store',
      example: 'basic:',
      capabilities: { ...READ_ONLY, write: true, remove: true, clear: true },
    },
    async () => (await import('./sqlite/basic-repository.ts')).BasicRepository,
  );
  registerRepository(
    'sqlite',
    { title: 'SQLite file', example: 'sqlite:audit.db?table=event_audit_event', capabilities: READ_ONLY },
    async () => (await import('./sqlite/sqlite-repository.ts')).SqliteRepository,
  );
  registerRepository(
    'redis',
    {
      title: 'Redis',
      example: 'redis://localhost:6379/0?key=event-audit',
      capabilities: { ...READ_ONLY, write: true, remove: true, clear: true, follow: true },
    },
    async () => (await import('./redis/redis-repository.ts')).RedisRepository,
  );
  registerRepository(
    'postgres',
    {
      title: 'PostgreSQL',
      example: 'postgres://ckan@localhost:5432/ckan?table=event_audit_event',
      capabilities: {
        ...READ_ONLY,
        write: true,
        remove: true,
        clear: true,
        pushdown: [...FILTER_FIELDS, 'time_from', 'time_to'],
      },
    },
    async () => (await import('./postgres/postgres-repository.ts')).PostgresRepository,
  );
  registerRepository(
    'cloudwatch',
    {
      title: 'CloudWatch Logs',
      example: 'cloudwatch:eu-central-1//ckan/event-audit',
      capabilities: {
        ...READ_ONLY,
        write: true,
        clear: true,
        follow: true,
        pushdown: [...FILTER_FIELDS, 'time_from', 'time_to'],
      },
    },
    async () => (await import('./cloudwatch/cloudwatch-repository.ts')).CloudWatchRepository,
  );
  registerRepository(
    'file',
    { title: 'Exported files', example: 'file:audit.csv', capabilities: READ_ONLY },
    async () => (await import('./file/file-repository.ts')).FileRepository,
  );
  registerRepository(
    'ckan',
    {
      title: 'CKAN configuration',
      example: 'ckan:/etc/ckan/default/ckan.ini',
      // Where the store that it names can.
      capabilities: { ...READ_ONLY, follow: true },
    },
    async () => (await import('./ckan/ckan-repository.ts')).CkanRepository,
  );
  registerRepository(
    'snapshot',
    { title: 'Saved snapshot', example: 'snapshot:march.duckdb', capabilities: READ_ONLY },
    async () => (await import('./snapshot/snapshot-repository.ts')).SnapshotRepository,
  );
}
