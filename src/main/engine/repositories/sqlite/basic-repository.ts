/** The embedded store: a SQLite file of ours in the app's data folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreDescription } from '../../../../shared/contract.ts';
import { checkBare } from '../parameters.ts';
import type { ReadOptions, RecordBatch } from '../repository.ts';
import { SqliteRepository } from './sqlite-repository.ts';

export class BasicRepository extends SqliteRepository {
  protected override path(): string {
    checkBare(this.context.url);
    return join(this.context.dataDir, 'event-audit.sqlite');
  }

  protected override kind(): string {
    return 'basic';
  }

  protected override isForeign(): boolean {
    return false;
  }

  override async describe(signal: AbortSignal): Promise<StoreDescription> {
    if (existsSync(this.path())) return super.describe(signal);
    return {
      kind: 'basic',
      url: this.context.url.text,
      product: 'Embedded store',
      records: 0,
      estimated: false,
      bytes: 0,
      notes: [{ severity: 'info', code: 'not_made_yet', message: 'Nothing was written to the embedded store yet.' }],
    };
  }

  override async *readRecords(options: ReadOptions): AsyncIterable<RecordBatch> {
    if (existsSync(this.path())) yield* super.readRecords(options);
    else
      options.note({
        severity: 'info',
        code: 'not_made_yet',
        message: 'Nothing was written to the embedded store yet.',
      });
  }
}
