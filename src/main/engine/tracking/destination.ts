/** Where events are written to: the store that the settings name, opened to be written to. */
import { AppError } from '../../../shared/errors.ts';
import type { OptionValues } from '../../../shared/options.ts';
import { formatSourceUrl, parseSourceUrl, type ParsedSource } from '../../../shared/source-url.ts';
import { cloudWatchTrail, redisTrail } from '../config/ckan-ini.ts';

type Names =
  | 'active_repo'
  | 'ckan.redis.url'
  | 'sqlalchemy.url'
  | 'cloudwatch.access_key'
  | 'cloudwatch.secret_key'
  | 'cloudwatch.region'
  | 'cloudwatch.log_group'
  | 'cloudwatch.log_stream';

/**
 * The store that `active_repo` names, with its secrets apart.
 * @throws AppError `invalid_input` naming the setting that is missing or wrong
 */
export function destinationOf(options: Pick<OptionValues, Names>): ParsedSource {
  const { active_repo: name } = options;
  switch (name) {
    case 'redis':
      return redisTrail(urlOf('ckan.redis.url', options['ckan.redis.url'], ['redis', 'rediss']));
    case 'postgres':
      return urlOf(
        'sqlalchemy.url',
        // SQLAlchemy names the Python driver in the scheme, which is of no matter here.
        options['sqlalchemy.url'].replace(/^(postgres(?:ql)?)\+\w+:/, '$1:'),
        ['postgres', 'postgresql'],
      );
    case 'cloudwatch': {
      const region = options['cloudwatch.region'];
      if (region === '') throw missing('cloudwatch.region', 'such as eu-central-1');
      const { url, secrets } = cloudWatchTrail(
        region,
        options['cloudwatch.log_group'],
        options['cloudwatch.log_stream'],
      );
      const keys = Object.entries({
        access_key: options['cloudwatch.access_key'],
        secret_key: options['cloudwatch.secret_key'],
      }).filter(([, value]) => value !== '');
      return { url, secrets: { ...secrets, ...Object.fromEntries(keys) } };
    }
    default:
      return parseSourceUrl(`${name}:`);
  }
}

/** Reads a URL of the settings. What can't be read is not repeated: it may hold a password. */
function urlOf(option: string, text: string, schemes: readonly string[]): ParsedSource {
  if (text === '') throw missing(option, `such as ${schemes[0]}://USER:PASSWORD@HOST/DATABASE`);
  let found: ParsedSource | undefined;
  try {
    found = parseSourceUrl(text);
  } catch {
    found = undefined;
  }
  if (found === undefined || !schemes.includes(found.url.scheme)) {
    throw new AppError(
      'invalid_input',
      `${option} is no URL that events can be written to. It must begin with ${schemes.map((each) => `${each}://`).join(' or ')}; special signs in its password are written as %40 and the like.`,
    );
  }
  return { ...found, url: { ...found.url, text: formatSourceUrl(found.url) } };
}

function missing(option: string, what: string): AppError {
  return new AppError('invalid_input', `${option} is not set, so events can’t be written. Set it, ${what}.`);
}
