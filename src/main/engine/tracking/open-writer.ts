/** Opens a store to write events to it. */
import type { SourceSecrets } from '../../../shared/source-url.ts';
import { parseSourceUrl } from '../../../shared/source-url.ts';
import type { EventWriter } from './flusher.ts';

export interface WriterFolders {
  readonly dataDir: string;
  readonly resourcesDir: string;
}

/** @throws AppError `invalid_input`, `source_*`, `unsupported` when the store can't be written to */
export async function openWriter(url: string, secrets: SourceSecrets, folders: WriterFolders): Promise<EventWriter> {
  const [{ openRepository }, { registerBuiltIns }] = await Promise.all([
    import('../repositories/registry.ts'),
    import('../repositories/built-in.ts'),
  ]);
  registerBuiltIns();
  const repository = await openRepository({ url: parseSourceUrl(url).url, secrets, ...folders, writable: true });
  return {
    writeEvents: (events, signal) => repository.writeEvents(events, signal),
    close: () => repository.close(),
  };
}
