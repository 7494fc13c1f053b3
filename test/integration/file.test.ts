import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FLAT_FIELDS } from '../../src/shared/event.ts';
import { oneEvent } from '../support/events.ts';
import { captureFile, csv, events, fileWith, jsonLines } from '../support/file-fill.ts';
import { captureSource, failureOf, testEngine } from '../support/source-capture.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('several files', () => {
  it('are one source: a list, or a folder', async () => {
    const folder = tempDir();
    await fileWith('a.csv', csv(events(10, { seed: 1 })), folder);
    await fileWith('b.jsonl.gz', gzipSync(jsonLines(20, { seed: 2 })), folder);
    await fileWith('c.json', `[${oneEvent({}, 3).json}]`, folder);
    await fileWith('a.csv.manifest.json', '{}', folder);
    await fileWith('.hidden', 'x', folder);
    await mkdir(join(folder, 'further'));
    const listed = await captureSource(`file:${join(folder, 'a.csv')}|${join(folder, 'b.jsonl.gz')}`);
    expect(listed.status).toMatchObject({ state: 'complete', captured: 30, expected: null });
    await fileWith('read me.txt', 'Dear auditor,\nhere are the files.\n', folder);
    const whole = await captureSource(`file:${folder}`);
    expect(whole.status).toMatchObject({ state: 'complete', captured: 31, rejected: 0 });
    expect(whole.noteCodes).toContain('file_left_out');
    await using host = await testEngine();
    const found = await host.engine.run('event_audit_test_source', { url: `file:${folder}` });
    expect(found).toMatchObject({
      kind: 'file',
      product: '4 files: 1 CSV, 1 JSON Lines (gzip), 1 JSON',
      records: null,
    });
  });

  it('of a folder are read without those of folders in it, which are named, as is a link that leads nowhere', async () => {
    const folder = tempDir();
    await fileWith('a.csv', csv(events(10)), folder);
    await mkdir(join(folder, 'older'));
    await fileWith('b.csv', csv(events(5, { seed: 2 })), join(folder, 'older'));
    await symlink(join(folder, 'none.csv'), join(folder, 'gone.csv'));
    const captured = await captureSource(`file:${folder}`);
    expect(captured.status).toMatchObject({ state: 'complete', captured: 10 });
    const said = captured.status.notes.map(({ code, message }) => `${code}: ${message}`).join('\n');
    expect(said).toMatch(/folder_left_out: .*older/);
    expect(said).toMatch(/file_left_out: gone\.csv/);
    const both = await captureSource(`file:${folder}|${join(folder, 'older')}`);
    expect(both.status.captured).toBe(15);
  });

  it('are read once, however often and by whatever links they are named', async () => {
    const folder = tempDir();
    const path = await fileWith('a.csv', csv(events(10)), folder);
    await link(path, join(folder, 'hard.csv'));
    await symlink(path, join(folder, 'soft.csv'));
    const whole = await captureSource(`file:${folder}`);
    expect(whole.status).toMatchObject({ state: 'complete', captured: 10 });
    expect(whole.status.notes.map(({ message }) => message)).toEqual([
      'hard.csv is the same file as a.csv. It was read once.',
      'soft.csv is the same file as a.csv. It was read once.',
    ]);
    for (const other of [path, join(folder, '.', 'a.csv'), folder]) {
      const listed = await captureSource(`file:${path}|${other}`);
      expect(listed.status).toMatchObject({ state: 'complete', captured: 10 });
      expect(listed.noteCodes).toContain('same_file');
    }
    await copyFile(path, join(folder, 'copy.csv'));
    expect((await captureSource(`file:${path}|${join(folder, 'copy.csv')}`)).status).toMatchObject({ captured: 20 });
  });

  it('of a folder that our own export put there beside events are left out and named', async () => {
    const folder = tempDir();
    const path = await fileWith('a.jsonl', `${jsonLines(10)}no event\n`, folder);
    await using host = await testEngine();
    const { snapshot_id } = await host.engine.run('event_audit_capture_source', { url: `file:${path}` });
    await host.engine.run('event_audit_export_rejects', { snapshot_id, output: join(folder, 'rejects.jsonl') });
    const whole = await captureSource(`file:${folder}`);
    expect(whole.status).toMatchObject({ captured: 10, rejected: 1 });
    expect(whole.status.notes.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^rejects\.jsonl holds no events/),
    ]);
  });

  it('are read to the last, also when one is damaged', async () => {
    const folder = tempDir();
    await fileWith('a.json', `[${oneEvent({}, 1).json},`, folder);
    await fileWith('b.csv', csv(events(10)), folder);
    const captured = await captureSource(`file:${folder}`);
    expect(captured.status).toMatchObject({ state: 'partial', captured: 11, reason: { code: 'source_invalid' } });
    expect(captured.status.reason?.message).toMatch(/^a\.json is cut off/);
  });

  it('may have a bar, a question mark or a blank in a name', async () => {
    const path = await fileWith('what? a|b 100%.jsonl', jsonLines(3));
    expect((await captureSource(`file:${path}`)).status.captured).toBe(3);
    expect((await captureSource(`file://${encodeURI(path).replace('?', '%3F')}`)).status.captured).toBe(3);
  });
});

