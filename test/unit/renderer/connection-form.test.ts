/** The form and the URL say the same, both ways, for every kind of store and whatever the values hold. */
import { expect, test } from 'vitest';
import { sourceLabel } from '../../../src/renderer/model/source-label.ts';
import {
  editField,
  formOf,
  isIncomplete,
  kindOfUrl,
  newUrl,
  partsFor,
  secretNames,
  shownFields,
  tryParse,
} from '../../../src/renderer/model/connection-form.ts';
import { FORMS, type FieldName, type FormKind } from '../../../src/renderer/model/connection/forms.ts';
import { joinPaths, splitPaths } from '../../../src/renderer/model/connection/paths.ts';
import { parseSourceUrl } from '../../../src/shared/source-url.ts';

function form(kind: FormKind) {
  const found = formOf(kind);
  if (found === undefined) throw new Error(`no form for ${kind}`);
  return found;
}

function fieldsOf(kind: FormKind, text: string) {
  const parts = partsFor(form(kind), text);
  return [...shownFields(form(kind).fields, parts), ...shownFields(form(kind).advanced, parts)];
}

/** Types values into the form's fields, one after another; returns the URL. */
function fill(
  kind: FormKind,
  values: Readonly<Partial<Record<FieldName, string>>>,
  start = newUrl(form(kind)),
): string {
  let text = start;
  for (const [name, value] of Object.entries(values)) {
    const field = fieldsOf(kind, text).find((one) => one.name === name);
    if (field === undefined) throw new Error(`${kind} shows no field ${name} in ${text}`);
    text = editField(form(kind), text, field, value);
  }
  return text;
}

/** What the form shows of a URL, defaults left out. */
function shown(kind: FormKind, text: string): Record<string, string> {
  const parts = partsFor(form(kind), text);
  const values: Record<string, string> = {};
  for (const field of fieldsOf(kind, text)) {
    if (field.control !== 'secret' && field.lens.get(parts) !== '') values[field.name] = field.lens.get(parts);
  }
  return values;
}

const ODD = 'a b%41&c=d+é|ü"\'\\';

const FILLED: readonly (readonly [FormKind, Readonly<Partial<Record<FieldName, string>>>])[] = [
  ['sqlite', { file: '/data/audit 2024 100%?.db', table: ODD }],
  ['sqlite', { file: 'C:\\Audit\\why?.db' }],
  ['file', { files: '/data/a.csv|/data/b c.jsonl', encoding: 'windows-1252' }],
  [
    'redis',
    { topology: 'single', host: 'audit.example.org', port: '6380', databaseNumber: '3', user: 'au@dit:or/x', key: ODD },
  ],
  [
    'redis',
    {
      topology: 'single',
      tls: '1',
      host: '[::1]',
      port: '6379',
      databaseNumber: '0',
      ca: '/etc/c a.pem',
      clientCert: '/x.pem',
      clientKey: '/y.pem',
      servername: 'redis.internal',
      fromReplica: '1',
      timeout: '2.5',
    },
  ],
  [
    'redis',
    {
      topology: 'sentinel',
      servers: 'a:26379,b:26380,c',
      master: 'my master',
      databaseNumber: '2',
      user: 'u',
      sentinelUser: ODD,
      tls: '1',
      ca: '/ca.pem',
    },
  ],
  ['redis', { topology: 'cluster', servers: '[::1]:7000,b:7001', user: 'u', key: 'k', fromReplica: '1' }],
  [
    'postgres',
    {
      host: 'db.example.org',
      port: '5433',
      database: 'ckan default',
      table: 'public.event audit',
      user: ODD,
      tlsMode: 'verify-full',
      ca: '/ca.pem',
      clientCert: '/c.pem',
      clientKey: '/k.pem',
      connectTimeout: '3',
      timeout: '30',
    },
  ],
  ['postgres', { host: '/var/run/postgresql', database: 'ckan', tlsMode: 'prefer' }],
  [
    'cloudwatch',
    {
      region: 'ap-southeast-2',
      group: '/ckan/event-audit#1',
      stream: ODD,
      endpoint: 'https://logs.example.org:8443/x',
      rate: '2.5',
      maxLag: '48',
      timeout: '30',
    },
  ],
  ['ckan', { ckanIni: '/etc/ckan/default/ckan.ini' }],
  ['snapshot', { snapshotFile: '/evidence/März 2024.duckdb' }],
];

test.each(FILLED)('%s: what is typed into the form comes back from its URL: %j', (kind, values) => {
  const text = fill(kind, values);
  expect(shown(kind, text)).toEqual(values);
  expect(kindOfUrl(text)).toBe(kind);
  // A URL that is read and written again is the same.
  expect(parseSourceUrl(text).url.text).toBe(text);
  expect(isIncomplete(form(kind), text)).toBe(false);
});

