import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { manifestPath, manifestSchema } from '../../../src/main/engine/export/manifest.ts';
import { exportFormatSchema } from '../../../src/shared/contract.ts';
import { openTestView } from '../../support/duckdb-view.ts';
import { makeFolder, NOW, plainRows, runExport } from './fixtures.ts';

const FORMATS = exportFormatSchema.options;
const MANY = `SELECT range, 'id-' || range || repeat('x', 60), 'm', 'a', '', '', '', '', '', 't', 0, 0, 0, NULL, NULL, NULL FROM range(200000)`;

describe('an export', () => {
  it.each(FORMATS)('%s: leaves the file and its manifest, nothing else', async (format) => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(10));
    const output = folder.file(`out.${format}`);
    const result = await runExport(view, { format, output });
    const bytes = await readFile(output);
    expect((await readdir(folder.path)).toSorted()).toEqual([`out.${format}`, `out.${format}.manifest.json`]);
    expect(result).toMatchObject({
      path: output,
      manifest_path: manifestPath(output),
      rows: 10,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      complete: true,
      notes: [],
    });
  });

  it('says in the manifest what was asked for and where it came from', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(5), {
      state: 'partial',
      rejected: 2,
      source: { url: 'redis://auditor:s3cret@host:6379/0', kind: 'redis', title: 'Portal' },
    });
    const output = folder.file('out.csv');
    const result = await runExport(view, {
      format: 'csv',
      output,
      offset: 1,
      limit: 3,
      only: [0, 1, 2, 3],
      time_zone: 'Europe/Berlin',
    });
    const text = await readFile(manifestPath(output), 'utf8');
    const manifest = manifestSchema.parse(JSON.parse(text));
    expect(text).not.toContain('s3cret');
    expect(manifest).toMatchObject({
      created_at: NOW.toISOString(),
      application: { version: '1.2.3' },
      file: { name: 'out.csv', format: 'csv', sha256: result.sha256 },
      rows: { count: 3 },
      view: { time_zone: 'Europe/Berlin', offset: 1, limit: 3, picked: 4 },
      source: { url: 'redis://auditor@host:6379/0' },
      capture: { id: 'snapshot-1', state: 'partial', complete: false, rejected: 2 },
    });
    expect(result.complete).toBe(false);
    expect(result.notes.map((note) => note.code)).toEqual(['capture_incomplete', 'records_rejected']);
  });

  it('can be checked as the documentation says, without our code', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(9000));
    const output = folder.file('out.jsonl');
    await runExport(view, { format: 'jsonl', output });
    const document = await readFile(new URL('../../../docs/manifest.md', import.meta.url), 'utf8');
    const script = /```python\n(.*?)```/s.exec(document)?.[1] ?? '';
    const run = (): string => execFileSync('/usr/bin/python3', ['-c', script, output], { encoding: 'utf8' });
    expect(run()).toBe('intact: 9000 rows\n');
    await writeFile(output, (await readFile(output, 'utf8')).replace('id-8000"', 'id-8OOO"'));
    expect(run).toThrow(/row 8001/);
  });

  it('replaces an older export and its manifest', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(2));
    const output = folder.file('out.csv');
    await runExport(view, { format: 'csv', output });
    const second = await runExport(view, { format: 'csv', output, limit: 1 });
    const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestPath(output), 'utf8')));
    expect(manifest.file.sha256).toBe(second.sha256);
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  it('takes a stale manifest away when it is to write none', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(2));
    const output = folder.file('out.csv');
    await runExport(view, { format: 'csv', output });
    const { notes, manifest_path } = await runExport(view, { format: 'csv', output, manifest: false });
    expect(manifest_path).toBeNull();
    expect(notes.map((note) => note.code)).toEqual(['old_manifest_removed', 'no_manifest']);
    expect(await readdir(folder.path)).toEqual(['out.csv']);
  });

  it('writes through a symbolic link', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(1));
    await writeFile(folder.file('real.csv'), 'old');
    await symlink('real.csv', folder.file('link.csv'));
    await runExport(view, { format: 'csv', output: folder.file('link.csv') });
    expect(await readFile(folder.file('real.csv'), 'utf8')).toContain('"id-0"');
  });

  it('tells its progress up to the end', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView([], {}, MANY);
    const seen: string[] = [];
    let last = { rows: 0, total: 0 };
    await runExport(
      view,
      { format: 'csv', output: folder.file('out.csv') },
      {
        onProgress: (progress) => {
          seen.push(progress.phase);
          last = progress;
        },
      },
    );
    expect(seen[0]).toBe('writing');
    expect(seen.at(-1)).toBe('finishing');
    expect(last).toMatchObject({ rows: 200_000, total: 200_000 });
  });
});

