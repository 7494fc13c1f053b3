/** Reads a mapping file: ids with their names, as CSV, TSV, JSON or JSON Lines. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { DelimitedReader, type Delimiter } from '../../repositories/file/delimited.ts';
import type { GivenName } from './loaded-names.ts';

/** What a file holds, row by row; a row without an id or a name is `ignored` with the reason. */
export interface NameFile {
  readonly names: readonly GivenName[];
  readonly ignored: readonly { readonly row: number; readonly reason: IgnoredReason }[];
}

export type IgnoredReason = 'no_id' | 'no_name' | 'repeated_id' | 'damaged';

const MAX_BYTES = 256 * 1024 * 1024;

/** @throws AppError `invalid_input` when the path is not absolute; `not_found`; `source_invalid` when it is no such file */
export async function readNameFile(path: string, signal?: AbortSignal): Promise<NameFile> {
  if (!isAbsolute(path)) throw new AppError('invalid_input', `The path “${path}” is not an absolute path.`);
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile()) {
    throw new AppError('not_found', `There is no file ${path} that can be read. Check the path.`);
  }
  if (facts.size > MAX_BYTES) {
    throw new AppError(
      'source_invalid',
      `${path} is too large for a list of names: more than ${MAX_BYTES / 2 ** 20} MB.`,
    );
  }
  const bytes = await readFile(path, { signal });
  if (!isUtf8(bytes)) {
    throw new AppError('source_invalid', `${path} is not UTF-8. Save it as UTF-8 and try again.`);
  }
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const rows = /^\s*[[{]/.test(text) ? jsonRows(text, path) : delimitedRows(text, path);
  return sorted(rows);
}

/** A row before it is judged; `undefined` when it can't be read. */
type RawRow = Partial<Record<'id' | 'name' | 'title' | 'kind', string>> | undefined;

/** What columns and keys may be called. */
const ALIASES = {
  id: ['id', 'uuid', 'user_id', 'object_id', 'actor'],
  name: ['name', 'username', 'user_name', 'login'],
  title: ['title', 'fullname', 'full_name', 'display_name', 'label'],
  kind: ['kind', 'type', 'model'],
} as const;

function sorted(rows: readonly RawRow[]): NameFile {
  const names = new Map<string, GivenName>();
  const ignored: { row: number; reason: IgnoredReason }[] = [];
  for (const [index, row] of rows.entries()) {
    const { id = '', name = '', title = '', kind = '' } = row ?? {};
    const earlier = names.get(id);
    const reason: IgnoredReason | undefined =
      row === undefined
        ? 'damaged'
        : id === ''
          ? 'no_id'
          : name === '' && title === ''
            ? 'no_name'
            : earlier !== undefined && (earlier.name !== name || earlier.title !== title)
              ? 'repeated_id'
              : undefined;
    if (reason !== undefined) ignored.push({ row: index + 1, reason });
    else if (earlier === undefined) names.set(id, { id, name, title, kind: kind.toLowerCase() });
  }
  return { names: [...names.values()], ignored };
}

function delimitedRows(text: string, path: string): readonly RawRow[] {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];
  const best = delimiters.toSorted((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
  const reader = new DelimitedReader(best, text.includes('\n') ? 0x0a : 0x0d, path);
  const all = [...reader.push(Buffer.from(text)), ...reader.end().rows];
  const [first, ...rest] = all;
  const header = first?.cells?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const place = (field: keyof typeof ALIASES): number =>
    header.findIndex((cell) => ALIASES[field].some((name) => name === cell));
  const named = { id: place('id'), name: place('name'), title: place('title'), kind: place('kind') };
  const isHeader = named.id >= 0 && (named.name >= 0 || named.title >= 0);
  if (!isHeader && header.length < 2) {
    throw new AppError(
      'source_invalid',
      `${path} is no list of names: each row needs an id and a name, as in “id,name”.`,
    );
  }
  const columns = isHeader ? named : { id: 0, name: 1, title: -1, kind: 2 };
  return (isHeader ? rest : all).map(({ cells }): RawRow => {
    if (cells === undefined) return undefined;
    const cell = (index: number): string => (index < 0 ? '' : (cells[index] ?? '').trim());
    return { id: cell(columns.id), name: cell(columns.name), title: cell(columns.title), kind: cell(columns.kind) };
  });
}

const objectSchema = z.record(z.string(), z.unknown());

function jsonRows(text: string, path: string): readonly RawRow[] {
  const whole = tryJson(text);
  if (whole === undefined) {
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => rowOf(tryJson(line)?.value));
  }
  if (Array.isArray(whole.value)) return whole.value.map(rowOf);
  const object = objectSchema.safeParse(whole.value);
  if (!object.success) throw new AppError('source_invalid', `${path} is no list of names.`);
  if (isRow(object.data)) return [rowOf(object.data)];
  // An object from ids to names, or to objects with them.
  return Object.entries(object.data).map(([id, value]) =>
    typeof value === 'string' ? { id, name: value } : { ...rowOf(value), id },
  );
}

function isRow(value: Readonly<Record<string, unknown>>): boolean {
  return ALIASES.id.some((name) => typeof value[name] === 'string');
}

function rowOf(value: unknown): RawRow {
  const object = objectSchema.safeParse(value);
  if (!object.success) return undefined;
  const text = (field: keyof typeof ALIASES): string => {
    for (const name of ALIASES[field]) {
      const found = object.data[name];
      if (typeof found === 'string' || typeof found === 'number') return String(found).trim();
    }
    return '';
  };
  return { id: text('id'), name: text('name'), title: text('title'), kind: text('kind') };
}

function tryJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}
