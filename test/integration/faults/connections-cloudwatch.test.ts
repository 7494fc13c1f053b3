/** Connections to CloudWatch Logs that fail. */
import { testConnections } from './connections.ts';
import { CLOUDWATCH } from './stores.ts';

testConnections(CLOUDWATCH);