test('every form begins with a URL that can be opened, or with none', () => {
  for (const { kind, base } of FORMS) {
    const text = newUrl(form(kind));
    expect(['', base]).toContain(text);
    expect(text === '').toBe(['sqlite', 'file', 'ckan', 'snapshot'].includes(kind));
    expect(kindOfUrl(base)).toBe(kind);
  }
});

test.each(FILLED)('%s: clearing fields leaves the defaults of the store: %j', (kind, values) => {
  const kept = new Set(['topology', 'tlsMode', 'host', 'servers', 'region', 'tls']);
  const start = fill(kind, values);
  const clearable = Object.keys(values).filter((name) => !kept.has(name));
  const cleared = fill(kind, Object.fromEntries(clearable.map((name) => [name, ''])), start);
  const left = Object.keys(values).filter((name) => kept.has(name));
  expect(Object.keys(shown(kind, cleared)).filter((name) => clearable.includes(name))).toEqual([]);
  expect(left.every((name) => Object.hasOwn(shown(kind, cleared), name) || name === 'tlsMode')).toBe(true);
});

test('what no field shows stays in the URL', () => {
  expect(fill('redis', { port: '7000' }, 'redis://localhost/0?later=1&key=x')).toBe(
    'redis://localhost:7000/0?later=1&key=x',
  );
});

test('changing how Redis is reached carries along what still means something, and nothing else', () => {
  const sentinel = 'redis+sentinel://u@a:26379,b:26380/2?master=m&sentinel_username=s&key=k&tls=1&ca=%2Fca.pem';
  expect(fill('redis', { topology: 'single' }, sentinel)).toBe('rediss://u@a:26379/2?key=k&ca=%2Fca.pem');
  expect(fill('redis', { topology: 'cluster' }, sentinel)).toBe(
    'redis+cluster://u@a:26379,b:26380?key=k&ca=%2Fca.pem&tls=1',
  );
  expect(fill('redis', { topology: 'sentinel' }, 'redis://h:6380/1')).toBe('redis+sentinel://h/1');
  expect(fill('redis', { tls: '' }, 'rediss://h:6380/1?ca=%2Fca.pem&servername=x&role=replica')).toBe(
    'redis://h:6380/1?role=replica',
  );
});

test.each([
  ['audit.example.org:6390', 'redis://audit.example.org:6390/0'],
  ['::1', 'redis://[::1]:6379/0'],
  ['[fe80::1]:7000', 'redis://[fe80::1]:7000/0'],
  [' a/b?c#d@e ', 'redis://abcde:6379/0'],
  ['', 'redis://localhost:6379/0'],
])('a host typed as “%s” can never break the URL', (typed, url) => {
  expect(fill('redis', { host: typed })).toBe(url);
});

test('a port that is none is left out', () => {
  expect(fill('redis', { port: '70000' })).toBe('redis://localhost/0');
});

test('secrets are named as their stores read them, and never reach the URL', () => {
  expect(FORMS.flatMap(secretNames)).toEqual([
    'password',
    'sentinel_password',
    'password',
    'sslpassword',
    'passphrase',
  ]);
  const secretFields = FORMS.flatMap((one) =>
    [...one.fields, ...one.advanced].filter((field) => field.control === 'secret').map((field) => ({ one, field })),
  );
  for (const { one, field } of secretFields) expect(editField(one, newUrl(one), field, 'hidden')).toBe(newUrl(one));
});

test('several files are one source, unless their names can’t be told apart', () => {
  expect(splitPaths('/a.csv| /b.csv |')).toEqual(['/a.csv', '/b.csv']);
  expect(joinPaths(['/a.csv', '/b.csv', '/a.csv'])).toBe('/a.csv|/b.csv');
  expect(joinPaths(['/a|b.csv'])).toBe('/a|b.csv');
  expect(joinPaths(['/a|b.csv', '/c.csv'])).toBeUndefined();
});

test('what has no form is left to the URL', () => {
  expect(kindOfUrl('mycustom:somewhere')).toBeUndefined();
  expect(kindOfUrl('demo:')).toBeUndefined();
  expect(tryParse('redis//')).toBeUndefined();
  expect(tryParse(' ')).toBeUndefined();
});

test.each([
  ['sqlite:/data/audit/march.db?table=x', 'march.db'],
  ['sqlite:C:\\Audit\\march.db', 'march.db'],
  ['redis://auditor@audit.example.org:6380/3?key=x', 'audit.example.org:6380/3'],
  ['redis://localhost', 'localhost'],
  ['basic:', 'basic:'],
  ['not a url', 'not a url'],
])('%s is called %s', (url, label) => {
  expect(sourceLabel(url)).toBe(label);
});
