import type { Manifest } from './manifest.ts';
import type { FindingList } from './row-diff.ts';
export async function locateInWorkbook(
  _path: string,
  _manifest: Manifest,
  _expected: BigUint64Array,
  _findings: FindingList,
  _signal: AbortSignal | undefined,
): Promise<void> {}
