/** The snapshots that are open in this engine. */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';
import { parseSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import type { AbstractRepository } from '../repositories/repository.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';

export interface OpenSnapshotsOptions {
  readonly dataDir: string;
  readonly resourcesDir: string;
  /** The folder of this run's captures. */
  readonly sessionDir: string;
  /** Makes that folder when the first capture needs it. */
  readonly prepare: () => Promise<void>;
}

/** A store as a caller names it. */
export interface SourceRef {
  readonly url: string;
  readonly secrets?: SourceSecrets | undefined;
}

interface OpenedRepository {
  readonly repository: AbstractRepository;
  /** Its URL without secrets. */
  readonly text: string;
  readonly kind: string;
  readonly title: string;
}

export class OpenSnapshots {
  readonly #options: OpenSnapshotsOptions;
  readonly #open = new Map<string, SnapshotQuery>();
  /** Captures under way, by snapshot, so that closing one ends its reading first. */
  readonly #capturing = new Map<string, { readonly controller: AbortController; readonly done: Promise<unknown> }>();

  constructor(options: OpenSnapshotsOptions) {
    this.#options = options;
  }

  list(): readonly SnapshotStatus[] {
    return [...this.#open.values()].map((query) => query.status());
  }

  /** @throws AppError `not_found` */
  get(id: string): SnapshotQuery {
    const query = this.#open.get(id);
    if (query === undefined) {
      throw new AppError('not_found', 'This snapshot is not open any more. Open its source again.', {
        details: { snapshot_id: id },
      });
    }
    return query;
  }

  /** Opens a repository for one use. The caller closes it. */
  async repository(url: string, secrets: SourceSecrets | undefined): Promise<OpenedRepository> {
    const [{ openRepository, titleOf }, { registerBuiltIns }] = await Promise.all([
      import('../repositories/registry.ts'),
      import('../repositories/built-in.ts'),
    ]);
    registerBuiltIns();
    const parsed = parseSourceUrl(url);
    const { dataDir, resourcesDir } = this.#options;
    const repository = await openRepository({
      url: parsed.url,
      secrets: { ...secrets, ...parsed.secrets },
      dataDir,
      resourcesDir,
    });
    return { repository, text: parsed.url.text, kind: parsed.url.kind, title: titleOf(parsed.url.kind) };
  }

  /** Reads sources into a new snapshot. When nothing could be read, no snapshot stays behind. */
  async capture(
    sources: readonly SourceRef[],
    signal: AbortSignal,
    narrow: Filter | undefined,
    onProgress: (status: SnapshotStatus) => void,
  ): Promise<SnapshotStatus> {
    const opened: OpenedRepository[] = [];
    const id = randomBytes(8).toString('hex');
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    try {
      for (const { url, secrets } of sources) opened.push(await this.repository(url, secrets));
      const twice = opened.find(({ text }, index) => opened.findIndex((other) => other.text === text) !== index);
      if (twice !== undefined) {
        throw new AppError('invalid_input', `The source ${twice.text} is named twice. Name each source once.`);
      }
      throwIfAborted(signal);
      signal.addEventListener('abort', abort, { once: true });
      await this.#options.prepare();
      const [{ Snapshot }, { SnapshotQuery: Query }, { capture }] = await Promise.all([
        import('../snapshot/snapshot.ts'),
        import('../snapshot/query.ts'),
        import('../snapshot/capture.ts'),
      ]);
      const snapshot = await Snapshot.create(
        join(this.#options.sessionDir, id),
        id,
        opened.map(({ text, kind, title }) => ({ url: text, kind, title })),
      );
      this.#open.set(id, new Query(snapshot));
      const repositories = opened.map(({ repository }) => repository);
      const done = capture(snapshot, repositories, { signal: controller.signal, narrow, onProgress });
      this.#capturing.set(id, { controller, done });
      try {
        return await done;
      } catch (error) {
        this.#capturing.delete(id);
        await this.close(id);
        throw error;
      }
    } finally {
      signal.removeEventListener('abort', abort);
      this.#capturing.delete(id);
      await Promise.all(opened.map(({ repository }) => repository.close()));
    }
  }

  /** Closes a snapshot and removes its files, ending its capture first. */
  async close(id: string): Promise<boolean> {
    const query = this.#open.get(id);
    if (query === undefined) return false;
    this.#open.delete(id);
    const capturing = this.#capturing.get(id);
    capturing?.controller.abort();
    await capturing?.done.catch(() => undefined);
    await query.snapshot.close();
    return true;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)));
  }

  /** Opens what a previous engine of the same session left behind. */
  async reopen(): Promise<{ reopened: string[]; lost: string[] }> {
    const names = await readdir(this.#options.sessionDir).catch(() => []);
    const reopened: string[] = [];
    const lost: string[] = [];
    if (names.length === 0) return { reopened, lost };
    const [{ Snapshot }, { SnapshotQuery: Query }] = await Promise.all([
      import('../snapshot/snapshot.ts'),
      import('../snapshot/query.ts'),
    ]);
    for (const name of names) {
      const folder = join(this.#options.sessionDir, name);
      try {
        const snapshot = await Snapshot.reopen(folder);
        this.#open.set(snapshot.id, new Query(snapshot));
        reopened.push(snapshot.id);
      } catch {
        // Its files say nothing that can be trusted; the window is told which one is lost and can read the source again.
        lost.push(name);
        await rm(folder, { recursive: true, force: true });
      }
    }
    return { reopened, lost };
  }
}
