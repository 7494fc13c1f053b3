/** Redis as it is met in the wild: users, passwords, TLS, wrong keys, odd records, and servers that go away while they are read. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SnapshotStatus } from '../../src/shared/contract.ts';
import { makeCertificates } from '../support/certificates.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { runCli } from '../support/cli.ts';
import { generateEvents, oneEvent, redisField } from '../support/events.ts';
import { HOSTILE_EVENTS } from '../support/hostile.ts';
import { fillRedis, putRecords } from '../support/redis-fill.ts';
import { freePort, startRedis, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { REJECTED_RECORDS } from '../support/rejected.ts';
import { captureSource, failureOf } from '../support/source-capture.ts';
import { tcpGate, type TcpGate } from '../support/tcp-gate.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const PASSWORD = 'p@ss:w/o?rd#%41 ü';

async function serverHere(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

async function gateHere(server: RedisServer, bytes: number): Promise<TcpGate> {
  const gate = await tcpGate(server, bytes);
  onTestFinished(() => gate[Symbol.asyncDispose]());
  return gate;
}

/** Strikes at the moment the gate closes itself. What goes wrong then fails the test. */
function when(gate: TcpGate, strike: () => unknown): void {
  const struck = gate.reached.then(strike);
  onTestFinished(async () => {
    await struck;
  });
}

function balanced(status: SnapshotStatus): SnapshotStatus {
  expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
  return status;
}

interface Read {
  readonly status: SnapshotStatus;
  readonly noteCodes: readonly string[];
  /** The stored records, byte for byte, in time order. */
  readonly records: readonly string[];
}

/** Captures a source and takes everything out again. */
async function readAll(url: string, options: Parameters<TestEngine['capture']>[1] = {}): Promise<Read> {
  await using engine = await testEngine();
  const status = balanced(await engine.capture(url, options));
  const output = join(engine.dataDir, 'all.jsonl');
  await engine.engine.run('event_audit_export', { snapshot_id: status.snapshot_id, format: 'jsonl', output });
  const records = readFileSync(output, 'utf8').split('\n').slice(0, -1);
  expect(records).toHaveLength(status.captured);
  return { status, noteCodes: status.notes.map(({ code }) => code), records };
}

/** All files below a folder, as one text of bytes. */
function allBytes(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n');
}

