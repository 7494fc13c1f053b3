/** A view (what is shown, in which order, with which columns) as one text that can be shared, and back. */
import { z } from 'zod';
import { AppError } from './errors.ts';
import { groupFieldSchema, FILTER_FIELDS, type FilterField } from './event.ts';
import { DEFAULT_SORT, EMPTY_FILTER, filterSchema, sortSchema } from './filter.ts';
import { parseSourceUrl } from './source-url.ts';

export const viewTextSchema = z.object({
  /** What to open, source URLs; secrets in them are taken out. None: whatever is open. */
  open: z.array(z.string()).default([]),
  filter: filterSchema.default(() => filterSchema.parse({})),
  sort: sortSchema.default(() => sortSchema.parse({})),
  /** Names of fields or JSON paths, in order; none: the usual ones. */
  columns: z.array(z.string().min(1)).default([]),
  /** What the histogram is stacked by; `null`: the usual. */
  group: groupFieldSchema.nullable().default(null),
  /** The id of the selected event. */
  event: z.string().nullable().default(null),
  /** The name of the tab. */
  title: z.string().default(''),
});
export type SharedView = Readonly<z.output<typeof viewTextSchema>>;
/** A view as a caller may write it: everything optional. */
export type SharedViewInput = z.input<typeof viewTextSchema>;

/** The scheme of such a text as a URL. */
export const VIEW_SCHEME = 'event-audit';
/** What every such text begins with. */
const VIEW_PREFIX = `${VIEW_SCHEME}:view?`;
/** The same as mail programs, browsers and systems hand it on. */
const PREFIX = /^event-audit:(?:\/\/)?view\/?\?/i;
const VERSION = 1;
const MAX_LENGTH = 200_000;

type Pair = readonly [key: string, value: string];

/**
 * The view as text: `event-audit:view?v=1-k3f9a2&category=model&from=2024-03-01`. What is as usual is left out. The letters
 * behind the version are a checksum that tells whether the text arrived whole. Halves of surrogate pairs, which no
 * column holds, become U+FFFD.
 * @throws AppError `invalid_input` for a source URL that can't be read
 */
export function formatView(input: SharedViewInput): string {
  const pairs = pairsOf(viewTextSchema.parse(input)).map(([key, value]): Pair => [key, value.toWellFormed()]);
  const all: Pair[] = [['v', `${VERSION}-${checksum(pairs)}`], ...pairs];
  return `${VIEW_PREFIX}${all.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&')}`;
}

/**
 * The view that a text means. White space that was added on the way, such as the line breaks of a mail, does not matter.
 * A text without a checksum, written by hand, is taken as it is.
 * @throws AppError `invalid_input` when it is no such text, or was cut or changed; `unsupported` when it is newer than this
 */
export function parseView(text: string): SharedView {
  if (text.length > MAX_LENGTH) {
    throw new AppError('invalid_input', `This text is too long for a view: ${text.length} characters.`);
  }
  const bare = text.replaceAll(/\s+/g, '').replace(/^<(.*)>$/, '$1');
  const prefix = PREFIX.exec(bare)?.[0];
  if (prefix === undefined) {
    throw new AppError('invalid_input', `This is not a view: such a text begins with ${VIEW_PREFIX}v=${VERSION}.`);
  }
  const [version, ...pairs] = bare.slice(prefix.length).split('&').map(decodePair);
  checkVersion(version, pairs);
  return viewOf(pairs);
}

function pairsOf({ open, filter, sort, columns, group, event, title }: SharedView): readonly Pair[] {
  const pairs: Pair[] = [];
  const add = (key: string, value: string, usual: string): void => {
    if (value !== usual) pairs.push([key, value]);
  };
  add('title', title, '');
  for (const url of open) pairs.push(['open', parseSourceUrl(url).url.text]);
  const seen = new Map<string, number>();
  for (const { field, values, negate } of filter.conditions) {
    const name = `${field}${negate ? '!' : ''}`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    for (const value of values) pairs.push([nth === 1 ? name : `${name}.${nth}`, value]);
  }
  add('from', filter.time_from, '');
  add('to', filter.time_to, '');
  add('tz', filter.time_zone, EMPTY_FILTER.time_zone);
  add('q', filter.search, '');
  for (const { path, value, negate } of filter.where)
    pairs.push([`where${negate ? '!' : ''}.${path.toWellFormed()}`, value]);
  for (const source of filter.sources) pairs.push(['in', source]);
  add('set', filter.set, '');
  add('sort', `${sort.field}:${sort.direction}`, `${DEFAULT_SORT.field}:${DEFAULT_SORT.direction}`);
  for (const column of columns) pairs.push(['col', column]);
  if (group !== null) pairs.push(['group', group]);
  if (event !== null) pairs.push(['event', event]);
  return pairs;
}

