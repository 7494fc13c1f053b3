/** What a CloudWatch source URL names: region, log group, stream, and how to get there. */
import { AppError } from '../../../../shared/errors.ts';
import type { SourceUrl } from '../../../../shared/source-url.ts';
import { checkParameters, timeoutMillis } from '../parameters.ts';

/** The group the extension writes to unless it is configured otherwise. */
export const DEFAULT_GROUP = '/ckan/event-audit';

/** FilterLogEvents calls a second that an account has in most regions. */
const DEFAULT_RATE = 5;

/** An answer that takes longer means a server that hangs: a page is 1 MB at most. */
const ANSWER_MS = 120_000;

export interface CloudWatchTarget {
  readonly region: string;
  readonly group: string;
  /** `undefined` means all streams of the group. */
  readonly stream: string | undefined;
  readonly endpoint: string | undefined;
  /** A file with the authorities that the endpoint's certificate is checked against; `undefined` means those that Node.js knows. */
  readonly ca: string | undefined;
  /** A profile of the AWS configuration files. */
  readonly profile: string | undefined;
  /** Most calls a second. */
  readonly rate: number;
  /**
   * Hours after which an event is known to have been written, at most; `undefined` when nobody knows. Only with it can
   * a capture of a time range stop before the present.
   */
  readonly maxLagHours: number | undefined;
  /** Milliseconds that the service may be silent. */
  readonly answerMs: number;
}

/** @throws AppError `invalid_input` when the URL does not name a log group. */
export function targetOf(url: SourceUrl): CloudWatchTarget {
  checkParameters(url, ['stream', 'endpoint', 'ca', 'profile', 'rate', 'max_lag', 'timeout']);
  const slash = url.path.indexOf('/');
  const region = slash === -1 ? url.path : url.path.slice(0, slash);
  const group = slash === -1 ? '' : url.path.slice(slash + 1);
  if (!/^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(region)) {
    throw new AppError(
      'invalid_input',
      `“${region}” is not an AWS region. Write cloudwatch:REGION/LOG-GROUP, as in cloudwatch:eu-central-1//ckan/event-audit.`,
    );
  }
  if (group !== '' && !/^[.\-_/#A-Za-z0-9]{1,512}$/.test(group)) {
    throw new AppError(
      'invalid_input',
      `“${group}” is not a log group’s name: it has up to 512 of A–Z, a–z, 0–9 and . - _ / #.`,
    );
  }
  const { stream, endpoint, ca, profile, rate, max_lag: lag } = url.parameters;
  return {
    region,
    group: group === '' ? DEFAULT_GROUP : group,
    stream: stream === '' ? undefined : stream,
    endpoint: endpoint === undefined ? undefined : checkedEndpoint(endpoint),
    ca: ca === '' ? undefined : ca,
    profile: profile === '' ? undefined : profile,
    rate: positive('rate', rate, 1_000) ?? DEFAULT_RATE,
    maxLagHours: positive('max_lag', lag, 100_000),
    answerMs: timeoutMillis(url, ANSWER_MS),
  };
}

function checkedEndpoint(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new AppError('invalid_input', `“${text}” is not an endpoint. Write one such as https://logs.example.org.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new AppError('invalid_input', 'The endpoint carries a user or a password. Leave them out.');
  }
  return text;
}

function positive(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!(value > 0) || value > max) {
    throw new AppError('invalid_input', `${name}=${text} is not a number above 0, up to ${max}.`);
  }
  return value;
}
