/** The form and the URL say the same, both ways. */
import { expect, test } from 'vitest';
import { sourceLabel } from '../../../src/renderer/model/source-label.ts';
import {
  EMPTY_REDIS,
  redisForm,
  redisUrl,
  sqliteForm,
  sqliteFormUrl,
  tryParse,
} from '../../../src/renderer/model/connection-form.ts';

function roundTrip(url: string) {
  const parsed = tryParse(url);
  return parsed && redisForm(parsed);
}

test('a Redis form comes back from its URL', () => {
  expect(redisUrl(EMPTY_REDIS)).toBe('redis://localhost:6379/0');
  for (const form of [
    EMPTY_REDIS,
    { host: 'audit.example.org', port: 6380, database: '3', user: 'au@dit:or', tls: true, key: 'other key' },
    { ...EMPTY_REDIS, host: '[::1]' },
  ]) {
    expect(roundTrip(redisUrl(form))).toEqual(form);
  }
});

test('what the form can’t say is left to the URL', () => {
  expect(roundTrip('redis+cluster://a:1,b:2')).toBeUndefined();
  expect(roundTrip('sqlite:/x.db')).toBeUndefined();
  expect(tryParse('redis//')).toBeUndefined();
  expect(tryParse(' ')).toBeUndefined();
});

test('a SQLite form comes back from its URL, whatever the file is called', () => {
  for (const form of [
    { path: '/data/audit 2024.db', table: 'event_audit_event' },
    { path: 'C:\\Audit\\why?.db', table: 'events' },
    { path: '/tmp/100%.db', table: 'event_audit_event' },
  ]) {
    const parsed = tryParse(sqliteFormUrl(form));
    expect(parsed && sqliteForm(parsed)).toEqual(form);
  }
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
