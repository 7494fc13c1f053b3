/** Finds secrets in what callers say, and takes them out of texts: by the names of fields, by URLs, and by the secrets themselves. */
import { EVENT_FIELDS } from '../../../shared/event.ts';
import { OPTION_NAMES, optionOf, type OptionValues } from '../../../shared/options.ts';
import { redact } from '../../../shared/source-url.ts';

/** What stands where a secret was. */
export const HIDDEN = '••••••';

const NAME =
  'pass(?:word|wort|wd|phrase|code)|kennwort|secret|token|credential|(?:access|api|private|encryption|account)[-_. ]?key|authorization|cookie|signature';
const SECRET_NAME = new RegExp(`${NAME}|^(?:pass|pwd|pw|auth|pin|otp|sig|jwt|bearer)$`, 'i');
// Every repetition below is bounded: a hostile text must not make the search take long.
const NAMED = `(?:${NAME})[\\w.%-]{0,64}|(?<![\\w.%-])(?:pass|pwd|auth|sig)`;
/** `password=…`, as URLs, connection strings and command lines have it. */
const ASSIGNED = new RegExp(`(${NAMED})(\\s{0,8}=\\s{0,8})("[^"]*"?|'[^']*'?|[^\\s&"']+)`, 'gi');
/** `Authorization: Bearer …`, `password: …`, `the password is …`, as headers, YAML and people have it, and `--password …`, as command lines do. */
const TOLD = new RegExp(
  `((?:${NAMED})\\s{1,4}(?:is|was|are|ist|war|lautet|lautete)\\s{0,4}:?\\s{1,8}(?=["']|[^\\s"',]{0,256}[^\\sa-zäöüß.,;:!?"'])|(?:${NAMED})\\s{0,4}:(?!//)\\s{0,8}(?:(?:bearer|basic|digest|token)\\s{1,4})?|--?(?:[\\w-]{0,32}(?:${NAME})|pass|pwd|auth)\\s{1,8})("[^"]*"?|'[^']*'?|[^\\s"',•][^\\s"',]*)`,
  'gi',
);
/** What is a secret by its own look, whatever stands before it; what may be shown is captured. */
const SHAPES = [
  /\b((?:bearer|basic)\s{1,4})(?=[\w.~+/-]{0,4096}[\d=])[\w.~+/=-]{8,}/gi,
  /\b()eyJ[\w-]{8,4096}\.[\w-]{4,4096}(?:\.[\w-]{0,4096})?/g,
  /(-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----)[\s\S]*?(?=-----END|$)/g,
  new RegExp(`(<[^<>\\s]{0,64}(?:${NAME})[^<>]{0,64}>)[^<]+`, 'gi'),
  /(https?:\/\/)[^/?#@\s:"']{1,1024}(?=@)/gi,
  /(%3a%2f%2f[^\s&"'%]{0,256}%3a)[^\s&"']{1,1024}?(?=%40)/gi,
  // Command lines whose letter for the password only they know: https://redis.io/docs/latest/develop/tools/cli/,
  // https://dev.mysql.com/doc/refman/8.4/en/command-line-options.html, sshpass(1), curl(1).
  /(\bredis-cli\b[^\n;|&]{0,256}?\s-a\s{1,8})[^\s"',]+/g,
  /(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n;|&]{0,256}?\s-p)[^\s"',]+/g,
  /(\bsshpass\b[^\n;|&]{0,64}?\s-p\s{0,8})[^\s"',]+/g,
  /(\bcurl\b[^\n;|&]{0,256}?\s(?:-u|--user|-U|--proxy-user)[\s=]{0,8}["']?[^\s:"',]{1,256}:)[^\s"',]+/g,
  // A line of a password file: https://www.postgresql.org/docs/current/libpq-pgpass.html
  /((?<![\w:.-])(?:[a-z][\w.-]{0,255}|\d{1,3}(?:\.\d{1,3}){3}|\*):(?:\d{2,5}|\*):[\w.*-]{1,64}:[a-z_*][\w.*-]{0,64}:)[^\s"',]+/gi,
] as const;
/** `"password": "…"`, also where the JSON is a text within JSON. */
const QUOTED = new RegExp(
  `(\\\\{0,8}["'](?:[^"'\\\\]{0,64}(?:${NAME})[^"'\\\\]{0,64}|pass|pwd|auth)\\\\{0,8}["']\\s{0,8}:\\s{0,8})(\\\\{0,8}["'])(.*?)(?:\\2|$)`,
  'gis',
);
/** A URL with a user and a password, up to the last sign that could end them. */
const PASSWORD = /:\/\/[^:/?#@\s]{0,256}:(.+)@/s;

/** Shorter ones are no secrets, and taking them out would tear every text apart. */
const MIN_SECRET = 3;
/** Longer ones are hidden where they stand, but not looked for elsewhere. */
const MAX_SECRET = 16 * 1024;

/** Whether a field of that name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Every secret in what a caller said, longest first. However deep and large it is, all of it is looked at. */
export function secretsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<object>();
  const waiting: { readonly value: unknown; readonly isSecret: boolean }[] = [{ value, isSecret: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { isSecret } = next;
    if (typeof next.value === 'string') {
      if (isSecret) add(found, next.value);
      else addFromUrl(found, next.value);
    } else if ((typeof next.value === 'number' || typeof next.value === 'bigint') && isSecret) {
      add(found, String(next.value));
    } else if (typeof next.value === 'object' && next.value !== null && !seen.has(next.value)) {
      seen.add(next.value);
      const names = namesSecret(next.value);
      const isHidden = hiddenItems(next.value);
      for (const [name, each] of entriesOf(next.value)) {
        if (isSecret) add(found, name);
        else addFromUrl(found, name);
        waiting.push({
          value: each,
          isSecret: isSecret || isSecretName(name) || (names && isValueField(name)) || isHidden(name),
        });
      }
    }
  }
  return [...found].toSorted((a, b) => b.length - a.length);
}

/** The settings that are or hold secrets, as {@link secretsIn} takes them: stores and plugins may repeat what they were given. */
export function secretSettings(values: OptionValues): Record<string, unknown> {
  return Object.fromEntries(
    OPTION_NAMES.filter((name) => optionOf(name).secret === true).map((name) => [name, values[name]]),
  );
}

const NAME_FIELDS: ReadonlySet<string> = new Set(['name', 'key', 'option', 'setting', 'header', 'variable']);
const VALUE_FIELDS: ReadonlySet<string> = new Set(['value', 'values', 'text', 'content', 'default', 'old', 'new']);
const FIELDS: ReadonlySet<string> = new Set(EVENT_FIELDS);
const PLAIN_NAME = /^[\w.-]{1,128}$/;

/** Whether an object says by a field that what its value field holds is a secret: `{ name: 'smtp.password', value: … }`. */
export function namesSecret(value: object): boolean {
  return entriesOf(value).some(
    ([field, name]) =>
      NAME_FIELDS.has(field.toLowerCase()) && typeof name === 'string' && PLAIN_NAME.test(name) && isSecretName(name),
  );
}

/** Whether a field of such an object holds what it names. */
export function isValueField(field: string): boolean {
  return VALUE_FIELDS.has(field.toLowerCase());
}

/**
 * Which items of a list the one before says to be secrets: `['Authorization', …]`, `['--password', …]`. The name of a field
 * of events after another name is no secret.
 */
export function hiddenItems(value: object): (position: string) => boolean {
  if (!Array.isArray(value)) return () => false;
  return (position) => {
    const before: unknown = value[Number(position) - 1];
    return (
      typeof before === 'string' &&
      !FIELDS.has(String(value[Number(position)])) &&
      PLAIN_NAME.test(before) &&
      (value.length === 2 || before.startsWith('-')) &&
      isSecretName(before.replace(/^-+/, ''))
    );
  };
}

/** The fields of an object; none of one that does not let itself be looked at. */
export function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  try {
    if (value instanceof Map) return [...value].map(([key, each]: [unknown, unknown]) => [String(key), each]);
    if (value instanceof Set) return [...value].map((each: unknown, index) => [String(index), each]);
    if (value instanceof Error)
      return [
        ['name', value.name],
        ['message', value.message],
      ];
    return Object.entries(value);
  } catch {
    return [];
  }
}

function add(found: Set<string>, text: string): void {
  if (text.length > MAX_SECRET) return;
  const inJson = JSON.stringify(text).slice(1, -1);
  for (const form of [text, text.trim(), decoded(text), encodeURIComponent(text.toWellFormed()), inJson]) {
    if (form.length >= MIN_SECRET) found.add(form);
  }
}

function addFromUrl(found: Set<string>, text: string): void {
  const scheme = text.indexOf('://');
  if (scheme !== -1 && text.lastIndexOf('@') > scheme) {
    const password = PASSWORD.exec(text)?.[1];
    // A text may hold several URLs; the password of the first ends at the first sign that can end it, too.
    if (password !== undefined) {
      add(found, password);
      for (const [part] of text.matchAll(/[^@\s]+@/g)) add(found, PASSWORD.exec(part)?.[1] ?? '');
    }
  }
  const looked = text.slice(0, LOOKED_AT);
  if (text.includes('=')) {
    for (const match of looked.matchAll(ASSIGNED)) add(found, unquoted(match[3] ?? ''));
  }
  for (const match of looked.matchAll(TOLD)) {
    const told = unquoted(match[2] ?? '');
    // A word of a sentence is no secret that could be looked for elsewhere.
    if (told.length >= 8 && /\d/.test(told)) add(found, told);
  }
}

/** Of a longer text, assignments are looked for in its beginning only, since no more than that is ever kept. */
const LOOKED_AT = 64 * 1024;

function unquoted(text: string): string {
  return text.replaceAll(/^["']|["']$/g, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The beginning of a text without any secret in it.
 * @param secrets the secrets that are known, longest first
 */
export function withoutSecrets(text: string, secrets: readonly string[], limit: number): string {
  // What is looked at reaches beyond the limit by the longest secret, so that none is cut in two and missed.
  const reach = limit + (secrets[0]?.length ?? 0) + 256;
  let safe = text.length > reach ? beginning(text, reach) : text;
  for (const secret of secrets) safe = safe.replaceAll(secret, HIDDEN);
  if (safe.includes('://') || /[?&]/.test(safe)) safe = redact(safe);
  for (const shape of SHAPES) safe = safe.replaceAll(shape, `$1${HIDDEN}`);
  return safe
    .replaceAll(QUOTED, `$1$2${HIDDEN}$2`)
    .replaceAll(ASSIGNED, `$1$2${HIDDEN}`)
    .replaceAll(TOLD, `$1${HIDDEN}`);
}

/** A prefix that ends before any URL whose password may lie behind its end. */
function beginning(text: string, length: number): string {
  const prefix = text.slice(0, length);
  const scheme = prefix.indexOf('://');
  return scheme !== -1 && text.lastIndexOf('@') >= length ? prefix.slice(0, scheme + 3) : prefix;
}
