/** `ckan:PATH/ckan.ini` opens the store that the configuration names, and says what its settings left out. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbstractRepository, registerRepository, type AuditEvent } from '../../src/main/engine/api.ts';
import { readCkanConfig } from '../../src/main/engine/config/ckan-ini.ts';
import { fillRedis } from '../support/redis-fill.ts';
import { startRedis } from '../support/redis-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { testEngine, type TestEngine } from '../support/test-engine.ts';

const PASSWORD = 'sw0rdf:sh';

let own: TestEngine;

beforeAll(async () => {
  own = await testEngine();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

function ini(lines: readonly string[], section = '[app:main]'): string {
  const path = join(tempDir(), 'ckan.ini');
  writeFileSync(path, ['# made for a test', section, ...lines, ''].join('\n'));
  return path;
}

/** A configuration whose PostgreSQL is where nobody answers. */
function postgresIni(parameters: string): string {
  const url = `postgresql://ckan:s3cret@127.0.0.1:1/ckan?${parameters}`;
  return `ckan:${ini([`sqlalchemy.url = ${url}`, 'ckanext.event_audit.active_repo = postgres'])}`;
}

/** Everything a folder's files hold, as one text. */
function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('with a real Redis', () => {
  test('the database and the password come from ckan.redis.url, and the password goes nowhere else', async () => {
    await using redis = await startRedis({ password: PASSWORD });
    await fillRedis({ host: redis.host, port: redis.port, password: PASSWORD, db: 3 }, 700);
    const path = ini([
      'ckan.site_url = https://example.org',
      `ckan.redis.url = redis://:${encodeURIComponent(PASSWORD).replaceAll('%', '%%')}@127.0.0.1:${redis.port}/3`,
      'ckanext.event_audit.active_repo = redis',
      'ckanext.event_audit.ignore.actions = user_show,package_show',
      '  package_search',
      'ckanext.event_audit.track_api = no',
    ]);
    const status = await own.capture(`ckan:${path}`);
    expect(status).toMatchObject({
      state: 'complete',
      captured: 700,
      source: { url: `ckan:${path}`, kind: 'ckan', title: 'CKAN configuration' },
    });
    const inner = `redis://127.0.0.1:${redis.port}/3?key=event-audit`;
    expect(status.notes).toEqual([
      expect.objectContaining({
        code: 'ckan_setting_active_repo',
        message: `ckanext.event_audit.active_repo is redis: ${inner} is read.`,
      }),
      expect.objectContaining({
        code: 'ckan_setting_ignore_actions',
        message: `${path}:6: ckanext.event_audit.ignore.actions = user_show package_show package_search; these were not recorded.`,
      }),
      expect.objectContaining({
        code: 'ckan_setting_track_api',
        message: expect.stringContaining('track_api = false'),
      }),
    ]);
    const description = await own.engine.run('event_audit_test_source', { url: `ckan:${path}` });
    expect(description).toMatchObject({ kind: 'ckan', url: `ckan:${path}`, records: 700 });
    await own.engine.run('event_audit_save_connection', { url: `ckan:${path}` });
    const kept = `${JSON.stringify([status, description])}${contents(own.dataDir)}`;
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(kept).not.toContain(secret);
  });

  test('what the store says is said in its own words', async () => {
    const path = ini(['ckan.redis.url = redis://127.0.0.1:1/0']);
    await expect(own.capture(`ckan:${path}`)).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('Nothing answers at redis://127.0.0.1:1/0'),
    });
  });
});

