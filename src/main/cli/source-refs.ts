/** The stores that a command was given, each with the secrets meant for it and no other. */
import { AppError } from '../../shared/errors.ts';
import { parseSourceUrl, type SourceSecrets } from '../../shared/source-url.ts';

export interface SourceRef {
  readonly url: string;
  readonly secrets: SourceSecrets;
}

/** Kinds that have no use for a password. A plugin's may have. */
const WITHOUT_PASSWORD = new Set(['demo', 'basic', 'sqlite', 'file', 'snapshot']);

/**
 * Secrets come from the environment, which others can't read as they can a command line: `EVENT_AUDIT_PASSWORD`, and for
 * saved snapshots `EVENT_AUDIT_PASSPHRASE`. Of several stores, the second one's are `EVENT_AUDIT_PASSWORD_2` and so on.
 * @throws AppError `invalid_input` for a password that could be meant for several stores: none may learn another's
 */
export function sourceRefs(urls: readonly string[], env: NodeJS.ProcessEnv = process.env): readonly SourceRef[] {
  const taking = urls.map((url) => {
    const { url: parsed, secrets } = parseSourceUrl(url);
    return { kind: parsed.kind, wants: !WITHOUT_PASSWORD.has(parsed.kind) && secrets['password'] === undefined };
  });
  const several = urls.length > 1;
  const shared = named(env, 'EVENT_AUDIT_PASSWORD');
  const unnumbered = taking.filter(
    ({ wants }, index) => wants && named(env, `EVENT_AUDIT_PASSWORD_${index + 1}`) === undefined,
  );
  if (several && shared !== undefined && unnumbered.length > 1) {
    throw new AppError(
      'invalid_input',
      'EVENT_AUDIT_PASSWORD could be meant for several of the sources. Give EVENT_AUDIT_PASSWORD_1, EVENT_AUDIT_PASSWORD_2, … in their order.',
    );
  }
  return urls.map((url, index) => {
    const { kind, wants } = taking[index] ?? { kind: '', wants: false };
    const own = named(env, `EVENT_AUDIT_PASSWORD_${index + 1}`);
    const password = own ?? (wants || !several ? shared : undefined);
    const passphrase =
      kind === 'snapshot'
        ? (named(env, `EVENT_AUDIT_PASSPHRASE_${index + 1}`) ?? named(env, 'EVENT_AUDIT_PASSPHRASE'))
        : undefined;
    return {
      url,
      secrets: {
        ...(password === undefined ? {} : { password }),
        ...(passphrase === undefined ? {} : { passphrase }),
      },
    };
  });
}

function named(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}
