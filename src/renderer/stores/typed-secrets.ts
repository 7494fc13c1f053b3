/**
 * Secrets that were typed in this window, by source URL, for as long as their source is open: reading it again, or
 * together with another, must not ask for them twice. They are in no file; those of the key store never come here.
 */
import type { SourceSecrets } from '../../shared/source-url.ts';

const typed = new Map<string, SourceSecrets>();

export function rememberTyped(url: string, secrets: SourceSecrets | undefined): void {
  if (secrets !== undefined && Object.keys(secrets).length > 0) typed.set(url, secrets);
}

export function typedSecrets(url: string): SourceSecrets | undefined {
  return typed.get(url);
}

/** Forgets what belongs to no open source any more. */
export function keepTypedOf(urls: ReadonlySet<string>): void {
  for (const url of typed.keys()) if (!urls.has(url)) typed.delete(url);
}
