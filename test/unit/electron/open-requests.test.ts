/** What a person names from outside becomes a source URL by its content. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceFromPath, sourcesFromArguments } from '../../../src/main/electron/open-requests.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'event-audit-open-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a SQLite database is one whatever it is called', () => {
  const path = join(folder, 'march.backup');
  const database = new Database(path);
  database.exec('CREATE TABLE event_audit_event (id TEXT)');
  database.close();
  expect(sourceFromPath(path)).toBe(`sqlite:${path}`);
});

test('any other file, an empty one and a missing one is a file', () => {
  const path = join(folder, 'march.db');
  writeFileSync(path, 'SQLite format 3');
  expect(sourceFromPath(path)).toBe(`file:${path}`);
  expect(sourceFromPath(join(folder, 'missing.db'))).toBe(`file:${join(folder, 'missing.db')}`);
});

test('source URLs stay, paths become absolute, switches and the app’s own folder are left out', () => {
  const argv = ['/usr/bin/electron', '--no-sandbox', '/checkout', 'redis://host/0', '--trace', 'march.csv', ''];
  expect(sourcesFromArguments(argv, true, folder)).toEqual(['redis://host/0', `file:${join(folder, 'march.csv')}`]);
});

test('a packaged app has no folder among its arguments', () => {
  expect(sourcesFromArguments(['/opt/viewer', 'demo:'], false, folder)).toEqual(['demo:']);
});
