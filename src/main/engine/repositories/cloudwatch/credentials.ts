/** Makes SDK clients: with the keys that were given, a profile, or what the SDK finds itself. */
import { CloudWatchLogsClient, type CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import { AppError } from '../../../../shared/errors.ts';
import type { SourceSecrets } from '../../../../shared/source-url.ts';
import { readCertificates } from '../pem-file.ts';
import { markOperation } from './problems.ts';
import type { CloudWatchTarget } from './target.ts';

const CONNECT_MS = 10_000;

export interface ClientSource {
  /** Whose calls these are, as far as can be told without asking: those who share it share a quota. */
  readonly identity: string;
  /** Whether making a new client may bring other credentials than the last one had. */
  readonly renewable: boolean;
  /** Milliseconds that the service may be silent, and the most that is waited before a call is made again. */
  readonly answerMs: number;
  /** A new client, which looks for its credentials anew. The caller ends it with `destroy()`. */
  readonly client: () => CloudWatchLogsClient;
}

/** @throws AppError `invalid_input` when only half of a key was given, and when the file of authorities can't be read */
export function clientSource(target: CloudWatchTarget, secrets: SourceSecrets): ClientSource {
  const { access_key: accessKeyId = '', secret_key: secretAccessKey = '', session_token: sessionToken = '' } = secrets;
  if ((accessKeyId === '') !== (secretAccessKey === '')) {
    throw new AppError(
      'invalid_input',
      `The ${accessKeyId === '' ? 'secret key came without its access key' : 'access key came without its secret key'}. Give both, or neither to use a profile or the environment.`,
    );
  }
  const given = accessKeyId !== '';
  const config = {
    region: target.region,
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint, disableHostPrefix: true }),
    ...(given
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) } }
      : {}),
    ...(!given && target.profile !== undefined ? { profile: target.profile } : {}),
    // How often and how soon a call is made again is decided by our own limiter alone.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, target.answerMs),
      // The one ends with an answer's first byte; from there on only the other watches.
      requestTimeout: target.answerMs,
      socketTimeout: target.answerMs,
      throwOnRequestTimeout: true,
      ...(target.ca === undefined ? {} : { httpsAgent: { ca: readCertificates(target.ca) } }),
    },
    // The configuration files are read anew for every client, so that a renewed login is seen.
    ignoreCache: true,
  } satisfies CloudWatchLogsClientConfig & { readonly ignoreCache: boolean };
  return {
    identity: [target.endpoint ?? '', target.region, given ? accessKeyId : (target.profile ?? '')].join(' '),
    renewable: !given,
    answerMs: target.answerMs,
    client: () => {
      const client = new CloudWatchLogsClient(config);
      client.middlewareStack.add(
        (next, { commandName }: { readonly commandName?: string }) =>
          (args) =>
            next(args).catch((error: unknown) => {
              if (commandName !== undefined) markOperation(error, commandName);
              throw error;
            }),
        { step: 'initialize', name: 'markOperation' },
      );
      return client;
    },
  };
}
