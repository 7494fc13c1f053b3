/** Why a secure connection did not come about, as one clause for people. */

const REASONS: readonly (readonly [code: RegExp, reason: string])[] = [
  [/SELF_SIGNED/, 'its certificate, or the authority’s, is signed by itself and not known here'],
  [/UNABLE_TO|CERT_UNTRUSTED|CERT_CHAIN/, 'its certificate was signed by an authority that is not known here'],
  [/CERT_SIGNATURE_FAILURE/, 'its certificate was signed by another authority of the same name'],
  [/ALTNAME_INVALID|HOSTNAME_MISMATCH/, 'its certificate is for another name'],
  [/CERT_HAS_EXPIRED/, 'its certificate has expired'],
  [/CERT_NOT_YET_VALID/, 'its certificate is not valid yet, or the clock of this computer is wrong'],
  [/CERT_REVOKED/, 'its certificate was revoked'],
  [
    /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE/,
    'the server wants a certificate of yours, and got none that it takes',
  ],
  [
    /ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERT|CERTIFICATE_)|ALERT_UNKNOWN_CA/,
    'the server does not take your certificate',
  ],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST/, 'what answers there speaks no TLS'],
];

/**
 * @param errors what was reported, in any order
 * @returns the reason, with what the library said behind it; `undefined` when none of them is about TLS
 */
export function tlsReason(errors: readonly unknown[]): string | undefined {
  for (const error of errors) {
    if (!(error instanceof Error)) continue;
    const code = 'code' in error ? String(error.code) : '';
    // A connection that breaks before it is secure says so in words about TLS, and is still only a lost one.
    if (
      !/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO/.test(code) &&
      !/SSL alert|SSL routines/i.test(error.message)
    )
      continue;
    const whole = error.message.replaceAll(/\s+/g, ' ').trim();
    // OpenSSL puts numbers, functions and files of its own around what it says.
    const said = /SSL routines:[^:]*:([^:]+)/.exec(whole)?.[1] ?? whole;
    const known = REASONS.find(
      ([pattern]) => pattern.test(code) || pattern.test(said.toUpperCase().replaceAll(' ', '_')),
    );
    return known === undefined ? said : `${known[1]} (${said})`;
  }
  return undefined;
}
