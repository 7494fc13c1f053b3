/** docs/sources.md says everything that a source URL can hold: every kind, every parameter, every secret. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerBuiltIns } from '../../../src/main/engine/repositories/built-in.ts';
import { registeredKinds } from '../../../src/main/engine/repositories/registry.ts';
import { ROOT } from '../../support/project.ts';
import { testEngine, type TestEngine } from '../../support/test-engine.ts';

const REPOSITORIES = join(ROOT, 'src/main/engine/repositories');

/** The page's sections by the scheme that their heading begins with. */
const sections = new Map(
  readFileSync(join(ROOT, 'docs/sources.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [/^[a-z]+(?=:)/.exec(section)?.[0] ?? '', section]),
);

/** A URL of each scheme with a parameter that nobody has. */
const ASKED = [
  'demo:?zzz=1',
  'basic:?zzz=1',
  'sqlite:/none?zzz=1',
  'redis://localhost?zzz=1',
  'redis+sentinel://localhost?zzz=1',
  'redis+cluster://localhost?zzz=1',
  'postgres://localhost/x?zzz=1',
  'cloudwatch:eu-central-1?zzz=1',
  'file:/none?zzz=1',
  'ckan:/none?zzz=1',
  'snapshot:/none?zzz=1',
];

let own: TestEngine;
beforeAll(async () => {
  own = await testEngine();
  registerBuiltIns();
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
});

test('every kind of store has a section, and every kind is asked here', () => {
  const kinds = registeredKinds().map(({ kind }) => kind);
  expect(kinds.filter((kind) => !sections.has(kind))).toEqual([]);
  expect(new Set(ASKED.map((url) => /^[a-z]+/.exec(url)?.[0]))).toEqual(new Set(kinds));
});

describe.each(ASKED)('%s', (url) => {
  const section = sections.get(/^[a-z]+/.exec(url)?.[0] ?? '') ?? '';

  test('says which parameters there are, and the page has each, and no other', async () => {
    const reply = await own.engine.call('event_audit_test_source', { url });
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', message: expect.stringContaining('zzz') },
    });
    const message = reply.ok ? '' : reply.error.message;
    const known = (/Known are (.*)\.$/.exec(message)?.[1] ?? '').split(', ').filter((name) => name !== '');
    expect(message).toMatch(known.length === 0 ? /It has none/ : /Known are/);
    const rows = [...section.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, names = '']) => names.match(/[a-z_]+/g) ?? []);
    expect(known.filter((name) => !rows.includes(name))).toEqual([]);
    // What only sentinels or clusters have stands in the section of all Redis servers.
    const elsewhere = url.startsWith('redis') ? ['tls', 'master', 'sentinel_username'] : [];
    expect(rows.filter((name) => !known.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });
});

test('every secret that a store’s code asks for stands in its section', () => {
  const missing: string[] = [];
  let found = 0;
  for (const [kind, section] of sections) {
    if (!registeredKinds().some((each) => each.kind === kind)) continue;
    const folder = join(REPOSITORIES, kind === 'basic' ? 'sqlite' : kind);
    for (const file of readdirSync(folder)) {
      const code = readFileSync(join(folder, file), 'utf8');
      const names = [...code.matchAll(/secrets\['(\w+)'\]/g)].map(([, name = '']) => name);
      const [, taken = ''] = /const \{([^}]+)\} = secrets;/.exec(code) ?? [];
      names.push(...[...taken.matchAll(/(\w+):/g)].map(([, name = '']) => name));
      found += names.length;
      missing.push(...names.filter((name) => !section.includes(`\`${name}\``)).map((name) => `${kind}: ${name}`));
    }
  }
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(5);
});

test('every reason for which a record can be set aside is named', () => {
  const page = readFileSync(join(ROOT, 'docs/sources.md'), 'utf8');
  const folders = [REPOSITORIES, join(ROOT, 'src/main/engine/snapshot')];
  const codes = new Set<string>();
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const code = readFileSync(join(file.parentPath, file.name), 'utf8');
      for (const [, name = ''] of code.matchAll(/'((?:not|too|missing|empty|wrong|bad)_\w+)'/g)) codes.add(name);
    }
  }
  const others = new Set(['not_found', 'not_encrypted', 'not_made_yet', 'missing_columns', 'bad_token']);
  expect([...codes].filter((name) => !others.has(name) && !page.includes(`\`${name}\``))).toEqual([]);
});
