/** Captures the bundled store once, as a part of the build: `dist/main/sample` is what a start opens instead of reading it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSourceUrl } from '../src/shared/source-url.ts';
import { DemoRepository } from '../src/main/engine/repositories/demo/demo-repository.ts';
import { registerBuiltIns } from '../src/main/engine/repositories/built-in.ts';
import { titleOf } from '../src/main/engine/repositories/registry.ts';
import { capture } from '../src/main/engine/snapshot/capture.ts';
import { keepPrepared } from '../src/main/engine/snapshot/prepared.ts';
import { Snapshot } from '../src/main/engine/snapshot/snapshot.ts';
import { ROOT } from './support/project.ts';

registerBuiltIns();
const { url } = parseSourceUrl('demo:');
const repository = new DemoRepository({ url, secrets: {}, dataDir: '', resourcesDir: join(ROOT, 'resources') });
const folder = await mkdtemp(join(tmpdir(), 'event-audit-sample-'));
try {
  const source = { url: url.text, kind: url.kind, title: titleOf(url.kind) };
  const snapshot = await Snapshot.create(join(folder, 'snapshot'), 'prepared', [source]);
  const { state, reason } = await capture(snapshot, [repository], {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  if (state !== 'complete') throw new Error(`The bundled store can’t be captured: ${reason?.message ?? state}`);
  await keepPrepared(snapshot, repository.path, join(ROOT, 'dist/main/sample'));
  await snapshot.close();
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
