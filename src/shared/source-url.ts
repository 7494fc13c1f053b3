/** One string names a store. This file reads and writes it, and takes the secrets out of it. */
import { z } from 'zod';
import { AppError } from './errors.ts';

const SCHEME_TO_KIND: Readonly<Record<string, string>> = {
  'redis+cluster': 'redis',
  'redis+sentinel': 'redis',
  rediss: 'redis',
  postgresql: 'postgres',
  // What CKAN's `sqlalchemy.url` may begin with.
  'postgresql+psycopg2': 'postgres',
  'postgresql+psycopg': 'postgres',
};

/** Kinds that are reached over the network: two slashes, a host, perhaps a user, must follow their scheme. */
const NETWORK_KINDS: ReadonlySet<string> = new Set(['redis', 'postgres']);

/** The names of URL parameters that are secrets and therefore never stay in a source URL, in whatever case. */
const SECRET_NAME = '[^=&?]*(?:password|passwd|passphrase|secret|token|credential|access_?key)[^=&?]*|pass|pwd|auth';
const SECRET_PARAMETER = new RegExp(`^(?:${SECRET_NAME})$`, 'i');

export const sourceSecretsSchema = z.record(z.string(), z.string());
/** Secrets by name (`password`, …). They travel beside a source URL, never in it, and are never stored in clear. */
export type SourceSecrets = Readonly<Record<string, string>>;

export const sourceUrlSchema = z.object({
  /** Which kind of repository opens it: `redis`, `sqlite`, …, or a plugin's name. */
  kind: z.string(),
  /** The scheme as written, `rediss` for instance. */
  scheme: z.string(),
  /** The whole URL without secrets: safe to show, store and write into a manifest. */
  text: z.string(),
  host: z.string(),
  /** `0` when the URL names none. */
  port: z.number().int(),
  username: z.string(),
  /** A file path, a database number, a region with log group: what stands before `?`, percent-decoded where the URL has an authority. */
  path: z.string(),
  parameters: z.record(z.string(), z.string()),
});
export type SourceUrl = Readonly<z.infer<typeof sourceUrlSchema>>;

export interface ParsedSource {
  readonly url: SourceUrl;
  readonly secrets: SourceSecrets;
}

const EXAMPLES = 'demo:, sqlite:audit.db or redis://localhost:6379/0';

/**
 * Reads a source URL and separates the secrets it may carry.
 * `''` means `demo:`. A path of an existing style (`C:\audit.db`, `./audit.db`) is not guessed at: it needs its scheme.
 * @throws AppError `invalid_input` when the text is not a source URL, saying what one looks like.
 */
export function parseSourceUrl(text: string): ParsedSource {
  const trimmed = text.trim();
  if (trimmed === '') return parseSourceUrl('demo:');
  const match = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(trimmed);
  const scheme = match?.[1]?.toLowerCase();
  const rest = match?.[2];
  if (scheme === undefined || rest === undefined || (scheme.length === 1 && /^[\\/]/.test(rest))) {
    throw new AppError('invalid_input', `“${redact(trimmed)}” is not a source URL. Write one such as ${EXAMPLES}.`);
  }
  const kind = SCHEME_TO_KIND[scheme] ?? scheme;
  if (NETWORK_KINDS.has(kind) && !rest.startsWith('//')) {
    throw new AppError(
      'invalid_input',
      `The source URL “${scheme}:…” lacks the two slashes before its host. Write ${scheme}://HOST.`,
    );
  }
  return rest.startsWith('//') && kind !== 'sqlite' && kind !== 'file'
    ? parseAuthority(kind, scheme, trimmed)
    : parsePath(kind, scheme, rest);
}

function parsePath(kind: string, scheme: string, rest: string): ParsedSource {
  // Only a `?` that is followed by `name=` starts parameters: file names may hold question marks.
  const at = /\?[a-z_]+=/i.exec(rest)?.index ?? -1;
  const path = at === -1 ? rest : rest.slice(0, at);
  const { parameters, secrets } = splitParameters(at === -1 ? '' : rest.slice(at + 1));
  const url = { kind, scheme, host: '', port: 0, username: '', path, parameters };
  return { url: { ...url, text: formatSourceUrl(url) }, secrets };
}

