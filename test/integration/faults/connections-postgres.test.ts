/** Connections to PostgreSQL that fail. */
import { testConnections } from './connections.ts';
import { POSTGRES, POSTGRES_OVER_TLS } from './stores.ts';

testConnections(POSTGRES);
testConnections(POSTGRES_OVER_TLS);
