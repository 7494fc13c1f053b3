import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUT_FIELD, safeObject, safeText } from '../../../../src/main/engine/tracking/safe-value.ts';
import { HIDDEN, secretsIn } from '../../../../src/main/engine/tracking/secrets.ts';

/** What an event would keep of a request. */
function kept(input: unknown): Record<string, unknown> {
  return safeObject(input, secretsIn(input));
}

const SECRET_FIELDS = [
  'password',
  'Password',
  'passphrase',
  'pwd',
  'secrets',
  'secret_key',
  'secretAccessKey',
  'access_key',
  'cloudwatch.access_key',
  'api-key',
  'authToken',
  'Authorization',
  'credentials',
  'smtp_password',
];

/** A secret that nothing else in the value can be mistaken for, with signs that are escaped here and there. */
const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9]{4}$/), fc.constantFrom('', '"', '\\', ' ', '@', '/', '%', 'é', ':', '&'))
  .map(([text, sign]) => `S3cr3t-${text}${sign}x9`);

/** Puts a leaf somewhere into a random structure. */
function nested(leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const noise = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  return fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(noise, tie('node')).map(([first, second]) => [first, second]),
      fc.tuple(fc.string({ minLength: 1 }), tie('node'), noise).map(([name, value, other]) => ({
        [name]: value,
        other,
      })),
      tie('node').map((value) => new Map([['inner', value]])),
    ),
  })).node;
}

/** Every form in which the secret could be read from a text. */
function isReadable(value: unknown, text: string): boolean {
  const json = JSON.stringify(value);
  const forms = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
  return forms.some((form) => json.includes(form) || json.includes(JSON.stringify(form).slice(1, -1)));
}