function parseAuthority(kind: string, scheme: string, text: string): ParsedSource {
  // Several hosts (`redis+cluster://a:1,b:2`) are no WHATWG host, so the authority is read here.
  const match = /^[^:]+:\/\/(?:([^/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/s.exec(text);
  const [, userinfo = '', authority = '', path = '', query = ''] = match ?? [];
  // A password with a slash in it would otherwise be taken for a host and a path, and be shown.
  const names = [...new URLSearchParams(query).keys()];
  if (match === null || path.includes('@') || names.some((name) => name.includes('@'))) {
    throw badUrl(
      text,
      'its parts can’t be told apart. In a user name, password or path, write %2F for a slash, %3F for a question mark, %23 for #, %40 for @ and %25 for %',
    );
  }
  const colon = userinfo.indexOf(':');
  const username = decode(colon === -1 ? userinfo : userinfo.slice(0, colon), text);
  const password = colon === -1 ? '' : decode(userinfo.slice(colon + 1), text);
  const several = authority.includes(',');
  const hostMatch = several ? null : /^(\[[0-9a-f:.]+(?:%[^\]]+)?\]|[^:]*)(?::(\d*))?$/i.exec(authority);
  if (!several && hostMatch === null) throw badUrl(text, `“${authority}” is not a host with a port`);
  const port = Number(hostMatch?.[2] ?? 0);
  if (port > 65_535) throw badUrl(text, `port ${port} is above 65535`);
  const { parameters, secrets } = splitParameters(query);
  const url = {
    kind,
    scheme,
    host: several ? authority : hostMatch?.[1]?.replace('%25', '%') || 'localhost',
    port,
    username,
    path: decode(path, text),
    parameters,
  };
  return {
    url: { ...url, text: formatSourceUrl(url) },
    secrets: password === '' ? secrets : { ...secrets, password },
  };
}

function splitParameters(query: string): { parameters: Record<string, string>; secrets: Record<string, string> } {
  checkEncoded(query);
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const isSecret = SECRET_PARAMETER.test(name);
    const [target, key] = isSecret ? [secrets, name.toLowerCase()] : [parameters, name];
    if (target.has(key)) {
      throw new AppError(
        'invalid_input',
        `A source URL gives “${redact(key)}” twice. Give it once; a & within a value is %26.`,
      );
    }
    target.set(key, value);
  }
  return { parameters: Object.fromEntries(parameters), secrets: Object.fromEntries(secrets) };
}

/** @throws AppError `invalid_input` for bytes that are no text: read as one, they would name something else */
function checkEncoded(query: string): void {
  for (const [run] of query.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
    try {
      decodeURIComponent(run);
    } catch {
      throw new AppError(
        'invalid_input',
        'A parameter of the source URL holds bytes that are not UTF-8. Names and values must be text; write % as %25.',
      );
    }
  }
}

/** The URL as text, without any secret. */
export function formatSourceUrl(url: Omit<SourceUrl, 'text'>): string {
  const query = new URLSearchParams(Object.entries(url.parameters)).toString();
  const tail = query === '' ? '' : `?${query}`;
  if (url.host === '') return `${url.scheme}:${url.path}${tail}`;
  const user = url.username === '' ? '' : `${encodeURIComponent(url.username)}@`;
  const port = url.port === 0 ? '' : `:${url.port}`;
  const path = url.path === '' ? '' : `/${url.path.split('/').map(encodeURIComponent).join('/')}`;
  return `${url.scheme}://${user}${url.host}${port}${path}${tail}`;
}

/** Hides whatever could be a password in a text that is not (yet) a valid URL. */
export function redact(text: string): string {
  return (
    text
      .replace(/:\/\/(.*)@/s, (_all, userinfo: string) => `://${userIn(userinfo)}@`)
      // The colon behind the scheme is easily forgotten.
      .replace(
        /^([a-z][a-z0-9+.-]*\/\/)(.*)@/is,
        (_all, scheme: string, userinfo: string) => `${scheme}${userIn(userinfo)}@`,
      )
      .replaceAll(new RegExp(`([?&](?:${SECRET_NAME})=)[^&]*`, 'gi'), '$1…')
  );
}

function userIn(userinfo: string): string {
  return /^[^:/?#]*/.exec(userinfo)?.[0] ?? '';
}

function decode(text: string, whole: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl(whole, 'a % in it is not followed by two hexadecimal digits (write %25 for a percent sign)');
  }
}

function badUrl(text: string, why: string): AppError {
  return new AppError('invalid_input', `The source URL “${redact(text)}” can’t be read: ${why}.`);
}
