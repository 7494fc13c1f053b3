/** Names for ids: from a file, from CKAN's tables, from the events themselves; the right one at each moment, and where it is from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { idsNamed } from '../../../../src/main/engine/analysis/names/ids-named.ts';
import { namesFor } from '../../../../src/main/engine/analysis/names/known-names.ts';
import { forgetNames, loadNames } from '../../../../src/main/engine/analysis/names/loaded-names.ts';
import { readNameFile } from '../../../../src/main/engine/analysis/names/name-file.ts';
import { namesOf as namesOfResult } from '../../../support/name-lines.ts';
import type { Snapshot } from '../../../../src/main/engine/snapshot/snapshot.ts';
import { facets } from '../../../../src/main/engine/snapshot/facets.ts';
import { askedBothWays } from '../../../support/both-ways.ts';
import { capturedHere, filterOf } from '../../../support/captured.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { trailWriter } from '../../../support/trail.ts';

type Given = Readonly<Partial<Record<'id' | 'name' | 'title' | 'kind', string>>>;

async function give(
  snapshot: Snapshot,
  origin: 'file' | 'ckan',
  place: string,
  names: readonly Given[],
): Promise<number> {
  const whole = names.map((each) => ({ id: '', name: '', title: '', kind: '', ...each }));
  const { loaded } = await loadNames(
    snapshot,
    origin,
    place,
    async function* () {
      yield await Promise.resolve(whole);
    },
    undefined,
  );
  return loaded;
}

async function trail(): Promise<Snapshot> {
  const { model, api } = trailWriter();
  const { snapshot } = await capturedHere([
    model('08:00', 'created', 'Package:p', { new: { name: 'wahlen', title: 'Wahlen 2023' } }),
    model('09:00', 'changed', 'Package:p', {
      new: { name: 'wahlen', title: 'Wahlen 2024' },
      old: { name: null, title: 'Wahlen 2023' },
    }),
    model('10:00', 'created', 'User:u', { new: { name: 'm.weber', fullname: 'Maria Weber' } }),
    model('11:00', 'deleted', 'Group:g', { new: { name: 'None', title: '' } }),
    api('12:00', 'organization_create', 'u', { name: 'amt' }, { result: { id: 'o', name: 'amt', title: 'Das Amt' } }),
    model('13:00', 'created', 'Activity:a', {
      new: {
        user_id: 'v',
        object_id: 'q',
        data: { actor: 'Hans Meier', package: { name: 'haushalt', title: 'Haushalt' } },
      },
    }),
  ]);
  return snapshot;
}

describe('ids by their names', () => {
  it('are found by part of a name or title, seen or given, in any case', async () => {
    const snapshot = await trail();
    await give(snapshot, 'file', 'names.csv', [{ id: 'x', name: 'wahlamt', title: 'Amt für Wahlen' }]);
    const found = async (text: string): Promise<readonly string[]> =>
      (await idsNamed(snapshot, text, undefined)).toSorted((a, b) => a.localeCompare(b));
    expect(await found('WAHL')).toEqual(['p', 'x']);
    expect(await found('weber')).toEqual(['u']);
    expect(await found('%')).toEqual([]);
  });

  it('are among the values of a field that a search finds', async () => {
    const { model } = trailWriter();
    const captured = await capturedHere([
      model('08:00', 'created', 'Package:p1', { new: { name: 'wahlen', title: 'Wahlen 2023' } }),
      model('09:00', 'created', 'Package:p2', { new: { name: 'haushalt', title: 'Haushalt' } }),
      model('10:00', 'created', 'Package:wahl-3', { new: { name: 'andere', title: 'Andere' } }),
    ]);
    const options = {
      fields: ['action_object_id', 'category'] as const,
      limit: 10,
      contains: 'wahl',
      exclude_own: false,
    };
    await askedBothWays(captured.snapshot, async (query) => {
      const ids = await idsNamed(captured.snapshot, 'wahl', undefined);
      const { facets: found } = await facets(query, filterOf(), { ...options, ids });
      expect(found.map(({ values }) => values.map(({ value }) => value))).toEqual([['p1', 'wahl-3'], []]);
      return found;
    });
  });
});

describe('names seen in events', () => {
  it('are told with the title first, and where they are from', async () => {
    const { names } = await namesFor(await trail(), ['p', 'u', 'o', 'v', 'q', 'nobody', 'g', '']);
    expect(namesOfResult(names)).toEqual([
      'p: Wahlen 2024 (wahlen, package, state, result.new) was other',
      'u: Maria Weber (m.weber, user, state, result.new)',
      'o: Das Amt (amt, organization, request, result)',
      'v: Hans Meier (Hans Meier, user, activity, result.new.data)',
      'q: Haushalt (haushalt, package, activity, result.new.data.package)',
    ]);
  });

  it('are those of a moment when one is named, and the first one before any was seen', async () => {
    const snapshot = await trail();
    const at = async (time: string): Promise<string | undefined> =>
      (await namesFor(snapshot, ['p'], { at: `2024-03-11T${time}Z` })).names[0]?.label;
    expect(await at('07:00:00')).toBe('Wahlen 2023');
    expect(await at('08:59:59')).toBe('Wahlen 2023');
    expect(await at('09:00:00')).toBe('Wahlen 2024');
    expect(await at('23:00:00')).toBe('Wahlen 2024');
  });

  it('tell a name that came, went and came again', async () => {
    const { model } = trailWriter();
    const { snapshot } = await capturedHere([
      model('08:00', 'created', 'Package:p', { new: { title: 'A' } }),
      model('09:00', 'changed', 'Package:p', { new: { title: 'B' } }),
      model('10:00', 'changed', 'Package:p', { new: { title: 'A' } }),
    ]);
    const at = async (time: string): Promise<string | undefined> =>
      (await namesFor(snapshot, ['p'], { at: `2024-03-11T${time}Z` })).names[0]?.label;
    expect([await at('08:30'), await at('09:30'), await at('10:30')]).toEqual(['A', 'B', 'A']);
    const { names } = await namesFor(snapshot, ['p']);
    expect(names[0]).toMatchObject({ label: 'A', changed: true });
  });

  it('never take "None" or nothing for a name', async () => {
    const { names } = await namesFor(await trail(), ['g']);
    expect(names).toEqual([]);
  });

  it('are found for ids that no one would write', async () => {
    const { model } = trailWriter();
    const odd = `x'); DROP TABLE event; --\u202e`;
    const { snapshot } = await capturedHere([
      model('08:00', 'created', 'Package:p', { new: { title: '<b>\u202eevil' } }, { action_object_id: odd }),
    ]);
    const { names } = await namesFor(snapshot, [odd]);
    expect(names[0]).toMatchObject({ id: odd, label: '<b>\u202eevil' });
  });

  it('are asked for by a thousand at once without being confused', async () => {
    const { model } = trailWriter();
    const ids = Array.from({ length: 1_000 }, (_none, index) => `id-${String(index)}`);
    const { snapshot } = await capturedHere(
      ids.map((id) => model('08:00', 'created', `Package:${id}`, { new: { title: `Title of ${id}` } })),
    );
    const { names } = await namesFor(snapshot, ids);
    expect(names.map(({ id, label }) => `${id}=${label}`)).toEqual(ids.map((id) => `${id}=Title of ${id}`));
  });
});

describe('names that were given', () => {
  it('come first from a file, then from CKAN’s tables, then from events', async () => {
    const snapshot = await trail();
    await give(snapshot, 'ckan', 'postgres://db/ckan', [
      { id: 'p', name: 'wahlen', title: 'Wahlen heute', kind: 'package' },
      { id: 'u', name: 'mweber', title: 'M. Weber-Schulz', kind: 'user' },
    ]);
    await give(snapshot, 'file', '/names.csv', [{ id: 'u', name: 'Weber (Kämmerei)' }]);
    const { names } = await namesFor(snapshot, ['p', 'u']);
    expect(names.map(({ label, best }) => [label, best.origin, best.where])).toEqual([
      ['Wahlen heute', 'ckan', 'postgres://db/ckan'],
      ['Weber (Kämmerei)', 'file', '/names.csv'],
    ]);
    expect(names[1]?.others.map(({ origin }) => origin)).toEqual(expect.arrayContaining(['ckan', 'state']));
  });

  it('leave the past to the events: tables tell only the present', async () => {
    const snapshot = await trail();
    await give(snapshot, 'ckan', 'postgres://db/ckan', [{ id: 'p', name: 'wahlen', title: 'Wahlen heute' }]);
    const { names } = await namesFor(snapshot, ['p'], { at: '2024-03-11T08:30:00Z' });
    expect(names[0]?.label).toBe('Wahlen 2023');
  });

  it('replace what the same place gave before, all or nothing', async () => {
    const snapshot = await trail();
    await give(snapshot, 'file', '/names.csv', [
      { id: 'x', name: 'old' },
      { id: 'y', name: 'gone' },
    ]);
    await give(snapshot, 'file', '/names.csv', [{ id: 'x', name: 'new' }]);
    expect((await namesFor(snapshot, ['x', 'y'])).names.map(({ label }) => label)).toEqual(['new']);
    const failing = loadNames(
      snapshot,
      'file',
      '/names.csv',
      async function* () {
        yield await Promise.resolve([{ id: 'x', name: 'half', title: '', kind: '' }]);
        throw new Error('The store went away.');
      },
      undefined,
    );
    await expect(failing).rejects.toThrow('went away');
    expect((await namesFor(snapshot, ['x'])).names[0]?.label).toBe('new');
  });

  it('are forgotten together, and those seen in events stay', async () => {
    const snapshot = await trail();
    await give(snapshot, 'file', '/names.csv', [{ id: 'u', name: 'X' }]);
    expect(await forgetNames(snapshot)).toBe(1);
    expect((await namesFor(snapshot, ['u'])).names[0]?.label).toBe('Maria Weber');
  });
});

function file(content: string | Uint8Array, name = 'names.csv'): string {
  const path = join(tempDir(), name);
  writeFileSync(path, content);
  return path;
}

async function read(content: string): Promise<readonly string[]> {
  const { names } = await readNameFile(file(content));
  return names.map(({ id, name, title, kind }) => [id, name, title, kind].join('|'));
}

describe('a mapping file', () => {
  it.each([
    ['with a header', 'id,name,title\nu1,weber,"Weber, Maria"\n', ['u1|weber|Weber, Maria|']],
    ['with other words and in another order', 'fullname;login;user_id\nMaria;weber;u1', ['u1|weber|Maria|']],
    ['without a header', 'u1\tMaria\nu2\tHans', ['u1|Maria||', 'u2|Hans||']],
    ['with a kind', 'id,name,type\r\nu1,weber,User\r\n', ['u1|weber||user']],
    ['with a byte order mark', '\ufeffid,name\nu1,weber', ['u1|weber||']],
    ['as a JSON object', '{"u1":"Weber","u2":{"name":"hans","fullname":"Hans"}}', ['u1|Weber||', 'u2|hans|Hans|']],
    ['as JSON Lines', '{"id":"u1","name":"weber"}\n{"id":"u2","name":"hans"}\n', ['u1|weber||', 'u2|hans||']],
    [
      'as CKAN’s user_list gives it',
      '[{"id":"u1","name":"weber","fullname":"Maria","email":"m@x.example"}]',
      ['u1|weber|Maria|'],
    ],
  ])('is read %s', async (_name, content, expected) => {
    expect(await read(content)).toEqual(expected);
  });

  it('says which rows it could not use, and why', async () => {
    const { names, ignored } = await readNameFile(file('id,name\nu1,weber\n,nobody\nu2,\nu1,other\nu1,weber\n'));
    expect(names.map(({ id }) => id)).toEqual(['u1']);
    expect(ignored).toEqual([
      { row: 2, reason: 'no_id' },
      { row: 3, reason: 'no_name' },
      { row: 4, reason: 'repeated_id' },
    ]);
  });

  it.each([
    ['nothing but one column', 'just a text\nand another'],
    ['a JSON number', '[1, 2'],
  ])('is refused when it holds %s', async (_name, content) => {
    const result = readNameFile(file(content)).then(
      ({ names }) => names.length,
      (error: unknown) => error,
    );
    expect([0, expect.objectContaining({ code: 'source_invalid' })]).toContainEqual(await result);
  });

  it('is refused when it is not there, is no file, or is no UTF-8', async () => {
    await expect(readNameFile('relative.csv')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(readNameFile(join(tempDir(), 'none.csv'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(readNameFile(file(Buffer.from([0x69, 0x64, 0x2c, 0xfc, 0x0a])))).rejects.toMatchObject({
      code: 'source_invalid',
    });
  });
});
