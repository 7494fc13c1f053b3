/** The bundled sample store: JSON Lines, compressed, in the product's resources. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { StoreDescription } from '../../../../shared/contract.ts';
import { AppError } from '../../../../shared/errors.ts';
import { lines } from '../json-lines.ts';
import { checkBare } from '../parameters.ts';
import { RecordRepository, type JsonBatch, type ReadOptions } from '../repository.ts';

export class DemoRepository extends RecordRepository {
  /** The file that holds the store. */
  get path(): string {
    return join(this.context.resourcesDir, 'sample-store.jsonl.gz');
  }

  override async describe(): Promise<StoreDescription> {
    const { size } = await this.#stat();
    return {
      kind: 'demo',
      url: this.context.url.text,
      product: 'Bundled sample store (a fictional portal, one year)',
      records: null,
      estimated: false,
      bytes: size,
      notes: [],
    };
  }

  override async *readRecords({ signal }: ReadOptions): AsyncIterable<JsonBatch> {
    await this.#stat();
    const file = createReadStream(this.path, { signal, highWaterMark: 1 << 18 });
    const text = createGunzip({ chunkSize: 1 << 18 });
    file.on('error', (error) => text.destroy(error));
    file.pipe(text);
    for await (const values of lines(text)) yield { kind: 'json', values, keys: [] };
  }

  async #stat(): Promise<{ size: number }> {
    checkBare(this.context.url);
    try {
      return await stat(this.path);
    } catch (cause) {
      throw new AppError('source_invalid', `The bundled store is missing: ${this.path}. Install the product again.`, {
        cause,
      });
    }
  }
}
