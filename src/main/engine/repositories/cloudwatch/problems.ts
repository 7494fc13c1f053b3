/** Tells apart what can go wrong with a call, and says it in the user's words. */
import { AppError, isAbort } from '../../../../shared/errors.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';
import type { CloudWatchTarget } from './target.ts';

/** What a user must be allowed to do for a capture. */
export const READ_ACTIONS = 'logs:DescribeLogGroups, logs:DescribeLogStreams and logs:FilterLogEvents';

/** What it takes to do more than reading, by the calls that are made for it. */
const NEEDS: readonly (readonly [calls: RegExp, needs: string])[] = [
  [
    /^(?:PutLogEvents|CreateLog)/,
    'Writing needs logs:PutLogEvents and, where group or stream are to be made, logs:CreateLogGroup and logs:CreateLogStream.',
  ],
  [
    /^DeleteLog/,
    `Clearing needs logs:DeleteLogGroup (with stream=, logs:DeleteLogStream), and ${READ_ACTIONS} to keep everything before.`,
  ],
  [
    /^(?:StartQuery|GetQueryResults|StopQuery)/,
    'Counting needs logs:StartQuery, logs:GetQueryResults and logs:StopQuery.',
  ],
  [/^StartLiveTail/, `Watching needs logs:StartLiveTail and ${READ_ACTIONS}.`],
];

const operations = new WeakMap<Error, string>();

/** Notes with which call an error came. @param command as the SDK names it: `DeleteLogGroupCommand` */
export function markOperation(error: unknown, command: string): void {
  if (error instanceof Error) operations.set(error, command.replace(/Command$/, ''));
}

/** What a user must be allowed to do, when one of the calls for it was not. */
function needsOf(error: unknown): string {
  const operation = error instanceof Error ? (operations.get(error) ?? '') : '';
  return NEEDS.find(([calls]) => calls.test(operation))?.[1] ?? `Reading needs ${READ_ACTIONS}.`;
}

