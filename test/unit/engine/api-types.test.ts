/** The types that plugin authors get say what the program is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as program from '../../../src/main/engine/api.ts';
import type * as published from '../../../types/index.d.ts';
import { ROOT } from '../../support/project.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Public members only: a protected one makes two classes strangers, whatever else they share. */
type Open<T> = { readonly [K in keyof T]: T[K] };
type Alike<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Each of these does not compile when program and published types part. */
const ALIKE: {
  readonly error: Alike<Open<program.AppError>, Open<published.AppError>>;
  readonly event: Alike<program.AuditEvent, published.AuditEvent>;
  readonly filter: Alike<program.Filter, published.Filter>;
  readonly note: Alike<program.Note, published.Note>;
  readonly capabilities: Alike<program.Capabilities, published.Capabilities>;
  readonly description: Alike<program.StoreDescription, published.StoreDescription>;
  readonly estimate: Alike<program.Estimate, published.Estimate>;
  readonly secrets: Alike<program.SourceSecrets, published.SourceSecrets>;
  readonly url: Alike<program.SourceUrl, published.SourceUrl>;
  readonly context: Alike<program.RepositoryContext, published.RepositoryContext>;
  readonly reading: Alike<program.ReadOptions, published.ReadOptions>;
  readonly estimating: Alike<program.EstimateOptions, published.EstimateOptions>;
  readonly following: Alike<program.FollowOptions, published.FollowOptions>;
  readonly counted: Alike<program.CountByTime, published.CountByTime>;
  readonly range: Alike<program.CountRange, published.CountRange>;
  readonly batch: Alike<program.RecordBatch, published.RecordBatch>;
  readonly stored: Alike<program.StoredRecord, published.StoredRecord>;
  readonly removing: Alike<program.RemoveOptions, published.RemoveOptions>;
  readonly tracker: Alike<program.Tracker, published.Tracker>;
  readonly fresh: Alike<program.NewEvent, published.NewEvent>;
  readonly written: [program.Written] extends [published.Written] ? true : false;
  readonly starting: [published.EngineOptions] extends [program.EngineOptions] ? true : false;
  readonly meta: Alike<program.RepositoryMeta, published.RepositoryMeta>;
  readonly repository: Alike<Open<program.AbstractRepository>, Open<published.AbstractRepository>>;
} = {
  error: true,
  event: true,
  filter: true,
  note: true,
  capabilities: true,
  description: true,
  estimate: true,
  secrets: true,
  url: true,
  context: true,
  reading: true,
  estimating: true,
  following: true,
  counted: true,
  range: true,
  batch: true,
  stored: true,
  removing: true,
  tracker: true,
  fresh: true,
  written: true,
  starting: true,
  meta: true,
  repository: true,
};

test('the published types name what the program exports, no more and no less', () => {
  expect(Object.values(ALIKE)).not.toContain(false);
  const text = readFileSync(join(ROOT, 'types/index.d.ts'), 'utf8');
  const values = [...text.matchAll(/^export (?:abstract class|class|function|const) (\w+)/gm)].map(
    ([, name = '']) => name,
  );
  expect([...new Set(values)].toSorted()).toEqual(Object.keys(program).toSorted());
});

test('a plugin in TypeScript is checked against them by the package’s name', () => {
  const folder = tempDir();
  const plugin = `import { AbstractRepository, registerRepository, type AuditEvent, type ReadOptions, type Filter } from 'event-audit-viewer';
    class Mine extends AbstractRepository {
      override async *readEvents(_filter: Filter, { signal, note }: ReadOptions): AsyncIterable<AuditEvent> {
        signal.throwIfAborted();
        note({ severity: 'info', code: 'hello', message: this.context.url.text });
      }
    }
    registerRepository('mine', Mine, { title: 'Mine' });
    // @ts-expect-error -- no such member
    new Mine({} as never).nothing();`;
  writeFileSync(join(folder, 'plugin.ts'), plugin);
  const compiler = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      module: 'nodenext',
      target: 'es2024',
      types: [],
      lib: ['es2024', 'dom'],
      paths: { 'event-audit-viewer': [join(ROOT, 'types/index.d.ts')] },
    },
    files: ['plugin.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compiler));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

test('the package points to them', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({
    exports: { '.': { types: './types/index.d.ts', default: './dist/main/api.js' } },
    files: expect.arrayContaining(['types']),
  });
});
