/** Source URLs: read, written back the same, and never with a secret in them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { formatSourceUrl, parseSourceUrl, redact } from '../../../src/shared/source-url.ts';

fc.configureGlobal({ seed: 20_240_301 });

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((each) => each.isWellFormed());
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

function messageOf(url: string): string {
  try {
    parseSourceUrl(url);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return error.message;
    throw error;
  }
  throw new Error(`${url} was read.`);
}

describe('a network source', () => {
  it.each([
    ['redis://localhost:6379/0', { kind: 'redis', host: 'localhost', port: 6379, path: '0', username: '' }, {}],
    ['redis://', { host: 'localhost', port: 0, path: '' }, {}],
    ['rediss://h', { kind: 'redis', scheme: 'rediss', host: 'h' }, {}],
    ['REDIS://Host/1', { scheme: 'redis', host: 'Host', path: '1' }, {}],
    ['redis://auditor:secret@h/0', { username: 'auditor', text: 'redis://auditor@h/0' }, { password: 'secret' }],
    ['redis://:secret@h', { username: '', text: 'redis://h' }, { password: 'secret' }],
    ['redis://auditor@h', { username: 'auditor' }, {}],
    ['redis://u:p@ss@h', { username: 'u', host: 'h', text: 'redis://u@h' }, { password: 'p@ss' }],
    ['redis://u:p:w%2F%40%25%3A@h', { username: 'u', host: 'h' }, { password: 'p:w/@%:' }],
    ['redis://[::1]:6380/2', { host: '[::1]', port: 6380, path: '2', text: 'redis://[::1]:6380/2' }, {}],
    ['redis://u:s@[fe80::1%25eth0]', { host: '[fe80::1%eth0]', text: 'redis://u@[fe80::1%eth0]' }, { password: 's' }],
    ['redis+cluster://a:1,b:2', { kind: 'redis', host: 'a:1,b:2', port: 0 }, {}],
    ['postgresql://u:s@h:5432/db%20name', { kind: 'postgres', path: 'db name', port: 5432 }, { password: 's' }],
    [
      'redis://h/0?key=a%7Cb&password=s',
      { parameters: { key: 'a|b' }, text: 'redis://h/0?key=a%7Cb' },
      { password: 's' },
    ],
    ['redis://h?PassWord=s&Secret_Key=t', { parameters: {}, text: 'redis://h' }, { password: 's', secret_key: 't' }],
    [
      'custom://u:s@h/p?session_token=t&sslpassword=q&key=k',
      { kind: 'custom', parameters: { key: 'k' } },
      { password: 's', session_token: 't', sslpassword: 'q' },
    ],
  ])('%s', (url, expected, secrets) => {
    const parsed = parseSourceUrl(url);
    expect(parsed.url).toMatchObject(expected);
    expect(parsed.secrets).toEqual(secrets);
  });

  it('gives its secrets away whole and keeps none, whatever characters they are of', () => {
    fc.assert(
      fc.property(
        word,
        text,
        text,
        word,
        fc.constantFrom('redis', 'rediss', 'postgres', 'myplugin'),
        (user, password, token, host, scheme) => {
          const secret = `<${password}>`;
          const url = `${scheme}://${user}:${encodeURIComponent(secret)}@${host}/0?key=k&session_token=${encodeURIComponent(`<${token}>`)}`;
          const parsed = parseSourceUrl(url);
          expect(parsed.secrets).toEqual({ password: secret, session_token: `<${token}>` });
          expect(parsed.url.text).toBe(`${scheme}://${user}@${host}/0?key=k`);
          expect(JSON.stringify(parsed.url)).not.toMatch(/[<>]|%3C|%3E/);
        },
      ),
    );
  });

  it('is written so that it reads the same again', () => {
    fc.assert(
      fc.property(
        fc.record({
          username: fc.oneof(fc.constant(''), text),
          host: word,
          port: fc.nat(65_535),
          path: fc.oneof(fc.constant(''), text),
          key: text,
        }),
        ({ username, host, port, path, key }) => {
          const url = { kind: 'redis', scheme: 'redis', host, port, username, path, parameters: { key } };
          const written = formatSourceUrl(url);
          const { url: read, secrets } = parseSourceUrl(written);
          expect(read).toEqual({ ...url, text: written });
          expect(secrets).toEqual({});
          expect(formatSourceUrl(read)).toBe(written);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    'redis://u:hunter2/x@h',
    'redis://u:12345/hunter2@h',
    'redis://u:hunter2?x@h',
    'redis://u:12?hunter2@h/0',
    'redis://u:hunter2#x@h',
    'redis://u:1#hunter2@h',
    'redis://u:hunter2@h:port',
    'redis://u:hunter2@h:99999',
    'redis://u:hunter2%@h',
    'redis://u:hun ter2@h:x',
    'redis:u:hunter2@h',
    'postgres:u:hunter2@h/db',
    'rediss:/u:hunter2@h',
    'redis://u:a@b/hunter2@h',
  ])('that can’t be read is refused without showing its password: %s', (url) => {
    expect(messageOf(url)).toMatch(/^[^\n]+$/);
    expect(messageOf(url)).not.toMatch(/hun|ter2/);
  });
});

describe('a source that is a file', () => {
  it.each([
    ['sqlite:audit.db', 'audit.db', {}],
    ['sqlite:/data/audit.db', '/data/audit.db', {}],
    ['sqlite:///data/audit.db', '///data/audit.db', {}],
    [String.raw`sqlite:C:\Users\a b\audit.db`, String.raw`C:\Users\a b\audit.db`, {}],
    ['sqlite:C:/audit.db?table=t', 'C:/audit.db', { table: 't' }],
    ['sqlite:/a/what?.db', '/a/what?.db', {}],
    ['sqlite:/a/what?.db?table=my%20table', '/a/what?.db', { table: 'my table' }],
    ['sqlite:/a/100% #1 @home: x.db', '/a/100% #1 @home: x.db', {}],
    ['file:/exports/März 2024.csv', '/exports/März 2024.csv', {}],
    ['sqlite:', '', {}],
  ])('%s', (url, path, parameters) => {
    const parsed = parseSourceUrl(url);
    expect(parsed.url).toMatchObject({ path, parameters, host: '', text: expect.any(String) });
    expect(parseSourceUrl(parsed.url.text).url).toEqual(parsed.url);
  });

  it('keeps a passphrase out of its text', () => {
    const { url, secrets } = parseSourceUrl('snapshot:/a.duckdb?passphrase=open%20sesame');
    expect(url.text).toBe('snapshot:/a.duckdb');
    expect(secrets).toEqual({ passphrase: 'open sesame' });
  });

  it('is written so that it reads the same again', () => {
    const path = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((each) => each.isWellFormed() && each.trim() === each && !/\?[a-z_]+=/i.test(each));
    fc.assert(
      fc.property(path, fc.option(text, { nil: undefined }), (each, table) => {
        const parameters = table === undefined ? {} : { table };
        const written = formatSourceUrl({
          kind: 'sqlite',
          scheme: 'sqlite',
          host: '',
          port: 0,
          username: '',
          path: each,
          parameters,
        });
        expect(parseSourceUrl(written).url).toMatchObject({ path: each, parameters, text: written });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a parameter of bytes that are not UTF-8', () => {
  it.each(['redis://h/0?key=%ff%00', 'redis://h/0?key=%C3', 'sqlite:a.db?table=a%E9b'])('is refused: %s', (url) => {
    expect(() => parseSourceUrl(url)).toThrow(/not UTF-8/);
  });

  it('is not one that holds any other text, or a percent sign alone', () => {
    for (const key of ['é', '日本😀', '%', '100%', 'a%zz']) {
      const url = `redis://h/0?key=${key === 'a%zz' ? key : encodeURIComponent(key)}`;
      expect(parseSourceUrl(url).url.parameters).toEqual({ key });
    }
  });
});

describe('a parameter that is given twice', () => {
  it.each([
    ['redis://h/0?key=a&key=b', '“key”'],
    ['sqlite:a.db?table=a&table=a', '“table”'],
    ['redis://h/0?password=hunter1&PASSWORD=hunter2', '“password”'],
    ['cloudwatch:eu-central-1/g?stream=a&rate=1&stream=b', '“stream”'],
  ])('is refused: %s', (url, named) => {
    const failure = (): unknown => {
      try {
        return parseSourceUrl(url);
      } catch (error) {
        return error;
      }
    };
    expect(failure()).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(`${named} twice`) });
    expect(String(failure())).not.toContain('hunter');
  });
});

describe('what is no source URL', () => {
  it.each([
    'audit.db',
    '/data/audit.db',
    './a.db',
    String.raw`C:\audit.db`,
    'C:/audit.db',
    'just words',
    ':x',
    '1redis://h',
    'auditor:hunter2@h'.slice(7),
  ])('“%s” is refused, with an example', (url) => {
    expect(messageOf(url)).toContain('redis://localhost:6379/0');
  });

  it('does not include nothing: that is the bundled sample', () => {
    for (const url of ['', '  ', 'demo:', ' demo: '])
      expect(parseSourceUrl(url).url).toMatchObject({ kind: 'demo', text: 'demo:' });
  });
});

describe('redaction', () => {
  it.each([
    ['redis://u:hunter2@h/0', 'redis://u@h/0'],
    ['redis://u:hun/ter@2@h', 'redis://u@h'],
    ['redis://u:hunter 2@h', 'redis://u@h'],
    ['redis://u:a\nhunter2@h', 'redis://u@h'],
    ['x?password=hunter2&b=1', 'x?password=…&b=1'],
    ['x?a=1&AWS_SECRET_KEY=hunter 2', 'x?a=1&AWS_SECRET_KEY=…'],
    ['redis://auditor@h/0?key=k', 'redis://auditor@h/0?key=k'],
    ['sqlite:/a@b.db', 'sqlite:/a@b.db'],
    ['rediss//u:hunter2@h', 'rediss//u@h'],
    ['file:/data//a:1@b.csv', 'file:/data//a:1@b.csv'],
  ])('of %j is %j', (url, shown) => {
    expect(redact(url)).toBe(shown);
  });
});
