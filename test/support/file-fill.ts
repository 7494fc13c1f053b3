/** Files as auditors are handed them, for tests that read them back. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENT_FIELDS, type EventDetail } from '../../src/shared/event.ts';
import { generateEvents, type EventOptions, type WrittenEvent } from './events.ts';
import { captureSource, type CapturedSource } from './source-capture.ts';
import { tempDir } from './temp-dir.ts';

/** Writes a file of the running test's own and returns its path. */
export async function fileWith(name: string, content: string | Uint8Array, folder = tempDir()): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Captures a file of this content, whose name says nothing of it. */
export async function captureFile(content: string | Uint8Array, name = 'handed-over'): Promise<CapturedSource> {
  return captureSource(`file:${await fileWith(name, content)}`);
}

/** Generated events, one a line. */
export function jsonLines(count: number, options: EventOptions = {}): string {
  return [...generateEvents(count, options)].map(({ json }) => `${json}\n`).join('');
}

function cell(event: WrittenEvent, field: (typeof EVENT_FIELDS)[number]): string {
  const value = event[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Every cell in quotes, as the extension's own export writes it. */
export function csv(
  written: readonly WrittenEvent[],
  separator = ',',
  fields: readonly (typeof EVENT_FIELDS)[number][] = EVENT_FIELDS,
): string {
  const line = (cells: readonly string[]): string =>
    `${cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator)}\r\n`;
  return line(fields) + written.map((event) => line(fields.map((field) => cell(event, field)))).join('');
}

/** Generated events as values. */
export function events(count: number, options: EventOptions = {}): readonly WrittenEvent[] {
  return [...generateEvents(count, options)].map(({ event }) => event);
}

/** The fields of events, in order of id. */
export function plain(found: readonly EventDetail[]): readonly Readonly<Record<string, string | null>>[] {
  return found
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((event) => Object.fromEntries(EVENT_FIELDS.map((field) => [field, event[field]])));
}

/** What {@link plain} finds when events were captured with these fields. */
export function expected(
  written: readonly WrittenEvent[],
  fields: readonly string[] = EVENT_FIELDS,
): readonly unknown[] {
  return written
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((event) =>
      Object.fromEntries(EVENT_FIELDS.map((field) => [field, fields.includes(field) ? cell(event, field) : null])),
    );
}
