/** What Redis and its connections report, in the user's words. */
import { AppError, isAbort } from '../../../../shared/errors.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';
import { tlsReason } from '../tls-problem.ts';

/** Whether an error says that the connection or its server is gone, as opposed to the server saying no. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof AppError && error.code === 'source_unreachable';
}

/** Whether the other end closed a connection that was made, without a word of why. */
export function isHangUp(error: unknown): boolean {
  if (!isConnectionLoss(error) || !(error instanceof Error) || !(error.cause instanceof Error)) return false;
  const { cause } = error;
  const code = 'code' in cause ? cause.code : undefined;
  // The driver's own words for a connection that ended in order.
  return code === 'ECONNRESET' || code === 'EPIPE' || cause.message === 'Connection is closed.';
}

/** Whether the server itself asks to be tried again later: nothing is wrong with the connection. */
export function isPutOff(error: unknown): boolean {
  return error instanceof Error && /^(?:BUSY|LOADING|TRYAGAIN|CLUSTERDOWN|MASTERDOWN)\b/.test(error.message);
}

/** The error in our words. `earlier` is what the connection reported before, often the true cause. */
export function redisError(error: unknown, earlier: unknown, url: SourceUrl): AppError {
  if (error instanceof AppError) return error;
  if (isAbort(error)) return new AppError('cancelled', 'Cancelled.', { retryable: true });
  const messages = [error, earlier].map((each) => (each instanceof Error ? each.message : ''));
  const codes = [error, earlier].map((each) => (each instanceof Error && 'code' in each ? String(each.code) : ''));
  const cause = earlier ?? error;
  return (
    said(messages, url, cause) ??
    insecure([error, earlier], url, cause) ??
    failed(messages, codes, url, cause) ??
    (/^(ERR|[A-Z]+) /.test(messages[0] ?? '')
      ? new AppError('source_refused', `${url.text} says: ${messages[0]}`, { cause })
      : new AppError(
          'source_unreachable',
          `The connection to ${url.text} was lost${messages[0] === '' ? '' : ` (${messages[0]})`}.`,
          { cause },
        ))
  );
}

/** The error in our words, when something was to be changed. */
export function writeError(error: unknown, url: SourceUrl): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : '';
  // What a transaction was given up for stands in the errors of its commands.
  const earlier =
    error instanceof Error && 'previousErrors' in error && Array.isArray(error.previousErrors)
      ? error.previousErrors.map(String)
      : [];
  const all = [text, ...earlier].join(' ');
  const refused = (message: string): AppError => new AppError('source_refused', message, { cause: error });
  if (/NOPERM/.test(all)) {
    return refused(
      `${url.text}: this user may not change anything here (${earlier[0] ?? text}). To write it needs HSETNX and HMGET on the key, MULTI and EXEC; to remove EVAL, HGET and HDEL.`,
    );
  }
  if (/READONLY/.test(all)) {
    return refused(`${url.text} is a replica, which can’t be written to. Name its master.`);
  }
  if (/\bOOM\b/.test(all)) return refused(`${url.text} has no memory left for more (${earlier[0] ?? text}).`);
  if (/MISCONF|NOREPLICAS/.test(all)) {
    return refused(`${url.text} takes no writes at the moment (${earlier[0] ?? text}).`);
  }
  const [first] = earlier;
  return redisError(
    first === undefined ? error : new Error(first.replace(/^ReplyError: /, ''), { cause: error }),
    undefined,
    url,
  );
}

/** What the server itself said. */
function said(messages: readonly string[], url: SourceUrl, cause: unknown): AppError | undefined {
  const text = messages.join(' ');
  const where = url.text;
  const refused = (message: string): AppError => new AppError('source_refused', message, { cause });
  const unreachable = (message: string): AppError => new AppError('source_unreachable', message, { cause });
  if (/WRONGPASS|invalid password|invalid username-password/i.test(text)) {
    return refused(`${where} refused the password. Check user and password.`);
  }
  if (/NOAUTH|Authentication required/i.test(text)) {
    return refused(`${where} wants a password. Give one (on the command line: EVENT_AUDIT_PASSWORD).`);
  }
  if (/NOPERM/.test(text)) {
    return refused(
      `${where}: this user may not read here (${messages[0]}). It needs TYPE, HLEN and HSCAN on the key, and in a cluster CLUSTER SLOTS.`,
    );
  }
  if (/WRONGTYPE/.test(text)) {
    return new AppError(
      'source_invalid',
      `${where}: the key “${url.parameters['key'] ?? 'event-audit'}” holds something else than a hash. Name the right one with ?key=NAME.`,
      { cause },
    );
  }
  if (/DB index is out of range|invalid DB index/i.test(text)) {
    return new AppError('source_invalid', `${where}: the server has no database ${url.path}. Most have 0 to 15.`, {
      cause,
    });
  }
  if (/\bLOADING\b/.test(text)) return unreachable(`${where} is still loading its data. Try again in a moment.`);
  if (/\b(MOVED|ASK) \d+/.test(text)) {
    return unreachable(
      url.scheme === 'redis+cluster'
        ? `${where}: the hash is being moved to another node of the cluster. Try again in a moment.`
        : `${where} is a node of a cluster, and the hash lies on another one. Write redis+cluster:// to have it found.`,
    );
  }
  if (/max number of clients/i.test(text)) {
    return unreachable(`${where} has no connection left (${messages[0]}). Try again later.`);
  }
  if (/\bBUSY |CLUSTERDOWN|MASTERDOWN|TRYAGAIN/.test(text)) {
    return unreachable(`${where} can’t answer just now (${messages.find((each) => each !== '') ?? ''}).`);
  }
  return undefined;
}

/** Why the connection could not be a secure one. */
function insecure(errors: readonly unknown[], url: SourceUrl, cause: unknown): AppError | undefined {
  const reason = tlsReason(errors);
  if (reason === undefined) return undefined;
  return new AppError(
    'source_refused',
    `${url.text}: no secure connection: ${reason}. ca=FILE names the authority, servername=NAME the name in the certificate when it is not the host’s, client_cert=FILE and client_key=FILE your own; check, too, that the port speaks TLS.`,
    { cause },
  );
}

/** What the connection itself reported. */
function failed(
  messages: readonly string[],
  codes: readonly string[],
  url: SourceUrl,
  cause: unknown,
): AppError | undefined {
  const text = messages.join(' ');
  const where = url.text;
  const unreachable = (message: string): AppError => new AppError('source_unreachable', message, { cause });
  if (codes.includes('ECONNREFUSED')) {
    return unreachable(`Nothing answers at ${where} (connection refused). Check host and port, and that Redis runs.`);
  }
  if (codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')) {
    return unreachable(`No host is called ${url.host}. Check the name and the network.`);
  }
  if (/timed out|ETIMEDOUT/i.test(text) || codes.includes('ETIMEDOUT')) {
    return unreachable(`${where} does not answer in time. Check the network, then try again.`);
  }
  return undefined;
}
