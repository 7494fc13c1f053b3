/** The advice of an error fits what was opened. */
import { expect, test } from 'vitest';
import { en } from '../../../src/renderer/i18n/en.ts';
import { adviceKey } from '../../../src/renderer/model/error-advice.ts';

test('a file that is missing has a path to be checked, not a network', () => {
  for (const url of ['sqlite:/tmp/none.db', 'file:none.csv', 'snapshot:none.duckdb', 'ckan:ckan.ini']) {
    expect(adviceKey('source_unreachable', [url])).toBe('error.ofFile.source_unreachable');
  }
  for (const text of Object.values(en.error.ofFile)) expect(text).not.toMatch(/network|address|password|answers/i);
});

test('a service has an address, and CloudWatch has permissions instead of a password', () => {
  expect(adviceKey('source_unreachable', ['redis://host'])).toBe('error.source_unreachable');
  expect(adviceKey('source_refused', ['cloudwatch:eu-central-1/group'])).toBe('error.ofCloudwatch.source_refused');
  expect(adviceKey('source_refused', ['postgres://host/db'])).toBe('error.source_refused');
});

test('stores of different sorts, and errors that are not about a store, have the general advice', () => {
  expect(adviceKey('source_unreachable', ['sqlite:a.db', 'redis://host'])).toBe('error.source_unreachable');
  expect(adviceKey('disk_full', ['sqlite:a.db'])).toBe('error.disk_full');
  expect(adviceKey('source_unreachable', [])).toBe('error.source_unreachable');
});
