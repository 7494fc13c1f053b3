/**
 * Reads CKAN's configuration files the way Python's configparser and PasteDeploy do, keeping where each value stands.
 * Libraries for INI files follow other rules (quotes, inline comments, dots in sections) and know no line numbers.
 */
import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

export interface IniValue {
  readonly value: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** The key as it is written. */
  readonly name: string;
  /** Where the same key stood before in the same section, with another value that is not used. */
  readonly before?: number;
}

/** A section's values by lower-case key, with what it inherits. */
export type IniSection = ReadonlyMap<string, IniValue>;

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 10;

/** `FILE:LINE`, for messages. */
export function placeOf({ file, line }: IniValue): string {
  return `${file}:${line}`;
}

/**
 * The section of a file, with `[DEFAULT]`, with what `use = config:OTHER` brings, and with `%(here)s` and other names
 * filled in where they are used: see {@link filledIn}.
 * @throws AppError `source_*` when a file can't be read or understood, naming file and line
 */
export async function readIniSection(path: string, name: string): Promise<IniSection> {
  return inherit(resolve(path), name, []);
}

async function inherit(path: string, name: string, above: readonly string[]): Promise<IniSection> {
  const id = `${await realpath(path).catch(() => path)}#${name}`;
  if (above.includes(id) || above.length >= MAX_DEPTH) {
    throw new AppError('source_invalid', `${path}: use = config: leads in a circle (${[...above, id].join(' → ')}).`);
  }
  const sections = parseIni(await readText(path), path);
  const section = sections.get(name);
  if (section === undefined) {
    throw new AppError(
      'source_invalid',
      `${path} has no section [${name}]. It has ${[...sections.keys()].map((each) => `[${each}]`).join(', ') || 'none'}.`,
    );
  }
  const own = new Map([...(sections.get('DEFAULT') ?? []), ...section]);
  own.set('here', { value: dirname(path), file: path, line: 0, name: 'here' });
  own.set('__file__', { value: path, file: path, line: 0, name: '__file__' });
  const use = own.get('use');
  const other = use === undefined ? null : /^config:([^#]+)(?:#(.+))?$/.exec(filledIn(own, use));
  const [, file, otherName] = other ?? [];
  if (file === undefined) return own;
  const base = await inherit(resolve(dirname(path), file.trim()), sectionOf(otherName, name), [...above, id]);
  // Values are filled in where they stand, so that each file's %(here)s is its own folder.
  const inherited = new Map([...base].map(([key, each]) => [key, { ...each, value: escaped(fill(base, each)) }]));
  return new Map([...inherited, ...own]);
}

/** PasteDeploy names an application `main` where the file says `[app:main]`. */
function sectionOf(given: string | undefined, current: string): string {
  if (given === undefined) return current;
  return given.includes(':') ? given.trim() : `app:${given.trim()}`;
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new AppError('source_unreachable', `There is no file ${path}. Check the path.`, { cause });
    }
    if (code === 'EISDIR') {
      throw new AppError('source_invalid', `${path} is a folder. Name the file in it, such as ckan.ini.`, { cause });
    }
    throw new AppError('source_refused', `${path} can’t be read (${String(code ?? cause)}).`, { cause });
  }
  if (bytes.length > MAX_BYTES) throw new AppError('source_invalid', `${path} is too large for a configuration file.`);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

function parseIni(text: string, file: string): ReadonlyMap<string, IniSection> {
  const sections = new Map<string, Map<string, IniValue>>();
  let section: Map<string, IniValue> | undefined;
  let last: string | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (/^[#;]/.test(content)) continue;
    if (content === '') continue;
    const before = last === undefined ? undefined : section?.get(last);
    if (/^\s/.test(raw) && section !== undefined && last !== undefined && before !== undefined) {
      section.set(last, { ...before, value: `${before.value}\n${content}`.replace(/^\n/, '') });
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(content)?.[1];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, IniValue>();
      sections.set(header, section);
      last = undefined;
      continue;
    }
    const [, key, value] = /^(?:set\s+)?([^=:]+?)\s*[=:]\s*(.*)$/s.exec(content) ?? [];
    if (section === undefined || key === undefined || value === undefined) {
      throw new AppError(
        'source_invalid',
        `${file}:${line}: this is neither a section, a comment nor KEY = VALUE${section === undefined ? ' in a section' : ''}.`,
      );
    }
    last = key.toLowerCase();
    const earlier = section.get(last);
    section.set(last, { value, file, line, name: key, ...(earlier === undefined ? {} : { before: earlier.line }) });
  }
  return sections;
}

/** Stands for bytes that are no UTF-8. */
const UNREADABLE = '\ufffd';

/**
 * A value with `%(name)s` replaced by the section's value of that name and `%%` by a percent sign.
 * @throws AppError `source_invalid` when there is no such name, when names lead in a circle, and when the value is not
 * UTF-8, as CKAN wants its file to be: a password read otherwise would be another one
 */
export function filledIn(section: IniSection, value: IniValue): string {
  const text = fill(section, value);
  if (!text.includes(UNREADABLE)) return text;
  throw new AppError(
    'source_invalid',
    `${placeOf(value)}: the value is not UTF-8. Save the file in UTF-8, as CKAN reads it.`,
  );
}

function fill(section: IniSection, value: IniValue, depth = 0): string {
  return value.value.replaceAll(/%(?:%|\(([^)]*)\)s)/g, (whole, name: string | undefined) => {
    if (whole === '%%') return '%';
    const other = section.get((name ?? '').toLowerCase());
    if (other === undefined || depth >= MAX_DEPTH) {
      const why = other === undefined ? 'is not set' : 'leads in a circle';
      throw new AppError('source_invalid', `${placeOf(value)}: %(${name ?? ''})s ${why}.`);
    }
    // The folder and the file's own name are taken as they are, whatever signs they hold.
    return other.line === 0 ? other.value : fill(section, other, depth + 1);
  });
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}
