/** An engine and a CloudWatch endpoint for each test of a file, and how such tests ask for captures. */
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { startEngine, type Engine } from '../../../src/main/engine/host.ts';
import type { ActionInput, ActionOutput } from '../../../src/shared/contract.ts';
import { generateEvents, type GeneratedEvent } from '../events.ts';
import { createTempDir, type TempDir } from '../temp-dir.ts';
import { LOG_GROUP } from './fill.ts';
import { startCloudWatch, TEST_KEY, type Call, type CloudWatchServer } from './server.ts';

export const RESOURCES = join(import.meta.dirname, '../../../resources');
export const SECRETS = { access_key: TEST_KEY.accessKeyId, secret_key: TEST_KEY.secretAccessKey };

const SEARCHED = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'];

export type Capture = ActionOutput<'event_audit_capture_source'>;

/** What a test works with; renewed for each. */
export class CloudWatchFixture {
  #server: CloudWatchServer | undefined;
  #engine: Engine | undefined;
  #home: TempDir | undefined;

  get server(): CloudWatchServer {
    if (this.#server === undefined) throw new Error('The server runs within a test only.');
    return this.#server;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('The engine runs within a test only.');
    return this.#engine;
  }

  async start(): Promise<void> {
    // Nothing of the machine that runs the tests may be found: no keys, no files, no instance metadata.
    for (const name of SEARCHED) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    this.#home = createTempDir();
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(this.#home.path, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', join(this.#home.path, 'config'));
    this.#server = await startCloudWatch();
    this.#engine = await startEngine({ dataDir: join(this.#home.path, 'data'), resourcesDir: RESOURCES });
  }

  async stop(): Promise<void> {
    await this.#engine?.close();
    await this.#server?.stop();
    this.#home?.remove();
    vi.unstubAllEnvs();
  }

  source(parameters: Readonly<Record<string, string>> = {}, group = LOG_GROUP): string {
    const query = new URLSearchParams({ endpoint: this.server.endpoint, rate: '500', ...parameters });
    return `cloudwatch:${this.server.region}/${group}?${query.toString()}`;
  }

  capture(input: Partial<ActionInput<'event_audit_capture_source'>> = {}, signal?: AbortSignal): Promise<Capture> {
    const request = { url: this.source(), secrets: SECRETS, ...input };
    return this.engine.run('event_audit_capture_source', request, { signal });
  }

  /** The ids a snapshot holds, in time order. */
  async idsOf({ snapshot_id }: Capture): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const page = await this.engine.run('event_audit_page_events', { snapshot_id, offset: ids.length, limit: 1_000 });
      ids.push(...page.rows.map((row) => row.id));
      if (page.rows.length === 0) return ids;
    }
  }

  /** The pages that were asked for. */
  filterCalls(): readonly Call[] {
    return this.server.calls.filter((call) => call.operation === 'FilterLogEvents');
  }

  /** Events that all carry one write time. */
  appendAtOnce(count: number): void {
    const timestamp = Date.parse('2024-03-01T00:00:00Z');
    const events = [...generateEvents(count)].map(({ json }) => ({ timestamp, message: json }));
    this.server.store.append(LOG_GROUP, 's', events);
  }
}

/** Call it at the top of a test file. */
export function useCloudWatch(): CloudWatchFixture {
  const fixture = new CloudWatchFixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());
  return fixture;
}

export function idsIn(events: readonly GeneratedEvent[]): string[] {
  return events.map(({ event }) => event.id).toSorted();
}

export function codes(status: { readonly notes: readonly { readonly code: string }[] }): string[] {
  return status.notes.map((note) => note.code);
}
