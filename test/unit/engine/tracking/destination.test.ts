import { describe, expect, it } from 'vitest';
import { destinationOf } from '../../../../src/main/engine/tracking/destination.ts';
import { DEFAULT_OPTIONS, type OptionValues } from '../../../../src/shared/options.ts';

const found = (values: Partial<OptionValues>) => {
  const { url, secrets } = destinationOf({ ...DEFAULT_OPTIONS, ...values });
  return { text: url.text, secrets };
};

describe('events go', () => {
  it('to the embedded store unless said', () => {
    expect(found({})).toEqual({ text: 'basic:', secrets: {} });
  });

  it('to the Redis of the CKAN, into the hash that the extension uses', () => {
    expect(found({ active_repo: 'redis' })).toEqual({
      text: 'redis://localhost:6379/0?key=event-audit',
      secrets: {},
    });
    expect(found({ active_repo: 'redis', 'ckan.redis.url': 'rediss://ckan:hunter2@h:6380/3' })).toEqual({
      text: 'rediss://ckan@h:6380/3?key=event-audit',
      secrets: { password: 'hunter2' },
    });
  });

  it('to the database of the CKAN, whatever driver its URL names', () => {
    expect(found({ active_repo: 'postgres', 'sqlalchemy.url': 'postgresql+asyncpg://ckan:hunter2@db/ckan' })).toEqual({
      text: 'postgresql://ckan@db/ckan',
      secrets: { password: 'hunter2' },
    });
  });

  it('to CloudWatch Logs, with keys only where they are set', () => {
    const values = { active_repo: 'cloudwatch', 'cloudwatch.region': 'eu-central-1' };
    const text = 'cloudwatch:eu-central-1//ckan/event-audit?stream=event-audit-stream';
    expect(found(values)).toEqual({ text, secrets: {} });
    expect(found({ ...values, 'cloudwatch.access_key': 'A', 'cloudwatch.secret_key': 'B' })).toEqual({
      text,
      secrets: { access_key: 'A', secret_key: 'B' },
    });
  });

  it('to a store that a plugin registered', () => {
    expect(found({ active_repo: 'mycustom' }).text).toBe('mycustom:');
  });
});

describe('settings that do not say where to', () => {
  it.each([
    ['no region', { active_repo: 'cloudwatch' }, 'cloudwatch.region is not set'],
    ['no database', { active_repo: 'postgres' }, 'sqlalchemy.url is not set'],
    [
      'a URL of something else',
      { active_repo: 'redis', 'ckan.redis.url': 'http://a:hunter2@h' },
      'ckan.redis.url is no',
    ],
    [
      'a broken URL',
      { active_repo: 'postgres', 'sqlalchemy.url': 'postgres://a:hunter2/b@h:x/d' },
      'sqlalchemy.url is no',
    ],
  ])('are refused without their password: %s', (_what, values, problem) => {
    expect(() => found(values)).toThrow(problem);
    expect(() => found(values)).not.toThrow('hunter2');
  });
});
