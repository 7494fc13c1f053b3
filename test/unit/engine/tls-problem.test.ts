import { expect, it } from 'vitest';
import { tlsReason } from '../../../src/main/engine/repositories/tls-problem.ts';

const reported = (message: string, code: string): Error => Object.assign(new Error(message), { code });

it.each([
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'its certificate has expired (certificate has expired)'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'authority that is not known here'],
  ['CERT_NOT_YET_VALID', 'certificate is not yet valid', 'not valid yet'],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'C0:error:0A:SSL routines:f:wrong version number:a.c:1:',
    'speaks no TLS (wrong version number)',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'C0:error:0A:SSL routines:f:tlsv1 alert unknown ca:a.c:1:',
    'does not take your certificate',
  ],
  ['ERR_SSL_NEW', 'C0:error:0A:SSL routines:f:something new:a.c:1:', 'something new'],
])('%s is told in words', (code, message, said) => {
  expect(tlsReason([new Error('Connection is closed.'), reported(message, code)])).toContain(said);
});

it('a connection that broke is no matter of TLS', () => {
  const early = reported(
    'Client network socket disconnected before secure TLS connection was established',
    'ECONNRESET',
  );
  expect(tlsReason([new Error('Connection is closed.'), early, undefined])).toBeUndefined();
});