export type ProblemKind =
  | 'cancelled'
  /** Too many calls: slow down, then try again. */
  | 'throttled'
  /** The service or the way to it failed: try again. */
  | 'transient'
  /** Nothing answers there at all. */
  | 'unreachable'
  /** The credentials ran out. */
  | 'expired'
  /** This computer's clock is wrong; the SDK has learned by how much. */
  | 'skewed'
  /** A page token is not good any more. */
  | 'bad_token'
  | 'other';

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'LimitExceededException',
  'SlowDown',
]);
const TRANSIENT = new Set([
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'InternalServerException',
  'InternalFailure',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken', 'TokenRefreshRequired']);
const SKEWED = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
const NOWHERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function problemKind(error: unknown): ProblemKind {
  if (isAbort(error)) return 'cancelled';
  const name = nameOf(error);
  // Looking for credentials asks addresses of its own; what those say is not about the service.
  if (NO_CREDENTIALS.has(name)) return 'other';
  const codes = codesOf(error);
  const message = messageOf(error);
  if (THROTTLED.has(name) || /^Rate exceeded/i.test(message)) return 'throttled';
  if (EXPIRED.has(name)) return 'expired';
  if (SKEWED.has(name) || (/Signature/.test(name) && /expired|not yet current/i.test(message))) return 'skewed';
  if (name === 'InvalidParameterException' && /nextToken|token/i.test(message)) return 'bad_token';
  if (codes.some((code) => NOWHERE.has(code))) return 'unreachable';
  if (TRANSIENT.has(name) || codes.some((code) => BROKEN.has(code)) || statusOf(error) >= 500) return 'transient';
  // An answer that ends in its middle is no JSON; the SDK then says so, or that the socket was hung up.
  if (name === 'SyntaxError' || /socket hang up|aborted|premature/i.test(message)) return 'transient';
  return 'other';
}

/** The error in our words. */
export function cloudWatchError(error: unknown, url: SourceUrl, target: CloudWatchTarget): AppError {
  if (error instanceof AppError) return error;
  const where = url.text;
  const at = target.endpoint ?? `CloudWatch Logs in ${target.region}`;
  const kind = problemKind(error);
  const name = nameOf(error);
  const message = messageOf(error);
  const problem = (code: 'source_refused' | 'source_unreachable' | 'source_invalid', text: string): AppError =>
    new AppError(code, text, { cause: error, details: { name } });
  if (kind === 'cancelled') return new AppError('cancelled', 'Cancelled.', { retryable: true });
  if (kind === 'expired') {
    return problem(
      'source_refused',
      `${where}: the credentials have expired. Renew them (aws sso login, or new keys), then read again.`,
    );
  }
  if (kind === 'throttled') {
    return problem(
      'source_unreachable',
      `${at} keeps refusing calls as too many (${message}). Other programs use this account’s quota; try again later, or with a lower rate=.`,
    );
  }
  if (kind === 'bad_token') {
    return problem('source_invalid', `${at} keeps refusing its own page tokens (${message}). Try again later.`);
  }
  if (name === 'AccessDeniedException' || name === 'AccessDenied') {
    return problem('source_refused', `${where}: not allowed (${message}). ${needsOf(error)}`);
  }
  if (NO_CREDENTIALS.has(name)) {
    return problem(
      'source_refused',
      `${where}: there are no usable AWS credentials (${message}). Give an access key and a secret key, name a profile with profile=NAME, or run aws sso login.`,
    );
  }
  if (
    name === 'UnrecognizedClientException' ||
    name === 'InvalidClientTokenId' ||
    name === 'MissingAuthenticationTokenException'
  ) {
    return problem(
      'source_refused',
      `${at} does not know these credentials. Check the access key, whether a session token belongs to it, and that the account has the region ${target.region}.`,
    );
  }
  if (/Signature/.test(name)) {
    return problem(
      'source_refused',
      /scoped to a valid region/i.test(message)
        ? `${at} is not in the region ${target.region} (${message}). Name the right region in cloudwatch:REGION/….`
        : `${at} refused the signature. Check the secret key and this computer’s clock.`,
    );
  }
  if (name === 'ResourceNotFoundException') return missingError(url, target, message, []);
  if (kind === 'unreachable') {
    const refused = codesOf(error).includes('ECONNREFUSED');
    return problem(
      'source_unreachable',
      refused
        ? `Nothing answers at ${at} (connection refused). Check the endpoint and the network.`
        : `${at} can’t be found. Check the region “${target.region}”${target.endpoint === undefined ? '' : ', the endpoint'} and the network.`,
    );
  }
  if (kind === 'transient') {
    return problem('source_unreachable', `The connection to ${at} keeps failing (${message}). Try again later.`);
  }
  if (/certificate|self.signed|SSL|TLS/i.test(message)) {
    return problem(
      'source_refused',
      `${at}: no secure connection (${message}). Check the endpoint; ca=FILE names the authority that signed its certificate.`,
    );
  }
  return problem('source_refused', `${at} says: ${message === '' ? name : message}`);
}

/** A group or stream that is not there. @param names groups that begin alike */
export function missingError(
  url: SourceUrl,
  target: CloudWatchTarget,
  message: string,
  names: readonly string[],
): AppError {
  if (/stream/i.test(message)) {
    return new AppError(
      'source_invalid',
      `${url.text}: the log group ${target.group} has no stream “${target.stream ?? ''}”. Leave stream= out to read all.`,
    );
  }
  const others = names.length === 0 ? 'None begins alike; check the region.' : `There is ${names.join(', ')}.`;
  return new AppError(
    'source_invalid',
    `There is no log group “${target.group}” in ${target.region}. ${others} Write cloudwatch:REGION/LOG-GROUP, with the group’s own leading slash: cloudwatch:${target.region}/${names[0] ?? '/ckan/event-audit'}.`,
    { details: { groups: names } },
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The message on one line. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 400);
}

function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
    if (each instanceof AggregateError) for (const inner of each.errors) codes.push(...codesOf(inner));
  }
  return codes;
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return 0;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}