describe('secrets', () => {
  it('are not in what is kept, whatever field and however deep they are in', () => {
    fc.assert(
      fc.property(
        secret.chain((text) =>
          fc.tuple(
            fc.constant(text),
            nested(fc.constantFrom(...SECRET_FIELDS).map((field) => ({ [field]: text, list: [{ [field]: [text] }] }))),
          ),
        ),
        ([text, input]) => {
          expect(isReadable(kept(input), text)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are not in what is kept of URLs within texts', () => {
    const url = secret.chain((text) => {
      const encoded = encodeURIComponent(text);
      return fc
        .constantFrom(
          `redis://auditor:${encoded}@h:6379/0`,
          `see postgres://ckan:${encoded}@db/ckan?sslmode=require for more`,
          `cloudwatch:eu-central-1//ckan?secret_key=${encoded}&stream=a`,
          `{"url":"redis://:${encoded}@h/0"}`,
          `it failed: rediss://a:${encoded}@h/1 and bob@example.org`,
          `password=${encoded}`,
          `host=h password='${encoded}' user=u`,
          JSON.stringify({ password: encoded }),
          JSON.stringify({ text: JSON.stringify({ api_key: encoded }) }),
        )
        .map((shown) => ({ text: encoded, shown }));
    });
    fc.assert(
      fc.property(
        url.chain(({ text, shown }) => fc.tuple(fc.constant(text), nested(fc.constant(shown)))),
        ([text, input]) => {
          expect(isReadable(kept(input), text)).toBe(false);
          expect(safeText(JSON.stringify(input) ?? '', [], 4_000)).not.toContain(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of the request are not in the reply or the error that repeats them', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const secrets = secretsIn({ url: 'redis://h', secrets: { password: text } });
        expect(safeText(`${before}${text}${after}`, secrets, 4_000)).not.toContain(text);
        expect(isReadable(safeObject({ said: [`${before}${text}${after}`] }, secrets), text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('named by a neighbour are hidden: a refused setting does not show its value', () => {
    expect(kept({ name: 'cloudwatch.secret_key', text: 'AKIA-1234567' })).toEqual({
      name: 'cloudwatch.secret_key',
      text: HIDDEN,
    });
  });

  it('are hidden in headers, command lines, keys and tokens, however they are written', () => {
    const text = 'Zq7vLm2Kx9';
    const basic = Buffer.from(`u:${text}`).toString('base64');
    for (const input of [
      { message: `request failed: Authorization: Bearer ${text}` },
      { headers: [['Authorization', `Digest ${text}`]] },
      { headers: [`X-Api-Key: ${text}`, `Cookie: sid=${text}; Path=/`] },
      { message: `sent Basic ${basic}` },
      { message: `password: ${text}`, seen: text },
      { argv: ['run', '--password', text, '--verbose'] },
      { message: `redis-cli --pass ${text} -h cache` },
      { passwort: text, Kennwort: text, jwt: text, sig: text, AWS_SESSION_TOKEN: text },
      { message: `https://h/?X-Amz-Security-Token=${text}&X-Amz-Signature=${text}&sig=${text}` },
      { message: `AccountName=a;AccountKey=${text};Suffix=x` },
      { message: `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----` },
      { message: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIi${text}.ab${text}` },
      { message: `https://${text}@h/x redis%3A%2F%2F%3A${text}%40h <password>${text}</password>` },
      { Name: 'password', Value: text },
      { options: [['secret_key', text]] },
      { message: `the password is ${text}` },
      { message: `Das Passwort lautet: ${text}` },
      { message: `ran redis-cli -h cache -p 6379 -a ${text} ping` },
      { message: `mysqldump -u root -p${text} ckan` },
      { message: `curl -s -u harvester:${text} https://portal.example/api` },
      { message: `db.example:5432:ckan:auditor:${text}` },
      { message: `*:*:*:postgres:${text}\n` },
    ]) {
      const shown = JSON.stringify(kept(input));
      expect(shown).toContain(HIDDEN);
      expect(shown).not.toContain(text);
      expect(shown).not.toContain(basic);
    }
  });

  it('behind the place where a text is cut are not shown by what is before it', () => {
    const text = `${'x'.repeat(3_990)}://user:${'p'.repeat(400)}@host`;
    expect(JSON.stringify(kept({ text }))).not.toContain('ppp');
    const long = `${'x'.repeat(3_995)}hunter2hunter2`;
    expect(JSON.stringify(kept({ password: 'hunter2hunter2', long }))).not.toContain('hunter');
  });

  it('may be there or not: that is told', () => {
    expect(kept({ password: '', token: null, has_secret: true, secret: 'abc' })).toEqual({
      password: '',
      token: null,
      has_secret: true,
      secret: HIDDEN,
    });
  });
});

describe('what is no secret', () => {
  it('in a list of names stays, and so do words that only speak of secrets', () => {
    const value = {
      fields: ['payload.token', 'actor', 'id'],
      columns: ['token', 'actor'],
      text: 'see https://example.org/a: basic authentication',
      said: 'The password is wrong. The token was not found, the Passwort ist ungültig.',
      times: '10:20:30:40 and 2024-03-11T10:20:30:00, urn:uuid:1234:5:6',
      run: 'redis-cli -h cache ping; mysql --version; curl -s https://portal.example:8443/a:b',
    };
    expect(kept(value)).toEqual(value);
  });

  it('stays as it is', () => {
    const input = {
      source: 'redis://auditor@h:6379/0?key=event-audit',
      filter: { conditions: [{ field: 'actor', values: ['bob', ''], not: true }], time_from: null },
      limit: 100,
      name: 'Changes of passwords in March',
      view: { columns: ['id'], text: 'ä'.repeat(100) },
    };
    expect(kept(input)).toEqual(input);
  });

  it('becomes JSON, whatever it was', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const value = {
      big: 2n ** 70n,
      nan: Number.NaN,
      date: new Date('2024-03-11T10:20:30Z'),
      bytes: new Uint8Array(10),
      call: () => 1,
      none: undefined,
      list: [undefined, () => 1],
      set: new Set(['a', 'b']),
      map: new Map([['k', 1]]),
      url: new URL('https://example.org/a'),
      error: new Error('broken'),
      half: '\uD800',
      nul: 'a\0b',
      circle,
    };
    expect(JSON.parse(JSON.stringify(kept(value)))).toEqual({
      big: '1180591620717411303424',
      nan: 'NaN',
      date: '2024-03-11T10:20:30.000Z',
      bytes: '…',
      list: [null, null],
      set: ['a', 'b'],
      map: { k: 1 },
      url: 'https://example.org/a',
      error: { name: 'Error', message: 'broken' },
      half: '�',
      nul: 'a�b',
      circle: { name: 'circle', self: '…' },
      [CUT_FIELD]: { values: 2 },
    });
    expect(kept('text')).toEqual({ value: 'text' });
    expect(kept(undefined)).toEqual({});
  });

  it('keeps a field called __proto__ a field', () => {
    expect(JSON.stringify(kept(JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}');
  });
});

describe('what is too large', () => {
  it('is cut, and the cut is told', () => {
    const found = kept({ text: 'x'.repeat(10_000), list: Array.from({ length: 1_000 }, (_, n) => n) });
    expect(found['text']).toBe(`${'x'.repeat(4_000)}…`);
    expect(found['list']).toHaveLength(200);
    expect(found[CUT_FIELD]).toEqual({ texts: 1, items: 800 });
  });

  it('is bounded as a whole, however it is nested', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (depth, width) => {
        let value: unknown = 'y'.repeat(3_000);
        for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? { a: value, b: value } : [value, value];
        const wide = Array.from({ length: width }, () => value);
        const found = kept({ wide });
        expect(JSON.stringify(found).length).toBeLessThan(200_000);
        expect(depth <= 8 || CUT_FIELD in found).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('does not take long, whatever it is made of', () => {
    const hostile = [
      'token'.repeat(400_000),
      `?${'token'.repeat(400_000)}`,
      '://'.repeat(600_000),
      `${'://a:'.repeat(400_000)}@`,
      `"${'password'.repeat(200_000)}`,
      'a'.repeat(2_000_000),
      `password${' '.repeat(1_000_000)}=`,
    ];
    const deep: unknown[] = [];
    let inner = deep;
    for (let n = 0; n < 100_000; n += 1) {
      const next: unknown[] = [];
      inner.push(next);
      inner = next;
    }
    expect(Object.keys(kept({ hostile, deep }))).toEqual(['hostile', 'deep', CUT_FIELD]);
  });
});
