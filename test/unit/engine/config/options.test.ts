/** Settings: where each comes from, and what is said of wrong ones. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveOptions, type OptionPlaces } from '../../../../src/main/engine/config/resolve-options.ts';
import { environmentNameOf, OPTION_NAMES, optionOf, optionText, readOption } from '../../../../src/shared/options.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

const REPOSITORIES = ['basic', 'redis', 'cloudwatch', 'postgres'];

function iniFile(text: string): string {
  const folder = createTempDir();
  onTestFinished(() => folder.remove());
  const path = join(folder.path, 'ckan.ini');
  writeFileSync(path, text);
  return path;
}

async function resolve(places: Partial<OptionPlaces>) {
  const found = await resolveOptions({ environment: {}, settings: new Map(), ...places }, REPOSITORIES);
  return { ...found, of: (name: string) => found.options.find((option) => option.name === name) };
}

describe('a setting', () => {
  it('has its default where nobody says anything', async () => {
    const { options, values, warnings } = await resolve({});
    expect(options.map(({ name }) => name)).toEqual(OPTION_NAMES);
    expect(new Set(options.map(({ origin }) => origin))).toEqual(new Set(['default']));
    expect(values).toMatchObject({
      active_repo: 'basic',
      track_api: true,
      'batch.size': 50,
      'ignore.models': ['Option'],
    });
    expect(warnings).toEqual([]);
  });

  it('comes from the first of command line, environment, ckan.ini and settings that has it, and says so', async () => {
    const ini = iniFile('[app:main]\nckanext.event_audit.batch.size = 30\n');
    const places: OptionPlaces = {
      commandLine: ['batch.size=10'],
      environment: { EVENT_AUDIT_BATCH_SIZE: '20' },
      ini,
      settings: new Map([['batch.size', '40']]),
    };
    expect((await resolve(places)).of('batch.size')).toMatchObject({
      value: 10,
      origin: 'command_line',
      place: '--set',
    });
    expect((await resolve({ ...places, commandLine: [] })).of('batch.size')).toMatchObject({
      value: 20,
      origin: 'environment',
      place: 'EVENT_AUDIT_BATCH_SIZE',
    });
    expect((await resolve({ ...places, commandLine: [], environment: {} })).of('batch.size')).toMatchObject({
      value: 30,
      origin: 'ini',
      place: `${ini}:2`,
    });
    expect((await resolve({ settings: places.settings })).of('batch.size')).toMatchObject({
      value: 40,
      origin: 'settings',
    });
  });

  it('may be named in full, and by the other name it is met under', async () => {
    const ini = iniFile('[app:main]\nckanext.event_audit.track_models = off\n');
    expect((await resolve({ ini })).values.track_model).toBe(false);
    const { values } = await resolve({ commandLine: ['ckanext.event_audit.track_api=no'] });
    expect(values.track_api).toBe(false);
  });

  it('takes lists by commas, spaces and lines alike', async () => {
    const ini = iniFile('[app:main]\nckanext.event_audit.ignore.actions = a, b\n  c\n  d,e\n');
    expect((await resolve({ ini })).values['ignore.actions']).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await resolve({ environment: { EVENT_AUDIT_IGNORE_MODELS: '' } })).values['ignore.models']).toEqual([]);
  });

  it('that is wrong is an error that names file, line, and what is allowed; all of them at once', async () => {
    const ini = iniFile(
      '[app:main]\n# settings\nckanext.event_audit.track_api = maybe\nckanext.event_audit.batch.size = -1\n',
    );
    const failure = resolve({ ini });
    await expect(failure).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(failure).rejects.toThrow(
      `${ini}:3: ckanext.event_audit.track_api is “maybe”; it must be true or false.`,
    );
    await expect(failure).rejects.toThrow(
      `${ini}:4: ckanext.event_audit.batch.size is “-1”; it must be a whole number`,
    );
  });

  it('that is not known on the command line is an error with the nearest name', async () => {
    await expect(resolve({ commandLine: ['ignore.action=x'] })).rejects.toThrow('did you mean ignore.actions?');
    await expect(resolve({ commandLine: ['colour=x'] })).rejects.toThrow('; known are active_repo, restrict');
    await expect(resolve({ commandLine: ['track_api'] })).rejects.toThrow('write NAME=VALUE');
  });

  it('that is not known in a ckan.ini is an error with the place and the nearest name, or all of them', async () => {
    const ini = iniFile(
      '[app:main]\nckanext.event_audit.ignore.action = x\nckanext.other = 1\nckanext.event_audit.colour = red\n',
    );
    const failure = resolve({ ini });
    await expect(failure).rejects.toMatchObject({
      code: 'invalid_input',
      details: [
        `${ini}:2: ckanext.event_audit.ignore.action is no setting that this version knows (did you mean ignore.actions?).`,
        expect.stringMatching(
          /:4: ckanext\.event_audit\.colour is no .* knows; known are active_repo, .*sqlalchemy\.url\.$/,
        ),
      ],
    });
    await expect(resolve({ ini: iniFile('[app:main]\nckanext.other = 1\n') })).resolves.toMatchObject({ warnings: [] });
  });

  it('that is not known in the environment is an error where it is nearly one, and a warning where it is not', async () => {
    await expect(
      resolve({ environment: { EVENT_AUDIT_BATCHSIZE: '3', EVENT_AUDIT_TRACK_APIS: 'no' } }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      details: [
        'EVENT_AUDIT_BATCHSIZE: there is no such setting (did you mean batch.size?).',
        'EVENT_AUDIT_TRACK_APIS: there is no such setting (did you mean track_api?).',
      ],
    });
    const { warnings } = await resolve({
      environment: {
        EVENT_AUDIT_WORKSPACE: 'x',
        EVENT_AUDIT_PASSWORD: 'x',
        EVENT_AUDIT_PASSWORD_2: 'x',
        EVENT_AUDIT_PASSPHRASE: 'x',
        EVENT_AUDIT_MASK_KEY: 'x',
      },
    });
    expect(warnings).toEqual(['The environment variable EVENT_AUDIT_WORKSPACE is no setting and has no effect.']);
  });

  it('active_repo must be a store that can be written to, and one that is not ruled out', async () => {
    await expect(resolve({ commandLine: ['active_repo=mongo'] })).rejects.toThrow(
      '--set: active_repo is “mongo”; allowed are basic, redis, cloudwatch, postgres.',
    );
    await expect(resolve({ commandLine: ['restrict_available_repos=redis,postgres'] })).rejects.toThrow(
      'allows only redis, postgres',
    );
  });

  it('ignore.models has no effect beside track.models, which is said', async () => {
    const { warnings } = await resolve({ commandLine: ['track.models=Connection', 'ignore.models=Option'] });
    expect(warnings).toEqual(['ignore.models has no effect, because track.models is set.']);
  });

  it('never shows a secret that is wrong', async () => {
    const { of } = await resolve({ environment: { EVENT_AUDIT_CLOUDWATCH_SECRET_KEY: 'hunter2' } });
    expect(of('cloudwatch.secret_key')).toMatchObject({ value: 'hunter2', origin: 'environment' });
  });

  it('written as it is read is the same value again', () => {
    for (const name of OPTION_NAMES) {
      const { default: value } = optionOf(name);
      expect(readOption(name, optionText(value))).toEqual({ ok: true, value });
    }
    assert(
      property(constantFrom(...OPTION_NAMES), string(), (name, text) => {
        const read = readOption(name, text);
        const again = read.ok ? readOption(name, optionText(read.value)) : read;
        expect(again).toEqual(read);
        expect(read.ok || read.problem.startsWith('must be ')).toBe(true);
      }),
    );
  });

  it('has a variable of its own', () => {
    expect(new Set(OPTION_NAMES.map(environmentNameOf)).size).toBe(OPTION_NAMES.length);
  });
});

describe('a ckan.ini that was named by mistake', () => {
  it.each([
    ['is not there', undefined, 'There is no file'],
    ['has no application', '[server:main]\nuse = x\n', 'has no section [app:main]. It has [server:main].'],
    ['is cut in a line', '[app:main]\nckanext.event_aud', 'ckan.ini:2: this is neither a section'],
    ['names what is not set', '[app:main]\nckanext.event_audit.active_repo = %(who)s\n', 'ckan.ini:2: %(who)s is not'],
  ])('is a wrong setting when it %s', async (_what, text, message) => {
    const ini = text === undefined ? `${iniFile('')}.missing` : iniFile(text);
    await expect(resolve({ ini })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(message),
    });
  });
});