describe('a plain server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    await fillRedis(server, 3_000, { hostile: 0.1 });
    await fillRedis(server, 5, { key: 'other|key', seed: 9 });
    const redis = new Redis(server.port, server.host);
    await redis.set('text', 'no hash');
    await redis.lpush('list', 'a');
    await redis.quit();
    await fillRedis({ ...server, db: 3 }, 7);
  });
  afterAll(() => server.stop());

  it('is read whole: every stored record, byte for byte', async () => {
    const { status, records } = await readAll(server.url);
    expect(status).toMatchObject({ state: 'complete', captured: 3_000, rejected: 0, expected: 3_000, notes: [] });
    const stored = [...generateEvents(3_000, { hostile: 0.1 })].map(({ json }) => json);
    expect(records.toSorted()).toEqual(stored.toSorted());
  });

  it('may keep its events in another database or under another key', async () => {
    expect((await captureSource(`${server.url}/3`)).status.captured).toBe(7);
    expect((await captureSource(`${server.url}/0?key=other%7Ckey`)).status.captured).toBe(5);
  });

  it('is described without reading it', async () => {
    const { code, stdout } = await runCli(['test', `--source=${server.url}/0`, '--json'], { dataDir: tempDir() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'redis',
      records: 3_000,
      product: expect.stringMatching(/^Redis \d/),
      notes: [],
    });
  });

  it('without the key is empty, and says so', async () => {
    const { status, noteCodes } = await captureSource(`${server.url}?key=nobody`);
    expect(balanced(status)).toMatchObject({ state: 'complete', read: 0 });
    expect(noteCodes).toEqual(['key_missing']);
    const cli = await runCli(['events', `--source=${server.url}?key=nobody`], { dataDir: tempDir() });
    expect(cli).toMatchObject({ code: 0, stderr: expect.stringContaining('There is no key “nobody”') });
  });

  it.each([
    ['?key=text', 'source_invalid', /“text” is a string/],
    ['?key=list', 'source_invalid', /“list” is a list/],
    ['/99', 'source_invalid', /no database 99/],
    ['/abc', 'invalid_input', /“abc” is not a Redis database number/],
    ['/0/1', 'invalid_input', /not a Redis database number/],
    ['/0?kye=x', 'invalid_input', /no parameter “kye”/],
    ['/0?ca=/nowhere/ca.pem', 'invalid_input', /certificate/],
  ])('%s is refused: %s', async (tail, code, message) => {
    const scheme = tail.includes('ca=') ? server.url.replace('redis:', 'rediss:') : server.url;
    const failure = await failureOf(captureSource(`${scheme}${tail}`));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(failure.message).not.toContain('\n');
  });

  it('captures every odd record that is an event and sets the others aside, whatever their fields are called', async () => {
    const target = { ...server, db: 5 };
    const odd = [...HOSTILE_EVENTS, ...REJECTED_RECORDS].map(({ bytes }, index) => ({
      field: Buffer.concat([Buffer.from([0xff, 0x00, index]), Buffer.from('|*?[')]),
      bytes,
    }));
    await putRecords(target, odd);
    const { status, rejects } = await captureSource(`${server.url}/5`);
    expect(balanced(status)).toMatchObject({
      state: 'complete',
      captured: HOSTILE_EVENTS.length,
      rejected: REJECTED_RECORDS.length,
    });
    const codes = (await rejects()).map(({ code }) => code).toSorted();
    expect(codes).toEqual(REJECTED_RECORDS.map(({ code }) => code).toSorted());
    const cli = await runCli(['events', `--source=${server.url}/5`, '--limit=1000'], { dataDir: tempDir() });
    expect(cli.code).toBe(4);
    expect(cli.stdoutBytes.filter((byte) => (byte < 0x20 && byte !== 0x0a) || byte === 0x7f)).toHaveLength(0);
    expect(cli.stdout).not.toMatch(/[\u0080-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/);
    expect(cli.stderr).toContain(`${REJECTED_RECORDS.length} set aside`);
  });

  it('keeps two records of one event id, and reports neither as a duplicate', async () => {
    const target = { ...server, db: 6 };
    const [one, two] = [oneEvent({ id: 'same' }), oneEvent({ id: 'same', action: 'other' })];
    await putRecords(
      target,
      [one, two].map(({ field, json }) => ({ field, bytes: Buffer.from(json) })),
    );
    const { status } = await captureSource(`${server.url}/6`);
    expect(balanced(status)).toMatchObject({ captured: 2, duplicates: 0 });
  });
});