describe('a file that is cut off', () => {
  it.each([
    ['JSON Lines', (): Buffer => Buffer.from(jsonLines(500).slice(0, -30)), 500],
    [
      'a JSON array',
      (): Buffer =>
        Buffer.from(
          `[${events(500)
            .map((each) => JSON.stringify(each))
            .join(',')}`,
        ),
      500,
    ],
    [
      'a JSON array within a record',
      (): Buffer =>
        Buffer.from(
          `[${events(500)
            .map((each) => JSON.stringify(each))
            .join(',')}`.slice(0, -30),
        ),
      499,
    ],
    ['CSV within quotes', (): Buffer => Buffer.from(csv(events(500)).slice(0, -5)), 500],
    [
      'TSV within a row',
      (): Buffer => Buffer.from(csv(events(500), '\t', FLAT_FIELDS).replaceAll('"', '').slice(0, -60)),
      500,
    ],
    ['gzip', (): Buffer => gzipSync(jsonLines(5_000)).subarray(0, 60_000), undefined],
  ])('keeps what could be read, and says that it is not all: %s', async (_name, make, read) => {
    const captured = await captureFile(make());
    expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'source_invalid' } });
    expect(captured.status.captured).toBeGreaterThanOrEqual(498);
    const { status } = captured;
    expect(status.captured + status.rejected + status.duplicates).toBe(status.read);
    expect(read ?? status.read).toBe(status.read);
    expect(status.reason?.message).toMatch(/cut off|damaged/);
  });

  it('is damaged midway in an array', async () => {
    const [a, b] = [oneEvent({}, 1).json, oneEvent({}, 2).json];
    const captured = await captureFile(`[${a},${b}oops,${a}]`, 'broken.json');
    expect(captured.status).toMatchObject({ state: 'partial', captured: 2 });
    expect(captured.status.reason?.message).toMatch(
      /broken\.json is damaged: at byte \d+, after 2 records, a comma or the end of the list is expected/,
    );
  });
});

describe('what is no file of events', () => {
  it.each([
    ['nothing at all', '', /is empty/],
    ['white space', '  \n \n', /nothing but white space/],
    ['a letter', 'Dear auditor, the files follow.\nYours', /lacks id/],
    ['a page', '<html><body>Please log in</body></html>', /none of CSV/],
    ['a SQLite file', 'SQLite format 3\0abc', /sqlite:PATH/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), /\.xls/],
    ['an archive', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)]), /damaged|ZIP/],
    ['bytes', Buffer.from([1, 2, 3, 0, 255, 254, 9]), /none of CSV/],
  ])('is refused in words that help: %s', async (_name, content, message) => {
    const failure = await failureOf(captureFile(content));
    expect(failure.code).toBe('source_invalid');
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain('\n');
  });

  it('is refused: no path, no file, no such parameter, an empty folder', async () => {
    expect(await failureOf(captureSource('file:'))).toMatchObject({ code: 'invalid_input' });
    expect(await failureOf(captureSource('file:/no/such/file'))).toMatchObject({ code: 'source_unreachable' });
    expect(await failureOf(captureSource(`file:${tempDir()}?table=x`))).toMatchObject({ code: 'invalid_input' });
    expect(await failureOf(captureSource(`file:${tempDir()}`))).toMatchObject({ code: 'source_invalid' });
  });
});

it('ends early when the reading is cancelled', async () => {
  const path = await fileWith('large.jsonl', jsonLines(30_000));
  const controller = new AbortController();
  const captured = await captureSource(`file:${path}`, {
    signal: controller.signal,
    onProgress: ({ read }) => {
      if (read > 0) controller.abort();
    },
  });
  expect(captured.status).toMatchObject({ state: 'partial', reason: { code: 'cancelled' } });
  expect(captured.status.read).toBeLessThan(30_000);
});
