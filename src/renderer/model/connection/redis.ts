/** Where Redis's ways of being reached stand in a source URL: in the scheme, and in parameters that only some know. */
import { servers, withParameters, type Lens, type UrlParts } from './lens.ts';

type Topology = 'single' | 'sentinel' | 'cluster';

export function topologyOf({ scheme }: UrlParts): Topology {
  if (scheme === 'redis+sentinel') return 'sentinel';
  return scheme === 'redis+cluster' ? 'cluster' : 'single';
}

export function isSecure(url: UrlParts): boolean {
  return url.scheme === 'rediss' || /^(?:1|true|yes)$/i.test(url.parameters['tls'] ?? '');
}

/** What only an encrypted connection has. */
const TLS_ONLY = { ca: '', client_cert: '', client_key: '', servername: '' } as const;

export const TLS: Lens = {
  get: (url) => (isSecure(url) ? '1' : ''),
  set: (url, value) => {
    const on = value !== '';
    const rest = on ? url : withParameters(url, TLS_ONLY);
    if (topologyOf(url) !== 'single') return withParameters(rest, { tls: on ? '1' : '' });
    return { ...rest, scheme: on ? 'rediss' : 'redis' };
  },
};

export const TOPOLOGY: Lens = {
  get: topologyOf,
  set: (url, value) => {
    const secure = isSecure(url);
    // What one way of connecting knows, another refuses.
    const bare = withParameters(url, {
      tls: '',
      ...(value === 'sentinel' ? {} : { master: '', sentinel_username: '' }),
    });
    if (value === 'single') {
      const first = servers.set(bare, servers.get(bare).split(',')[0] ?? '');
      return { ...first, scheme: secure ? 'rediss' : 'redis' };
    }
    const scheme = value === 'sentinel' ? 'redis+sentinel' : 'redis+cluster';
    const change = {
      // The port of a data server is not the one on which sentinels listen.
      ...(value === 'sentinel' && topologyOf(url) === 'single' && { port: 0 }),
      ...(value === 'cluster' && { path: '' }),
    };
    return { ...withParameters(bare, secure ? { tls: '1' } : {}), scheme, ...change };
  },
};