describe('a server that asks who is there', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({
      acl: [
        'user default on >default-secret ~* &* +@all',
        // No INFO, no MEMORY: what an auditor needs and no more.
        `user auditor on >${PASSWORD.replaceAll(' ', '_')} ~event-audit resetchannels -@all +ping +select +type +hlen +hscan`,
        'user blind on >blind ~other +@all',
      ],
    });
    await fillRedis({ ...server, password: 'default-secret' }, 200);
  });
  afterAll(() => server.stop());

  const secret = PASSWORD.replaceAll(' ', '_');
  const withUser = (user: string): string => server.url.replace('://', `://${user}@`);

  it('lets an ACL user in who may do little, by a password in the URL, which then is nowhere to be found', async () => {
    const dataDir = tempDir();
    const url = withUser(`auditor:${encodeURIComponent(secret)}`);
    const output = join(dataDir, 'out.csv');
    const cli = await runCli(['export', `--source=${url}`, '--format=csv', `--output=${output}`], { dataDir });
    expect(cli).toMatchObject({ code: 0, stdout: '' });
    const everything = `${cli.stdout}${cli.stderr}${allBytes(dataDir)}`;
    expect(everything).toContain(withUser('auditor'));
    for (const trace of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('latin1'),
      JSON.stringify(secret).slice(1, -1),
    ]) {
      expect(everything.includes(trace)).toBe(false);
    }
  });

  it('lets one in by EVENT_AUDIT_PASSWORD', async () => {
    const dataDir = tempDir();
    const cli = await runCli(['events', `--source=${withUser('auditor')}`, '--limit=1000'], {
      dataDir,
      env: { EVENT_AUDIT_PASSWORD: secret },
    });
    expect(cli.code).toBe(0);
    expect(cli.stdout.trimEnd().split('\n')).toHaveLength(201);
  });

  it('lets the default user in by a password alone', async () => {
    const { status } = await captureSource(server.url, { secrets: { password: 'default-secret' } });
    expect(status).toMatchObject({ state: 'complete', captured: 200 });
    expect((await captureSource(withUser(':default-secret'))).status.source.url).toBe(server.url);
  });

  it.each([
    ['without a password', '', {}, /wants a password/],
    ['with a wrong password', 'auditor:wr0ng', {}, /refused the password/],
    ['with a wrong password beside the URL', 'auditor', { password: 'wr0ng' }, /refused the password/],
    ['as nobody it knows', 'nobody:wr0ng', {}, /refused the password/],
    ['as one who may not read the key', 'blind:blind', {}, /may not read here/],
  ])('refuses %s, and the message holds no password', async (_how, user, secrets, message) => {
    const failure = await failureOf(captureSource(user === '' ? server.url : withUser(user), { secrets }));
    expect(failure).toMatchObject({ code: 'source_refused', message: expect.stringMatching(message) });
    expect(failure.message).not.toMatch(/wr0ng|:blind|\n/);
  });

  it('makes the command end with 3', async () => {
    const cli = await runCli(['events', `--source=${withUser('auditor:wr0ng')}`], { dataDir: tempDir() });
    expect(cli).toMatchObject({ code: 3, stdout: '' });
    expect(cli.said).toHaveLength(1);
    expect(cli.stderr).not.toContain('wr0ng');
  });

  it('is read again from its beginning after a lost connection when it does not say which process it is', async () => {
    const gate = await gateHere(server, 60_000);
    when(gate, () => {
      gate.open();
      gate.cut();
    });
    await fillRedis({ ...server, password: 'default-secret' }, 5_000);
    const { status, noteCodes } = await captureSource(`redis://auditor@127.0.0.1:${gate.port}`, {
      secrets: { password: secret },
    });
    expect(balanced(status)).toMatchObject({ state: 'complete' });
    expect(status.captured).toBeGreaterThanOrEqual(5_000);
    expect(noteCodes).toEqual(['server_restarted']);
  });
});

