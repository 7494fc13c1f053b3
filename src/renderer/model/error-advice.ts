/** Which advice fits an error: a file has a path and rights, a service has an address and permissions. */
import type { ErrorCode } from '../../shared/errors.ts';

const FILES: ReadonlySet<string> = new Set(['file', 'sqlite', 'snapshot', 'ckan', 'demo', 'basic']);

type SourceError = 'source_unreachable' | 'source_refused' | 'source_invalid';

export type AdviceKey = `error.${ErrorCode}` | `error.ofFile.${SourceError}` | 'error.ofCloudwatch.source_refused';

function isSourceError(code: ErrorCode): code is SourceError {
  return code === 'source_unreachable' || code === 'source_refused' || code === 'source_invalid';
}

/** @param urls of the stores that the error may be about; where they are of different sorts, the advice is the general one */
export function adviceKey(code: ErrorCode, urls: readonly string[]): AdviceKey {
  const kinds = urls.map((url) =>
    url
      .trim()
      .replace(/:[^]*$/, '')
      .toLowerCase(),
  );
  if (kinds.length === 0 || !isSourceError(code)) return `error.${code}`;
  if (kinds.every((kind) => FILES.has(kind))) return `error.ofFile.${code}`;
  if (code === 'source_refused' && kinds.every((kind) => kind === 'cloudwatch')) return `error.ofCloudwatch.${code}`;
  return `error.${code}`;
}
