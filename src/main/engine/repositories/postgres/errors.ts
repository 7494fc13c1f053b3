/** PostgreSQL’s errors, and those of the way there, in the user’s words. */
import { AppError, isAbort } from '../../../../shared/errors.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';

/** Whether the server turned down an attempt because of how it was secured, so that another way may do. */
export function isAboutEncryption(error: unknown): boolean {
  return (
    /does not support SSL|establishing an SSL connection|no pg_hba\.conf entry/i.test(messageOf(error)) ||
    isCertificateProblem(error)
  );
}

/** The error in our words; never with a password in it. */
export function postgresError(error: unknown, url: SourceUrl): AppError {
  if (error instanceof AppError) return error;
  if (isAbort(error)) return new AppError('cancelled', 'Cancelled.', { retryable: true });
  const text = messageOf(error);
  const code = codeOf(error);
  const where = url.text;
  const cause = error;
  return byState(code, text, where, cause) ?? byConnection(code, text, url, cause);
}

/** @param what names what is closed to this user */
export function mayNotRead(where: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'source_refused',
    `${where}: this user may not read here (${what}). It needs USAGE on the schema and SELECT on the table.`,
    { cause },
  );
}

/** The error in our words, when something was to be changed. */
export function writeError(error: unknown, url: SourceUrl): AppError {
  if (error instanceof AppError || isAbort(error)) return postgresError(error, url);
  const text = messageOf(error);
  const code = codeOf(error);
  const options = { cause: error };
  if (code === '42501') {
    return new AppError(
      'source_refused',
      `${url.text}: this user may not change anything here (${text}). It needs SELECT and INSERT on the table; to remove, UPDATE and DELETE, too.`,
      options,
    );
  }
  if (code === '25006') {
    return new AppError('source_refused', `${url.text} can only be read (${text}). Name the primary server.`, options);
  }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return new AppError(
      'source_refused',
      `${url.text}: others keep these rows busy (${text}). Nothing was changed; try again.`,
      { ...options, retryable: true },
    );
  }
  if (code === '53100')
    return new AppError('source_refused', `${url.text}: the server’s disk is full (${text}).`, options);
  // What the data is, or what the table’s own rules say of it.
  if (/^2[23][0-9A-Z]{3}$/.test(code)) {
    return new AppError('invalid_input', `${url.text} does not take an event: ${text} (${code}).`, options);
  }
  return postgresError(error, url);
}

/** What the server itself said, told by its SQLSTATE. */
function byState(code: string, text: string, where: string, cause: unknown): AppError | undefined {
  const refused = (message: string): AppError => new AppError('source_refused', message, { cause });
  const lost = (message: string): AppError => new AppError('source_unreachable', message, { cause });
  switch (code) {
    case '28P01':
      return refused(`${where} refused the password. Check user and password.`);
    case '28000':
      return refused(`${where} does not let this user in (${text}). Check user, database and TLS mode.`);
    case '3D000':
      return new AppError('source_invalid', `${where}: there is no such database (${text}). Check its name.`, {
        cause,
      });
    case '42501':
      return mayNotRead(where, text, cause);
    case '42P01':
      return new AppError('source_invalid', `${where}: ${text}. Name the table with ?table=SCHEMA.NAME.`, { cause });
    case '53300':
      return lost(`${where} has no connection left (${text}). Try again later.`);
    case '57014':
      return lost(`${where} ended the reading before its end (${text}). Its administrator or a time limit did so.`);
    case '57P01':
    case '57P02':
      return lost(`${where} ended the connection while it was read (${text}). Try again when it is back.`);
    case '57P03':
      return lost(`${where} is not ready yet (${text}). Try again in a moment.`);
    case '25P03':
      return lost(`${where} ended the connection because it waited too long (${text}). Try again.`);
    case '40001':
      return lost(`${where} withdrew what was being read (${text}). On a standby server this happens; try again.`);
    default:
  }
  if (/^(XX00[12]|58030)$/.test(code)) {
    return new AppError('source_invalid', `${where}: the table is damaged (${text}).`, { cause });
  }
  if (code.startsWith('08')) return lost(`The connection to ${where} was lost (${text}).`);
  if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)) return refused(`${where} says: ${text} (${code}).`);
  return undefined;
}

/** What went wrong on the way. */
function byConnection(code: string, text: string, url: SourceUrl, cause: unknown): AppError {
  const where = url.text;
  const lost = (message: string): AppError => new AppError('source_unreachable', message, { cause });
  if (/password must be a|no password/i.test(text)) {
    return new AppError(
      'source_refused',
      `${where} wants a password. Give one (on the command line: EVENT_AUDIT_PASSWORD).`,
      { cause },
    );
  }
  if (/does not support SSL/i.test(text)) {
    return new AppError(
      'source_refused',
      `${where} speaks no TLS. Add sslmode=disable only if the network between is trusted.`,
      { cause },
    );
  }
  if (isCertificateProblem(cause)) {
    return new AppError(
      'source_refused',
      `${where}: no secure connection (${text}). Name the authority with sslrootcert=FILE, or check host and sslmode.`,
      { cause },
    );
  }
  switch (code) {
    case 'ECONNREFUSED':
      return lost(`Nothing answers at ${where} (connection refused). Check host and port, and that PostgreSQL runs.`);
    case 'ENOENT':
      return lost(`There is no socket for ${where}. Check the parameter host, and that PostgreSQL runs.`);
    case 'EACCES':
      return new AppError('source_refused', `${where}: this user may not use the socket.`, { cause });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return lost(`No host is called ${url.host}. Check the name and the network.`);
    default:
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || /timeout/i.test(text)) {
    return lost(`${where} does not answer in time. Check the network, then try again.`);
  }
  if (/received invalid response|Unknown authentication/i.test(text)) {
    return new AppError('source_invalid', `What answers at ${where} is no PostgreSQL server. Check host and port.`, {
      cause,
    });
  }
  return lost(`The connection to ${where} was lost${text === '' ? '' : ` (${text})`}.`);
}

function isCertificateProblem(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO/.test(code) ||
    /certificate|SSL alert|SSL routines/i.test(messageOf(error))
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  // Several addresses of a host that all failed come as one error without a text of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message.replaceAll(/\s+/g, ' ').trim() : '';
}