describe('what a configuration means', () => {
  test('Redis at its default place is meant when nothing is set', async () => {
    const { source } = await readCkanConfig(ini(['ckan.site_id = default']));
    expect(source.url.text).toBe('redis://localhost:6379/0?key=event-audit');
  });

  test('CloudWatch’s keys are secrets', async () => {
    const { source, notes } = await readCkanConfig(
      ini([
        'ckanext.event_audit.active_repo: cloudwatch',
        'ckanext.event_audit.cloudwatch.access_key = AKIAEXAMPLE',
        'ckanext.event_audit.cloudwatch.secret_key = wJalr/XUtn+FEMI',
        'ckanext.event_audit.cloudwatch.region = eu-central-1',
        'ckanext.event_audit.cloudwatch.log_group = /portal/audit',
      ]),
    );
    expect(source.url.text).toBe('cloudwatch:eu-central-1//portal/audit?stream=event-audit-stream');
    expect(source.secrets).toEqual({ access_key: 'AKIAEXAMPLE', secret_key: 'wJalr/XUtn+FEMI' });
    expect(JSON.stringify(notes)).not.toMatch(/AKIA|wJalr/);
  });

  test('PostgreSQL is found by sqlalchemy.url, whatever driver Python uses', async () => {
    const { source } = await readCkanConfig(
      ini([
        'sqlalchemy.url = postgresql+psycopg2://ckan:%(db_password)s@db.example.org:5433/ckan?sslmode=require',
        'db_password = s3cret',
        'ckanext.event_audit.active_repo = postgres',
      ]),
    );
    expect(source.url).toMatchObject({ kind: 'postgres', host: 'db.example.org', port: 5433, path: 'ckan' });
    expect(source.url.text).not.toContain('s3cret');
    expect(source.secrets).toEqual({ password: 's3cret' });
  });

  test('what only tunes CKAN’s own connection to PostgreSQL is left out, what says which data is meant is not', async () => {
    await expect(
      own.capture(postgresIni('client_encoding=utf8&application_name=ckan&keepalives_idle=30&sslmode=disable')),
    ).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('postgresql://ckan@127.0.0.1:1/ckan?sslmode=disable'),
    });
    await expect(own.capture(postgresIni('options=-csearch_path%%3Daudit'))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('“options”'),
    });
  });

  test('files inherit from one another, each with its own folder as here', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'base'));
    writeFileSync(
      join(folder, 'base', 'common.ini'),
      `[DEFAULT]\nhost = redis.example.org\n[app:main]\nckan.redis.url = rediss://%(host)s:6380/2?ssl_ca_certs=%(here)s/ca.pem\n
ckanext.event_audit.ignore.models = Option\n`,
    );
    writeFileSync(
      join(folder, 'ckan.ini'),
      `[app:main]\r\nuse = config:base/common.ini#main\r\nset ckanext.event_audit.track.models =\r\n    Package\r\n    # a comment in between\r\n    Resource, User\r\n`,
    );
    const { source, notes } = await readCkanConfig(join(folder, 'ckan.ini'));
    expect(source.url).toMatchObject({
      scheme: 'rediss',
      host: 'redis.example.org',
      path: '2',
      parameters: { key: 'event-audit', ca: join(folder, 'base', 'ca.pem') },
    });
    expect(notes.map(({ code }) => code)).toEqual([
      'ckan_setting_active_repo',
      'ckan_setting_ignore_models',
      'ckan_setting_track_models',
      'ckan_setting_ignore_models_without_effect',
    ]);
    expect(notes[2]?.message).toContain('Package Resource User; only these models were recorded');
  });
});

test('a key that is set twice in a section is said, and the later value is used', async () => {
  const path = ini(['ckan.redis.url = redis://first:1/0', 'x = 1', 'ckan.redis.url = redis://second:2/0', 'X = 2']);
  const { source, notes } = await readCkanConfig(path);
  expect(source.url.host).toBe('second');
  expect(notes.filter(({ code }) => code === 'ckan_setting_repeated')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining(`${path}:5: ckan.redis.url is set here and in line 3 `) },
    { message: expect.stringContaining(`${path}:6: X `) },
  ]);
});

