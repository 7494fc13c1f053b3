/** The part of a source URL by which people tell their stores apart. */
import { tryParse } from './connection-form.ts';

/** A file's name, a server's address with its database; anything else is the URL itself. */
export function sourceLabel(url: string): string {
  const parsed = tryParse(url)?.url;
  if (parsed === undefined) return url;
  if (parsed.host === '') {
    const name = parsed.path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
    return name === '' ? url : name;
  }
  const port = parsed.port === 0 ? '' : `:${String(parsed.port)}`;
  return `${parsed.host}${port}${parsed.path === '' ? '' : `/${parsed.path}`}`;
}
