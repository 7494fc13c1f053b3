/** The contract, run against every repository of the product. */
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { fillCloudWatch, LOG_GROUP } from '../support/cloudwatch/fill.ts';
import { startCloudWatch, TEST_KEY } from '../support/cloudwatch/server.ts';
import { generateEvents } from '../support/events.ts';
import { fillPostgres } from '../support/postgres-fill.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { fillRedis } from '../support/redis-fill.ts';
import { freePort, startRedis } from '../support/redis-server.ts';
import { fillSqlite } from '../support/sqlite-fill.ts';
import { RESOURCES } from '../support/project.ts';
import { FILLED, repositoryContract, SEED } from './repository.contract.ts';

const OPTIONS = { seed: SEED, hostile: 0.05 };
const nothing = (): Promise<void> => Promise.resolve();

repositoryContract('demo', async () => {
  let records = 0;
  const text = createReadStream(join(RESOURCES, 'sample-store.jsonl.gz')).pipe(createGunzip());
  for await (const line of createInterface({ input: text })) if (line !== '') records += 1;
  return { url: 'demo:', records, isFilled: false, wrongParameter: 'demo:?seed=1', [Symbol.asyncDispose]: nothing };
});

repositoryContract('basic', (dataDir) => {
  mkdirSync(dataDir, { recursive: true });
  fillSqlite(join(dataDir, 'event-audit.sqlite'), FILLED, OPTIONS);
  return Promise.resolve({
    url: 'basic:',
    records: FILLED,
    isFilled: true,
    wrongParameter: 'basic:?table=x',
    [Symbol.asyncDispose]: nothing,
  });
});

repositoryContract('sqlite', (dataDir) => {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'foreign.db');
  fillSqlite(path, FILLED, OPTIONS);
  return Promise.resolve({
    url: `sqlite:${path}`,
    records: FILLED,
    isFilled: true,
    missing: `sqlite:${path}.none`,
    wrongParameter: `sqlite:${path}?tabel=x`,
    [Symbol.asyncDispose]: nothing,
  });
});

repositoryContract('redis', async () => {
  const server = await startRedis({ password: 'contract-secret' });
  await fillRedis({ ...server, password: 'contract-secret' }, FILLED, OPTIONS);
  return {
    url: `${server.url}/0`,
    secrets: { password: 'contract-secret' },
    records: FILLED,
    isFilled: true,
    missing: `redis://127.0.0.1:${await freePort()}`,
    wrongParameter: `${server.url}/0?hash=x`,
    [Symbol.asyncDispose]: () => server.stop(),
  };
});

repositoryContract('postgres', async () => {
  const server = await startPostgres();
  // PostgreSQL can't hold U+0000 and writes times in its own way, so what comes out is not what the generator made.
  const records = await fillPostgres(server, FILLED, OPTIONS);
  return {
    url: server.url,
    secrets: { password: server.password },
    records,
    isFilled: false,
    missing: `postgres://auditor@127.0.0.1:${await freePort()}/postgres`,
    wrongParameter: `${server.url}?tabel=x`,
    [Symbol.asyncDispose]: () => server.stop(),
  };
});

repositoryContract('cloudwatch', async () => {
  const server = await startCloudWatch();
  fillCloudWatch(server, FILLED, OPTIONS);
  const parameters = `?endpoint=${encodeURIComponent(server.endpoint)}&rate=500`;
  return {
    url: `cloudwatch:${server.region}/${LOG_GROUP}${parameters}`,
    secrets: { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey },
    records: FILLED,
    isFilled: true,
    missing: `cloudwatch:${server.region}//nowhere${parameters}`,
    wrongParameter: `cloudwatch:${server.region}/${LOG_GROUP}${parameters}&strem=x`,
    [Symbol.asyncDispose]: () => server.stop(),
  };
});

repositoryContract('file', (dataDir) => {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'events.jsonl');
  writeFileSync(path, [...generateEvents(FILLED, OPTIONS)].map(({ json }) => `${json}\n`).join(''));
  return Promise.resolve({
    url: `file:${path}`,
    records: FILLED,
    isFilled: true,
    missing: `file:${path}.none`,
    wrongParameter: `file:${path}?encodng=utf-8`,
    [Symbol.asyncDispose]: nothing,
  });
});
