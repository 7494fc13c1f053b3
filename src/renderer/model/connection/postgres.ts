/** Where PostgreSQL is: a host in the URL, or the folder of its socket, which needs a parameter. */
import { host, withParameters, type Lens } from './lens.ts';

export const POSTGRES_HOST: Lens = {
  get: (url) => url.parameters['host'] ?? host.get(url),
  set: (url, value) => {
    const folder = value.trim();
    if (folder.startsWith('/')) return { ...withParameters(url, { host: folder }), host: 'localhost' };
    return host.set(withParameters(url, { host: '' }), value);
  },
};
