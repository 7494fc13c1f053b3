/** Certificate and key files that a source names. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';

const CERTIFICATES = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** A file with certificates. @throws AppError `invalid_input` when it can't be read, or holds none, or something broken */
export function readCertificates(path: string): string {
  const text = readPem(path);
  const found = text.match(CERTIFICATES) ?? [];
  if (found.length === 0) {
    throw new AppError(
      'invalid_input',
      `The file ${path} holds no certificate. It must be PEM text, with -----BEGIN CERTIFICATE-----.`,
    );
  }
  for (const each of found) {
    try {
      void new X509Certificate(each.replace(/(BEGIN|END) (?:TRUSTED|X509) /g, '$1 '));
    } catch (cause) {
      throw new AppError('invalid_input', `The file ${path} holds a certificate that is damaged.`, { cause });
    }
  }
  return text;
}

/** A file with a private key. @throws AppError `invalid_input` when it can't be read, or holds none */
export function readKey(path: string): string {
  const text = readPem(path);
  if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) return text;
  throw new AppError(
    'invalid_input',
    `The file ${path} holds no private key. It must be PEM text, with -----BEGIN PRIVATE KEY-----.`,
  );
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('invalid_input', `The certificate file ${path} can’t be read. Check the path.`, { cause });
  }
}
