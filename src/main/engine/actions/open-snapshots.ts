/** The snapshots that are open in this engine, and what each was captured from. */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStatus } from '../../../shared/contract.ts';
import { AppError, throwIfAborted } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/filter.ts';
import { parseSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import { preparedSample } from '../package-root.ts';
import type { AbstractRepository } from '../repositories/repository.ts';
import type { SnapshotQuery } from '../snapshot/query.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface OpenSnapshotsOptions {
  readonly dataDir: string;
  readonly resourcesDir: string;
  /** The folder of this run's captures. */
  readonly sessionDir: string;
  /** The capture of the bundled store that came with the product; found by itself unless said. */
  readonly prepared?: string | undefined;
  /** Makes that folder when the first capture needs it. */
  readonly prepare: () => Promise<void>;
  /** Waits until what this program recorded itself is in the store of that kind, as far as it belongs there. */
  readonly settle?: (kind: string) => Promise<void>;
}

/** A store as a caller names it. */
export interface SourceRef {
  readonly url: string;
  readonly secrets?: SourceSecrets | undefined;
}

export interface OpenedRepository {
  readonly repository: AbstractRepository;
  /** Its URL without secrets. */
  readonly text: string;
  readonly kind: string;
  readonly title: string;
}

/** Work that goes on in a snapshot, so that closing the snapshot ends it first. */
type Work = (controlled: AbortSignal) => Promise<SnapshotStatus>;

export class OpenSnapshots {
  readonly #options: OpenSnapshotsOptions;
  readonly #open = new Map<string, SnapshotQuery>();
  /** What each was captured from, so that the same can be asked for again. Secrets are kept here and nowhere else. */
  readonly #origins = new Map<string, readonly SourceRef[]>();
  readonly #working = new Map<string, { readonly controller: AbortController; readonly done: Promise<unknown> }>();

  constructor(options: OpenSnapshotsOptions) {
    this.#options = options;
  }