describe('a server that speaks TLS', () => {
  it('is trusted by its own authority, and by no other', async () => {
    const folder = tempDir();
    const certificates = makeCertificates(folder, 'auditor');
    const { ca, server: pair, client } = certificates;
    const server = await serverHere({ tls: { ...pair, ca, clientAuth: true } });
    const trusted = `?ca=${encodeURIComponent(ca)}&client_cert=${client.cert}&client_key=${client.key}`;
    expect((await captureSource(`${server.url}/0${trusted}`)).status).toMatchObject({ state: 'complete', read: 0 });
    expect((await captureSource(`${server.url.replace('127.0.0.1', 'localhost')}/0${trusted}`)).status.state).toBe(
      'complete',
    );
    for (const tail of ['', `?ca=${certificates.strangerCa}`, `${trusted}&servername=elsewhere.example`]) {
      expect(await failureOf(captureSource(`${server.url}/0${tail}`))).toMatchObject({
        code: 'source_refused',
        message: expect.stringMatching(/no secure connection[^\n]*ca=FILE/),
      });
    }
    const noClient = await failureOf(captureSource(`${server.url}/0?ca=${ca}`));
    expect(noClient.code).toMatch(/^source_(?:refused|unreachable)$/);
    const cli = await runCli(['test', `--source=${server.url}/0${trusted}`], { dataDir: folder });
    expect(cli).toMatchObject({ code: 0, said: [expect.stringContaining('There is no key')] });
  });

  it('says why it is not trusted, behind every kind of address', async () => {
    const folder = tempDir();
    const { ca, strangerCa, server: pair } = makeCertificates(folder, 'auditor');
    const { port } = await serverHere({ tls: { ...pair, ca } });
    const at = (host: string): readonly string[] => [
      `rediss://${host}:${port}/0?`,
      `redis+cluster://${host}:${port}?tls=1&`,
      `redis+sentinel://${host}:${port}/0?tls=1&master=m&`,
    ];
    for (const url of at('127.0.0.1')) {
      for (const tail of [`ca=${strangerCa}`, '']) {
        expect(await failureOf(captureSource(`${url}${tail}`))).toMatchObject({
          code: 'source_refused',
          message: expect.stringContaining('signed by itself and not known here'),
        });
      }
      expect(await failureOf(captureSource(`${url}ca=${ca}&servername=elsewhere.example`))).toMatchObject({
        code: 'source_refused',
        message: expect.stringMatching(/for another name .*elsewhere\.example.*servername=NAME/),
      });
    }
  });

  it('says that it wants a certificate of the reader’s', async () => {
    const { ca, server: pair } = makeCertificates(tempDir(), 'auditor');
    const { url } = await serverHere({ tls: { ...pair, ca, clientAuth: true } });
    expect(await failureOf(captureSource(`${url}/0?ca=${ca}`))).toMatchObject({
      code: 'source_refused',
      message: expect.stringMatching(/wants a certificate of yours.*client_cert=FILE/),
    });
  });

  it('that is cut off, before or after it is secure, is one that can’t be reached', async () => {
    const { ca, server: pair } = makeCertificates(tempDir(), 'auditor');
    const server = await serverHere({ tls: { ...pair, ca } });
    for (const faults of [{ resetAfter: 0 }, { resetAfter: 100 }, { endAfter: 100 }, { resetAfter: 1_600 }]) {
      await using proxy = await startFaultProxy(server, faults);
      expect(await failureOf(captureSource(`rediss://127.0.0.1:${proxy.port}/0?ca=${ca}`))).toMatchObject({
        code: 'source_unreachable',
      });
    }
  });

  it.each([
    'rediss://127.0.0.1:1/0?',
    'redis+cluster://127.0.0.1:1?tls=1&',
    'redis+sentinel://127.0.0.1:1?tls=1&master=m&',
  ])('is not asked at all when a file is no certificate or key: %s', async (url) => {
    const folder = tempDir();
    const { ca, client, server: pair } = makeCertificates(folder, 'auditor');
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, readFileSync(ca, 'utf8').replace(/\nMI/, '\nAA'));
    for (const [tail, said] of [
      [`ca=${client.key}`, `${client.key} holds no certificate`],
      [`ca=${broken}`, `${broken} holds a certificate that is damaged`],
      [`client_cert=${client.key}&client_key=${client.key}`, `${client.key} holds no certificate`],
      [`client_cert=${client.cert}&client_key=${client.cert}`, `${client.cert} holds no private key`],
      [`client_cert=${client.cert}&client_key=${pair.key}`, `can’t be used with the key ${pair.key}`],
      [`ca=${folder}`, `${folder} can’t be read`],
    ] as const) {
      expect(await failureOf(captureSource(`${url}${tail}`))).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining(said),
      });
    }
    expect(
      await failureOf(captureSource(url.replace('rediss:', 'redis:').replace('tls=1&', '') + `ca=${ca}`)),
    ).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/ca= says how.*Write (?:rediss:\/\/|tls=1)/),
    });
  });

  it('is told from one that does not', async () => {
    const folder = tempDir();
    const { ca, server: pair } = makeCertificates(folder, 'auditor');
    const secure = await serverHere({ tls: { ...pair, ca } });
    const plain = await serverHere();
    expect(await failureOf(captureSource(secure.url.replace('rediss', 'redis')))).toMatchObject({
      code: 'source_unreachable',
    });
    expect((await failureOf(captureSource(`${plain.url.replace('redis', 'rediss')}?timeout=1`))).code).toMatch(
      /^source_(?:refused|unreachable)$/,
    );
  });
});