const SINGLE = ['title', 'from', 'to', 'tz', 'q', 'set', 'sort', 'group', 'event'] as const;
const CONDITION = new RegExp(`^(${FILTER_FIELDS.join('|')})(!?)(?:\\.(\\d{1,4}))?$`);
const WHERE = /^where(!?)\.(.+)$/s;

function viewOf(pairs: readonly Pair[]): SharedView {
  const single = new Map<string, string>();
  const conditions = new Map<string, { field: FilterField; negate: boolean; values: string[] }>();
  const where: { path: string; value: string; negate: boolean }[] = [];
  const several = { open: [] as string[], in: [] as string[], col: [] as string[] };
  for (const [key, value] of pairs) {
    const condition = CONDITION.exec(key);
    const path = WHERE.exec(key);
    if (condition !== null) {
      const field = FILTER_FIELDS.find((each) => each === condition[1]);
      if (field === undefined) throw unknownPart(key);
      const entry = conditions.get(key) ?? { field, negate: condition[2] === '!', values: [] };
      entry.values.push(value);
      conditions.set(key, entry);
    } else if (path !== null) {
      where.push({ path: path[2] ?? '', value, negate: path[1] === '!' });
    } else if (key === 'open') {
      several.open.push(parseSourceUrl(value).url.text);
    } else if (key === 'in' || key === 'col') {
      several[key].push(value);
    } else if (SINGLE.some((each) => each === key)) {
      if (single.has(key)) throw new AppError('invalid_input', `This view says “${key}” twice. Keep one of them.`);
      single.set(key, value);
    } else {
      throw unknownPart(key);
    }
  }
  const [field, direction, ...more] = (single.get('sort') ?? 'timestamp:asc').split(':');
  const found = viewTextSchema.safeParse({
    open: several.open,
    filter: {
      conditions: [...conditions.values()],
      time_from: single.get('from'),
      time_to: single.get('to'),
      time_zone: single.get('tz'),
      search: single.get('q'),
      where,
      sources: several.in,
      set: single.get('set'),
    },
    sort: { field, direction: more.length > 0 ? undefined : (direction ?? 'asc') },
    columns: several.col,
    group: single.get('group') ?? null,
    event: single.get('event') ?? null,
    title: single.get('title'),
  });
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new AppError(
    'invalid_input',
    `This view can’t be read at “${issue?.path.join('.') ?? ''}”: ${(issue?.message ?? 'it is no view').replaceAll(/\s+/g, ' ')}.`,
  );
}

function unknownPart(key: string): AppError {
  return new AppError(
    'invalid_input',
    `This view holds “${key.slice(0, 100)}”, which means nothing here. It was changed on the way, or is mistyped.`,
  );
}

function checkVersion(pair: Pair | undefined, pairs: readonly Pair[]): void {
  const [, number, check] = /^(\d{1,9})(?:-([0-9a-z]*))?$/.exec(pair?.[0] === 'v' ? pair[1] : '') ?? [];
  if (number === undefined || Number(number) < 1) {
    throw new AppError(
      'invalid_input',
      `This view does not say its version: it begins with ${VIEW_PREFIX}v=${VERSION}.`,
    );
  }
  if (Number(number) > VERSION) {
    throw new AppError(
      'unsupported',
      `This view was made by a newer version of the program (format ${number}; this one reads ${VERSION}). Update the program.`,
    );
  }
  if (check !== undefined && check !== checksum(pairs)) {
    throw new AppError(
      'invalid_input',
      `This view is damaged: a part of it was cut off or changed on the way. Copy it again, or, if you changed it yourself, write v=${VERSION} without what follows.`,
    );
  }
}

function decodePair(part: string): Pair {
  const at = part.indexOf('=');
  try {
    return at === -1
      ? [decodeURIComponent(part), '']
      : [decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))];
  } catch (cause) {
    throw new AppError('invalid_input', `This view is damaged at “${part.slice(0, 60)}”. Copy it again.`, { cause });
  }
}

/** Percent-encodes what a link can't hold or a reader would stumble over; letters of all scripts stay readable. */
function encode(text: string): string {
  return text.replaceAll(/[^\w\-.~:/@,!\p{L}]/gu, (character) => encodeURIComponent(character).replaceAll("'", '%27'));
}

/** 32 bits of FNV-1a over what the text says, so that another spelling of the same is the same. */
function checksum(pairs: readonly Pair[]): string {
  let hash = 0x811c9dc5;
  for (const unit of JSON.stringify(pairs)) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, '0');
}
