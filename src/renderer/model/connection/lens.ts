/** One part of a source URL as a form field sees it: read from the URL, written back into it, the rest untouched. */
import type { SourceUrl } from '../../../shared/source-url.ts';

export type UrlParts = Omit<SourceUrl, 'text'>;

export interface Lens {
  readonly get: (url: UrlParts) => string;
  /** The URL with this part changed; `''` takes it out, so that the store's own default holds. */
  readonly set: (url: UrlParts, value: string) => UrlParts;
}

/** What stands behind `?` under a name. */
export function parameter(name: string): Lens {
  return {
    get: (url) => url.parameters[name] ?? '',
    set: (url, value) => withParameters(url, { [name]: value }),
  };
}

/** A parameter that is either there with one value, or not. A field of this kind reads and writes `'1'` and `''`. */
export function flag(name: string, on: string, isOn = (value: string): boolean => value === on): Lens {
  return {
    get: (url) => (isOn(url.parameters[name] ?? '') ? '1' : ''),
    set: (url, value) => withParameters(url, { [name]: value === '' ? '' : on }),
  };
}

/** Changes parameters; those that become empty are left out. */
export function withParameters(url: UrlParts, change: Readonly<Record<string, string>>): UrlParts {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...url.parameters, ...change })) {
    if (value !== '' || !Object.hasOwn(change, name)) parameters[name] = value;
  }
  return { ...url, parameters };
}

/** What stands before `?` in a URL without a host, and the database in one with a host. */
export const path: Lens = {
  get: (url) => url.path,
  set: (url, value) => ({ ...url, path: value }),
};

export const database: Lens = {
  get: (url) => url.path.replace(/\/$/, ''),
  set: (url, value) => ({ ...url, path: value.trim() }),
};

export const username: Lens = {
  get: (url) => url.username,
  set: (url, value) => ({ ...url, username: value }),
};

export const port: Lens = {
  get: (url) => (url.port === 0 ? '' : String(url.port)),
  set: (url, value) => ({ ...url, port: portNumber(value) }),
};

/** One server's name or address. One that was pasted together with its port gives both. */
export const host: Lens = {
  get: (url) => url.host,
  set: (url, value) => {
    const address = readAddress(value);
    return { ...url, host: address.host, ...(address.port !== 0 && { port: address.port }) };
  },
};

/** Several servers, apart by commas. */
export const servers: Lens = {
  get: (url) => (url.host.includes(',') || url.port === 0 ? url.host : `${url.host}:${String(url.port)}`),
  set: (url, value) => {
    const addresses = value.split(',').filter((text) => clean(text) !== '');
    if (addresses.length < 2) {
      const one = readAddress(addresses[0] ?? '');
      return { ...url, host: one.host, port: one.port };
    }
    const text = addresses.map(readAddress).map((one) => one.host + (one.port === 0 ? '' : `:${String(one.port)}`));
    return { ...url, host: text.join(','), port: 0 };
  },
};

interface Address {
  readonly host: string;
  /** `0` when none is named. */
  readonly port: number;
}

/** Signs that would end the host in a URL, or begin something else, are left out. */
function clean(text: string): string {
  return text.replaceAll(/[\s/?#@,]/g, '');
}

export function readAddress(text: string): Address {
  const cleaned = clean(text);
  if (cleaned === '') return { host: 'localhost', port: 0 };
  const bracketed = /^(\[[0-9a-f:.]+(?:%[^\]]+)?\])(?::(\d*))?$/i.exec(cleaned);
  if (bracketed?.[1] !== undefined) return { host: bracketed[1], port: portNumber(bracketed[2] ?? '') };
  // An address of IPv6 has more than one colon and needs brackets where a port may follow.
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(cleaned)) return { host: `[${cleaned}]`, port: 0 };
  const [name = '', digits = ''] = cleaned.split(':');
  return { host: name === '' ? 'localhost' : name, port: portNumber(digits) };
}

function portNumber(text: string): number {
  const digits = text.trim();
  const value = Number(digits);
  return /^\d{1,5}$/.test(digits) && value <= 65_535 ? value : 0;
}