  /** Loads the code and the database that a first capture needs, while nobody has asked for one. */
  async warmUp(): Promise<void> {
    const [{ registerBuiltIns }] = await Promise.all([
      import('../repositories/built-in.ts'),
      import('../repositories/registry.ts'),
      import('../snapshot/query.ts'),
      import('../snapshot/snapshot.ts'),
      import('../snapshot/prepared.ts'),
      import('../repositories/demo/demo-repository.ts'),
    ]);
    registerBuiltIns();
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

  /**
   * A snapshot that is not being read into.
   * @param doing what it is wanted for, as in “then export”
   * @throws AppError `not_found`, `invalid_input`
   */
  ended(id: string, doing: string): SnapshotQuery {
    const query = this.get(id);
    const { state } = query.status();
    if (state === 'capturing' || state === 'sorting' || this.#working.has(id)) {
      throw new AppError(
        'invalid_input',
        `The source is still being read. Wait until it is done, or cancel reading, then ${doing}.`,
        { retryable: true },
      );
    }
    return query;
  }

  /**
   * What a snapshot was captured from.
   * @param secrets by source URL, where this engine has none: another one captured it
   * @throws AppError `not_found`
   */
  origin(id: string, secrets: Readonly<Record<string, SourceSecrets>> = {}): readonly SourceRef[] {
    const { sources } = this.get(id).status();
    const known = this.#origins.get(id) ?? [];
    return sources.map(({ url }, index) => {
      const earlier = known[index];
      return { url: earlier?.url ?? url, secrets: { ...earlier?.secrets, ...secrets[url] } };
    });
  }

  /** Opens a repository for one use. The caller closes it. @param writable whether it may change the store */
  async repository(url: string, secrets: SourceSecrets | undefined, writable = false): Promise<OpenedRepository> {
    const [{ openRepository, titleOf }, { registerBuiltIns }] = await Promise.all([
      import('../repositories/registry.ts'),
      import('../repositories/built-in.ts'),
    ]);
    registerBuiltIns();
    const parsed = parseSourceUrl(url);
    const { dataDir, resourcesDir, settle } = this.#options;
    if (parsed.url.kind === 'basic') await settle?.('basic');
    const repository = await openRepository({
      url: parsed.url,
      secrets: { ...secrets, ...parsed.secrets },
      dataDir,
      resourcesDir,
      writable,
    });
    return { repository, text: parsed.url.text, kind: parsed.url.kind, title: titleOf(parsed.url.kind) };
  }

  /** Runs with all of the sources opened, and closes them. @throws AppError `invalid_input` when one is named twice */
  async withRepositories<T>(
    sources: readonly SourceRef[],
    work: (opened: readonly OpenedRepository[]) => Promise<T>,
  ): Promise<T> {
    const opened: OpenedRepository[] = [];
    try {
      for (const { url, secrets } of sources) opened.push(await this.repository(url, secrets));
      const twice = opened.find(({ text }, index) => opened.findIndex((other) => other.text === text) !== index);
      if (twice !== undefined) {
        throw new AppError('invalid_input', `The source ${twice.text} is named twice. Name each source once.`);
      }
      return await work(opened);
    } finally {
      await Promise.all(opened.map(({ repository }) => repository.close()));
    }
  }

  /** Reads sources into a new snapshot. When nothing could be read, no snapshot stays behind. */
  capture(
    sources: readonly SourceRef[],
    signal: AbortSignal,
    narrow: Filter | undefined,
    onProgress: (status: SnapshotStatus) => void,
  ): Promise<SnapshotStatus> {
    return this.withRepositories(sources, async (opened) => {
      throwIfAborted(signal);
      const [only] = opened;
      if (opened.length === 1 && only?.kind === 'snapshot') return this.#restore(only, signal, onProgress);
      if (opened.length === 1 && only?.kind === 'demo' && narrow === undefined) {
        const status = await this.#openPrepared(only, sources);
        if (status !== undefined) return status;
      }
      const { capture } = await import('../snapshot/capture.ts');
      const repositories = opened.map(({ repository }) => repository);
      return this.begin(sources, opened, signal, (snapshot, controlled) =>
        capture(snapshot, repositories, { signal: controlled, narrow, onProgress }),
      );
    });
  }

  /** Makes an empty snapshot of sources and fills it. When filling fails, it is gone again. */
  async begin(
    origin: readonly SourceRef[],
    sources: readonly OpenedRepository[],
    signal: AbortSignal,
    fill: (snapshot: Snapshot, controlled: AbortSignal) => Promise<SnapshotStatus>,
  ): Promise<SnapshotStatus> {
    await this.#options.prepare();
    const [{ Snapshot }, { SnapshotQuery: Query }] = await Promise.all([
      import('../snapshot/snapshot.ts'),
      import('../snapshot/query.ts'),
    ]);
    const id = newId();
    const snapshot = await Snapshot.create(
      join(this.#options.sessionDir, id),
      id,
      sources.map(({ text, kind, title }) => ({ url: text, kind, title })),
    );
    this.#adopt(new Query(snapshot), origin);
    try {
      return await this.work(id, signal, (controlled) => fill(snapshot, controlled));
    } catch (error) {
      await this.close(id);
      throw error;
    }
  }

  /** Works on a snapshot until the work is done, the caller aborts, or the snapshot is closed. */
  async work(id: string, signal: AbortSignal, work: Work): Promise<SnapshotStatus> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const done = work(controller.signal);
    const entry = { controller, done };
    this.#working.set(id, entry);
    try {
      return await done;
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.#working.get(id) === entry) this.#working.delete(id);
    }
  }

  /** Closes a snapshot and removes its files, ending what goes on in it first. */
  async close(id: string): Promise<boolean> {
    const query = this.#open.get(id);
    if (query === undefined) return false;
    this.#open.delete(id);
    this.#origins.delete(id);
    const working = this.#working.get(id);
    working?.controller.abort();
    await working?.done.catch(() => undefined);
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
        await snapshot.readSets();
        const sources = snapshot.status().sources.map(({ url }) => ({ url }));
        this.#adopt(new Query(snapshot), sources);
        reopened.push(snapshot.id);
      } catch {
        // Its files say nothing that can be trusted; the window is told which one is lost and can read the source again.
        lost.push(name);
        await rm(folder, { recursive: true, force: true });
      }
    }
    return { reopened, lost };
  }

  /** Opens the capture of the bundled store that came with the product, if it is there and true. */
  async #openPrepared(
    { repository }: OpenedRepository,
    origin: readonly SourceRef[],
  ): Promise<SnapshotStatus | undefined> {
    const prepared = this.#options.prepared ?? preparedSample();
    if (prepared === undefined) return undefined;
    const [{ DemoRepository }, { openPrepared }, { SnapshotQuery: Query }] = await Promise.all([
      import('../repositories/demo/demo-repository.ts'),
      import('../snapshot/prepared.ts'),
      import('../snapshot/query.ts'),
    ]);
    if (!(repository instanceof DemoRepository)) return undefined;
    await this.#options.prepare();
    const id = newId();
    const snapshot = await openPrepared({ prepared, store: repository.path }, join(this.#options.sessionDir, id), id);
    if (snapshot === undefined) return undefined;
    this.#adopt(new Query(snapshot), origin);
    return snapshot.status();
  }

  /** Opens a saved snapshot as what it was: of its own sources, which can be asked again. */
  async #restore(
    { repository, text }: OpenedRepository,
    signal: AbortSignal,
    onProgress: (status: SnapshotStatus) => void,
  ): Promise<SnapshotStatus> {
    const [{ SnapshotRepository }, { SnapshotQuery: Query }] = await Promise.all([
      import('../repositories/snapshot/snapshot-repository.ts'),
      import('../snapshot/query.ts'),
    ]);
    if (!(repository instanceof SnapshotRepository)) throw new AppError('internal', `${text} can’t be opened.`);
    await this.#options.prepare();
    const id = newId();
    const { snapshot, facts } = await repository.restore(join(this.#options.sessionDir, id), id, signal);
    await snapshot.narrowTo(facts.narrow);
    const sources = facts.status.sources.map(({ url }) => ({ url }));
    this.#adopt(new Query(snapshot), sources);
    onProgress(snapshot.status());
    return snapshot.status();
  }

  #adopt(query: SnapshotQuery, origin: readonly SourceRef[]): void {
    this.#open.set(query.snapshot.id, query);
    this.#origins.set(query.snapshot.id, origin);
  }
}

function newId(): string {
  return randomBytes(8).toString('hex');
}