describe('an export that can’t be finished', () => {
  it.each(FORMATS)('%s: leaves what stood there when it is aborted midway', async (format) => {
    await using folder = await makeFolder();
    await using view = await openTestView([], {}, MANY);
    const output = folder.file('out');
    await writeFile(output, 'precious');
    const controller = new AbortController();
    let batches = 0;
    const slow = {
      ...view,
      async *blocks(...args: Parameters<typeof view.blocks>) {
        for await (const batch of view.blocks(...args)) {
          batches += 1;
          if (batches === 30) controller.abort();
          yield batch;
        }
      },
    };
    await expect(runExport(slow, { format, output }, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(batches).toBe(30);
    expect(await readdir(folder.path)).toEqual(['out']);
    expect(await readFile(output, 'utf8')).toBe('precious');
  });

  it('does nothing when it is aborted before it starts', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(1));
    const output = folder.file('out.csv');
    await expect(runExport(view, { format: 'csv', output }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('leaves nothing when the snapshot fails', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView([], {}, MANY);
    const broken = {
      ...view,
      blocks: (...[spec, , blocks, signal]: Parameters<typeof view.blocks>) =>
        view.blocks(spec, "error('disk gone')", blocks, signal),
    };
    const output = folder.file('out.csv');
    await expect(runExport(broken, { format: 'csv', output })).rejects.toThrow(/disk gone/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ['a folder that does not exist', 'none/out.csv', 'its folder does not exist'],
    ['a folder', 'folder', 'it is a folder'],
    ['a path through a file', 'file/out.csv', 'a part of the path is a file'],
    ['a name that is too long', `${'x'.repeat(300)}.csv`, 'its name is too long'],
    ['a name that leaves no room for the manifest’s', `${'x'.repeat(250)}.csv`, 'its name is too long'],
  ])('says why it can’t write to %s', async (_what, name, why) => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(1));
    await mkdir(folder.file('folder'));
    await writeFile(folder.file('file'), 'x');
    const failed = runExport(view, { format: 'csv', output: folder.file(name) });
    await expect(failed).rejects.toMatchObject({ code: 'target_unwritable' });
    await expect(failed).rejects.toThrow(why);
    await expect(failed).rejects.toThrow(/^[^\n]*$/);
    expect((await readdir(folder.path)).toSorted()).toEqual(['file', 'folder']);
  });

  it('refuses devices, which a rename would replace', async () => {
    await using view = await openTestView(plainRows(1));
    await using folder = await makeFolder();
    const pipe = folder.file('pipe');
    execFileSync('mkfifo', [pipe]);
    for (const output of ['/dev/null', pipe]) {
      await expect(runExport(view, { format: 'csv', output })).rejects.toMatchObject({
        code: 'target_unwritable',
        message: expect.stringContaining('or - for standard output'),
      });
    }
  });

  it('leaves the target alone when the manifest has no place', async () => {
    await using folder = await makeFolder();
    await using view = await openTestView(plainRows(1));
    const output = folder.file('out.csv');
    await writeFile(output, 'precious');
    await mkdir(manifestPath(output));
    await expect(runExport(view, { format: 'csv', output })).rejects.toMatchObject({ code: 'target_unwritable' });
    expect(await readFile(output, 'utf8')).toBe('precious');
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  it('refuses a relative path', async () => {
    await using view = await openTestView(plainRows(1));
    await expect(runExport(view, { format: 'csv', output: 'out.csv' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it.skipIf(!canMount())('says that the disk is full and leaves it as it was', async () => {
    await using folder = await makeFolder();
    const disk = folder.file('disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    using mounted = new DisposableStack();
    mounted.defer(() => execFileSync('umount', [disk]));
    await using view = await openTestView([], {}, MANY);
    for (const format of FORMATS) {
      const failed = runExport(view, { format, output: `${disk}/out` });
      await expect(failed).rejects.toMatchObject({ code: 'disk_full' });
      expect(await readdir(disk)).toEqual([]);
    }
  });
});

describe('an export to a stream', () => {
  it('never runs ahead of a slow reader', async () => {
    await using view = await openTestView([], {}, MANY);
    let underway = 0;
    let most = 0;
    let bytes = 0;
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        underway += 1;
        most = Math.max(most, underway);
        setTimeout(() => {
          underway -= 1;
          bytes += chunk.length;
          done();
        }, 2);
      },
    });
    const result = await runExport(view, { format: 'csv', output: '-' }, { stream });
    expect(result).toMatchObject({ path: '-', manifest_path: null, rows: 200_000, bytes });
    expect(most).toBe(1);
    expect(stream.writableEnded).toBe(false);
  });

  it('says that there is no room left', async () => {
    await using view = await openTestView([], {}, MANY);
    const stream = createWriteStream('/dev/full');
    await expect(runExport(view, { format: 'csv', output: '-' }, { stream })).rejects.toMatchObject({
      code: 'disk_full',
    });
  });

  it('ends when the reader goes away', async () => {
    await using view = await openTestView([], {}, MANY);
    const stream = new PassThrough();
    stream.once('data', () => stream.destroy());
    await expect(runExport(view, { format: 'csv', output: '-' }, { stream })).rejects.toMatchObject({
      code: 'target_unwritable',
    });
  });

  it('ends while the reader is stuck, when it is aborted', async () => {
    await using view = await openTestView([], {}, MANY);
    const controller = new AbortController();
    const stream = new Writable({ write: () => setTimeout(() => controller.abort(), 10) });
    const { signal } = controller;
    await expect(runExport(view, { format: 'csv', output: '-' }, { stream, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

function canMount(): boolean {
  try {
    const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    execFileSync('rmdir', [folder]);
    return true;
  } catch {
    // Only root may mount; elsewhere the disk can't be made full on purpose.
    return false;
  }
}
