/** Certificates of a test's own: an authority, a server for 127.0.0.1 and localhost, and a client, made by OpenSSL. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority's certificate file. */
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** An authority that signed nothing. */
  readonly strangerCa: string;
}

/** Makes certificates that are good for one day, in a folder that exists. `names` are the server's. */
export function makeCertificates(
  folder: string,
  clientName: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): Certificates {
  const ca = authority(folder, 'authority');
  return {
    ca: ca.cert,
    server: signed(folder, 'server', 'localhost', names, ca),
    client: signed(folder, 'client', clientName, `DNS:${clientName}`, ca),
    strangerCa: authority(folder, 'stranger').cert,
  };
}

function authority(folder: string, name: string): KeyPair {
  const pair = files(folder, name);
  openssl(
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'].concat([
      '-subj',
      `/CN=Test ${name}`,
      '-keyout',
      pair.key,
      '-out',
      pair.cert,
    ]),
  );
  return pair;
}

function signed(folder: string, name: string, subject: string, names: string, ca: KeyPair): KeyPair {
  const pair = files(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=${names}\n`);
  openssl(
    ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat([
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      pair.key,
      '-out',
      request,
    ]),
  );
  openssl(
    ['x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', '1'].concat([
      '-extfile',
      extensions,
      '-out',
      pair.cert,
    ]),
  );
  return pair;
}

function files(folder: string, name: string): KeyPair {
  return { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
