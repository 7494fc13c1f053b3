/** Finds what was changed in a Parquet file: DuckDB, which did not write it, reads its rows, and their digests are compared. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { throwIfAborted } from '../../../shared/errors.ts';
import { quote, readable } from '../snapshot/schema.ts';
import { DigestList } from './digest-list.ts';
import { parquetColumn } from './parquet/parquet.ts';
import { diffRows, type FindingList } from './row-diff.ts';

const columnsSchema = z.array(z.tuple([z.string(), z.string()]));

/** Adds findings; none when all rows are as they were, so that the change lies outside them. */
export async function locateInParquet(
  path: string,
  fields: readonly string[],
  expected: BigUint64Array,
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', threads: '2' });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  const digests = new DigestList();
  try {
    await connection.run(`SET allowed_paths = [${quote(path)}]`);
    await connection.run('SET enable_external_access = false');
    const file = `read_parquet(${quote(path)})`;
    const described = await connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`,
    );
    const columns = columnsSchema.parse(described.getRows());
    if (JSON.stringify(columns) !== JSON.stringify(fields.map(expectedColumn))) {
      findings.add('header_changed', 'The columns of the file were changed.');
    }
    await readRows(connection, file, columns, digests, signal);
    diffRows(expected, digests.values(), 'Row', findings);
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof Error)) throw error;
    const odd = digests.values().findIndex((digest, row) => digest !== expected[row]);
    const row = odd === -1 ? digests.length + 1 : odd + 1;
    const where = digests.length === 0 ? '' : ` from row ${row} on`;
    const why = error.message.replaceAll(/\s+/g, ' ').slice(0, 200);
    findings.add('archive_damaged', `The file is damaged${where}: ${why}.`, digests.length === 0 ? null : row);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

function expectedColumn(name: string): readonly [string, string] {
  return [name, parquetColumn(name).type === 'instant' ? 'TIMESTAMP WITH TIME ZONE' : 'VARCHAR'];
}

/** A row is digested as its cells in a JSON array: texts, `null`, and of an instant its microseconds. */
async function readRows(
  connection: DuckDBConnection,
  file: string,
  columns: readonly (readonly [string, string])[],
  digests: DigestList,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cells = columns.map(([name, type]) => {
    const column = `"${name.replaceAll('"', '""')}"`;
    if (type === 'TIMESTAMP WITH TIME ZONE') return `epoch_us(${column})::VARCHAR`;
    return readable(type === 'VARCHAR' ? column : `${column}::VARCHAR`);
  });
  const result = await connection.stream(`SELECT ${cells.join(', ')} FROM ${file}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const row of chunk.getRows()) {
      digests.addRow(JSON.stringify(row.map((cell) => (typeof cell === 'string' ? cell : null))));
    }
    throwIfAborted(signal);
  }
}
