/** Connections to Redis that fail. */
import { testConnections } from './connections.ts';
import { REDIS, REDIS_OVER_TLS } from './stores.ts';

testConnections(REDIS);
testConnections(REDIS_OVER_TLS);