describe('what is wrong is named with file and line', () => {
  const active = 'ckanext.event_audit.active_repo';
  test.each([
    [[`${active} = mongodb`], ':3: ', 'Allowed are redis, cloudwatch, postgres'],
    [
      [`${active} = redis`, 'ckanext.event_audit.restrict_available_repos = cloudwatch, postgres'],
      ':4: ',
      'allows only cloudwatch, postgres',
    ],
    [['ckanext.event_audit.track_api = maybe'], ':3: ', 'Allowed are true and false'],
    [['no setting at all'], ':3: ', 'KEY = VALUE'],
    [['ckan.redis.url = unix:///run/redis.sock'], ':3: ', 'redis:// or rediss://'],
    [['ckan.redis.url = redis://:hunter%%zz@localhost/0'], ':3: ', 'can’t be opened'],
    [['ckan.redis.url = redis://%(nowhere)s/0'], ':3: ', '%(nowhere)s is not set'],
    [['ckan.redis.url = %(ckan.redis.url)s'], ':3: ', 'circle'],
    [[`${active} = cloudwatch`], '', 'cloudwatch.region'],
    [[`${active} = postgres`], '', 'sqlalchemy.url'],
    [['use = config:ckan.ini'], '', 'circle'],
  ])('%j', async (lines, place, part) => {
    const path = ini(lines);
    const problem = await own.capture(`ckan:${path}`).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(problem).toMatchObject({ code: 'source_invalid', message: expect.stringContaining(part) });
    expect(problem).toMatchObject({ message: expect.stringContaining(`${path}${place}`) });
    expect(String(problem)).not.toContain('hunter');
  });

  test('a value that is used and is not UTF-8; a comment and a value that nobody asks for may be anything', async () => {
    const path = ini([]);
    const latin = (password: string): void => {
      const lines = [
        '[app:main]',
        '# Büro',
        'ckan.site_title = Büro',
        `ckan.redis.url = redis://:${password}@127.0.0.1:1/0`,
      ];
      writeFileSync(path, Buffer.from(lines.join('\n'), 'latin1'));
    };
    latin('süß');
    await expect(own.capture(`ckan:${path}`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: `${path}:4: the value is not UTF-8. Save the file in UTF-8, as CKAN reads it.`,
    });
    latin('sweet');
    await expect(own.capture(`ckan:${path}`)).rejects.toMatchObject({ code: 'source_unreachable' });
  });

  test('a file without [app:main], and no file', async () => {
    const path = ini([], '[server:main]');
    await expect(own.capture(`ckan:${path}`)).rejects.toMatchObject({
      code: 'source_invalid',
      message: `${path} has no section [app:main]. It has [server:main].`,
    });
    await expect(own.capture(`ckan:${path}.bak`)).rejects.toMatchObject({ code: 'source_unreachable' });
    await expect(own.capture('ckan:')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

test('a repository of a plugin opens by the name that it registered; without the plugin it says what is needed', async () => {
  const path = ini(['ckanext.event_audit.active_repo = ledger']);
  await expect(own.capture(`ckan:${path}`)).rejects.toMatchObject({
    code: 'source_invalid',
    message: expect.stringMatching(/ckan\.ini:3: .*“ledger”, .*Allowed are redis, cloudwatch, postgres\..*plugin/),
  });
  registerRepository(
    'ledger',
    class extends AbstractRepository {
      override async *readEvents(): AsyncIterable<AuditEvent> {
        yield {
          id: 'l1',
          category: 'api',
          action: 'x',
          actor: '',
          action_object: '',
          action_object_id: '',
          target_type: '',
          target_id: '',
          timestamp: '2024-01-01T00:00:00+00:00',
          result: {},
          payload: {},
        };
      }
    },
  );
  const status = await own.capture(`ckan:${path}`);
  expect(status).toMatchObject({ state: 'complete', captured: 1 });
  expect(status.notes[0]?.message).toContain('active_repo is ledger: ledger: is read');
  for (const name of ['demo', 'basic', 'ckan']) {
    await expect(own.capture(`ckan:${ini([`ckanext.event_audit.active_repo = ${name}`])}`)).rejects.toMatchObject({
      code: 'source_invalid',
    });
  }
});
