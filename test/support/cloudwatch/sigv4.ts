/** Checks that a request is signed (Signature Version 4) by somebody the account knows, for this region and service. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { expiredCredentials, ServiceError } from './service-error.ts';

export interface AccountKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The session is over: every call with it is answered so. */
  expired?: boolean;
  /** Operations this key may not use. */
  readonly denied?: readonly string[];
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const SKEW_MS = 15 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** @returns the key that signed. @throws ServiceError with the answer the service gives. */
export function authenticate(
  request: SignedRequest,
  keys: readonly AccountKey[],
  region: string,
  now: number,
): AccountKey {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const match = AUTHORIZATION.exec(header);
  if (match === null) {
    throw new ServiceError('IncompleteSignatureException', `Authorization header is not well formed: ${header}`);
  }
  const [, id = '', date = '', scopeRegion = '', service = '', signedHeaders = '', signature = ''] = match;
  if (scopeRegion !== region) {
    throw new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, not '${scopeRegion}'.`,
    );
  }
  if (service !== 'logs') {
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to correct service: 'logs'.`);
  }
  const key = keys.find((each) => each.accessKeyId === id);
  if (key === undefined || key.sessionToken !== headerText(request.headers['x-amz-security-token'])) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const expected = signatureOf(request, signedHeaders, date, region, service, key.secretAccessKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new ServiceError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  const stamp = headerText(request.headers['x-amz-date']) ?? '';
  const signedAt = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - signedAt) <= SKEW_MS)) {
    const what = signedAt > now ? 'Signature not yet current' : 'Signature expired';
    throw new ServiceError(
      'InvalidSignatureException',
      `${what}: ${stamp} is too far from ${new Date(now).toISOString()}`,
    );
  }
  if (key.expired === true) throw expiredCredentials();
  return key;
}

function signatureOf(
  { method, path, headers, body }: SignedRequest,
  signedHeaders: string,
  date: string,
  region: string,
  service: string,
  secret: string,
): string {
  const canonicalHeaders = signedHeaders
    .split(';')
    .map((name) => `${name}:${headerText(headers[name])?.trim().replaceAll(/ +/g, ' ') ?? ''}\n`)
    .join('');
  const canonical = [method, path, '', canonicalHeaders, signedHeaders, sha256(body)].join('\n');
  const stamp = headerText(headers['x-amz-date']) ?? '';
  const toSign = ['AWS4-HMAC-SHA256', stamp, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  let key: Buffer = hmac(Buffer.from(`AWS4${secret}`), date);
  for (const part of [region, service, 'aws4_request']) key = hmac(key, part);
  return hmac(key, toSign).toString('hex');
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