describe('what is no Redis', () => {
  it('a port at which nothing listens is not reachable', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(await failureOf(captureSource(url))).toMatchObject({
      code: 'source_unreachable',
      message: `Nothing answers at ${url} (connection refused). Check host and port, and that Redis runs.`,
    });
    const cli = await runCli(['export', `--source=${url}`, '--format=csv', '--output=out.csv'], { dataDir: tempDir() });
    expect(cli).toMatchObject({ code: 3, stdout: '' });
    expect(cli.said).toHaveLength(1);
  });

  it('a web server is found out', async () => {
    const web = createServer((_request, response) => void response.end('<html>'));
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    onTestFinished(() => void web.close());
    const address = web.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const failure = await failureOf(captureSource(`redis://127.0.0.1:${port}`));
    expect(failure.code).toMatch(/^source_/);
    expect(failure.message).not.toContain('\n');
  });
});

describe('a server that changes or goes away while it is read', () => {
  const COUNT = 20_000;
  /** About a quarter of the answers. */
  const QUARTER = 3_000_000;
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ persist: true });
    await fillRedis(server, COUNT);
  });
  afterAll(() => server.stop());

  it('a connection that is cut is taken up again where it was', async () => {
    const gate = await gateHere(server, QUARTER);
    when(gate, () => {
      gate.open();
      gate.cut();
    });
    const { status, noteCodes } = await captureSource(`redis://127.0.0.1:${gate.port}`);
    expect(gate.connections()).toBe(2);
    expect(balanced(status)).toMatchObject({ state: 'complete', captured: COUNT });
    expect(noteCodes).toEqual(['reconnected']);
  });

  it('a server that restarts is read anew, and no event is lost or doubled', async () => {
    const gate = await gateHere(server, QUARTER);
    when(gate, async () => {
      gate.open();
      await server.kill();
      await server.restart();
    });
    const { status, noteCodes, records } = await readAll(`redis://127.0.0.1:${gate.port}`);
    expect(status).toMatchObject({ state: 'complete', captured: COUNT });
    expect(status.duplicates).toBeGreaterThan(0);
    expect(noteCodes).toContain('server_restarted');
    expect(new Set(records).size).toBe(COUNT);
  });

  it('a server that hangs for a while is waited for', async () => {
    const gate = await gateHere(server, QUARTER);
    when(gate, async () => {
      server.freeze();
      gate.open();
      await sleep(1_500);
      server.thaw();
    });
    const { status } = await captureSource(`redis://127.0.0.1:${gate.port}`);
    expect(balanced(status)).toMatchObject({ state: 'complete', captured: COUNT, notes: [] });
  });

  it('a capture from a server that hangs can be cancelled, and keeps what it has', async () => {
    const gate = await gateHere(server, QUARTER);
    const controller = new AbortController();
    when(gate, async () => {
      server.freeze();
      gate.open();
      await sleep(200);
      controller.abort();
    });
    const { status } = await captureSource(`redis://127.0.0.1:${gate.port}`, { signal: controller.signal });
    server.thaw();
    expect(balanced(status)).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
    expect(status.captured).toBeLessThan(COUNT);
  });

  it('Ctrl+C ends the command with 130 and leaves nothing', async () => {
    const gate = await gateHere(server, QUARTER);
    const dataDir = tempDir();
    const output = join(dataDir, 'out.json');
    const cli = await runCli(
      ['export', `--source=redis://127.0.0.1:${gate.port}`, '--format=json', `--output=${output}`],
      {
        dataDir,
        onStart: (child) => when(gate, () => child.kill('SIGINT')),
      },
    );
    expect(cli).toMatchObject({
      code: 130,
      stdout: '',
      said: [expect.stringMatching(/^event-audit: Cancelled after [\d,]+ records/)],
    });
    expect(readdirSync(join(dataDir, 'captures'))).toEqual([]);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('out.json'))).toEqual([]);
  });

  it('a hash that grows and shrinks while it is scanned gives each of its lasting events once', async () => {
    const gate = await gateHere(server, QUARTER);
    when(gate, async () => {
      await fillRedis(server, 60_000, { seed: 77, stored: false });
      const redis = new Redis(server.port, server.host);
      const fields = [...generateEvents(60_000, { seed: 77, stored: false })].map(({ field }) => field);
      for (let at = 0; at < 59_000; at += 1_000) await redis.hdel('event-audit', ...fields.slice(at, at + 1_000));
      await redis.quit();
      gate.open();
    });
    const { status, noteCodes, records } = await readAll(`redis://127.0.0.1:${gate.port}`);
    expect(status.state).toBe('complete');
    expect(noteCodes).toEqual(['changed_while_read']);
    const found = new Set(records);
    expect(found.size).toBe(records.length);
    expect([...generateEvents(COUNT)].filter(({ json }) => !found.has(json))).toEqual([]);
  });

  it('a key that is deleted while it is read makes the capture partial', async () => {
    const own = await serverHere();
    await fillRedis(own, COUNT);
    const gate = await gateHere(own, QUARTER);
    when(gate, async () => {
      await own.kill();
      await own.restart();
      gate.open();
    });
    const { status } = await captureSource(`redis://127.0.0.1:${gate.port}`);
    expect(balanced(status)).toMatchObject({
      state: 'partial',
      reason: { code: 'source_invalid', message: expect.stringContaining('vanished') },
    });
    expect(status.captured).toBeGreaterThan(0);
  });

  it('a server that is gone for good leaves a partial capture, which the export says, and exit code 4', async () => {
    const own = await serverHere();
    await fillRedis(own, COUNT);
    const gate = await gateHere(own, QUARTER);
    const dataDir = tempDir();
    const output = join(dataDir, 'out.jsonl');
    when(gate, async () => {
      await own.kill();
      gate.open();
    });
    const cli = await runCli(
      ['export', `--source=redis://127.0.0.1:${gate.port}?timeout=3`, '--format=jsonl', `--output=${output}`],
      { dataDir },
    );
    expect(cli.code).toBe(4);
    expect(cli.stderr).toContain('warning: incomplete');
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThan(COUNT);
    const manifest: unknown = JSON.parse(readFileSync(`${output}.manifest.json`, 'utf8'));
    expect(JSON.stringify(manifest)).toMatch(/"partial"/);
  });
});

describe('the field of a hash', () => {
  it('is only a key: the JSON value is the truth', async () => {
    const server = await serverHere();
    const { event, json } = oneEvent({ action_object: 'PackageExtra', category: 'model' });
    await putRecords(server, [
      { field: redisField({ ...event, action_object: 'Package' }), bytes: Buffer.from(json) },
      { field: 'anything', bytes: Buffer.from(json.replace('PackageExtra', 'Package')) },
    ]);
    const cli = await runCli(['events', `--source=${server.url}`, '--action-object=Package', '--json'], {
      dataDir: tempDir(),
    });
    expect(cli.stdout).toBe(`${json.replace('PackageExtra', 'Package')}\n`);
  });
});
