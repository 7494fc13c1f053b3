/** Rows come out in order of time, id and number, whichever segments they lie in and however the whole is parted. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { merge, Timeline, type SlowKey, type StagedSegment } from '../../../src/main/engine/snapshot/merge.ts';
import { MergedFile } from '../../../src/main/engine/snapshot/merged-file.ts';
import { Segment } from '../../../src/main/engine/snapshot/segment.ts';
import { createTempDir } from '../../support/temp-dir.ts';

fc.configureGlobal({ seed: 20_240_301 });

interface Row {
  readonly n: number;
  readonly id: string;
  readonly time: number;
  readonly slow: boolean;
}

function byTimeIdNumber(a: Row, b: Row): number {
  return a.time - b.time || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) || a.n - b.n;
}

/** Rows as a capture stages them: so many a segment, each in order of time. */
function stage(folder: string, rows: readonly Row[], perSegment: number): readonly StagedSegment[] {
  const segments: StagedSegment[] = [];
  const lines = rows.filter(({ slow }) => !slow);
  for (let from = 0; from < lines.length; from += perSegment) {
    const segment = new Segment(1 << 16);
    for (const { n, id, time } of lines.slice(from, from + perSegment)) {
      segment.integer(n);
      segment.text(id);
      for (let column = 2; column < 10; column += 1) segment.text('x');
      segment.integer(time);
      segment.nil();
      segment.endRow(time);
    }
    const { times, ends, contents } = segment.seal();
    const path = join(folder, `segment-${segments.length}`);
    writeFileSync(path, contents);
    segments.push({ path, times, ends });
  }
  return segments;
}

it('rows are merged by time, id and number, in parts that follow one another and part no instant', () => {
  const row = fc.record({
    id: fc.constantFrom('a', 'b', 'é', '日'),
    time: fc.integer({ min: 0, max: 12 }),
    slow: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 20 }),
      (made, perSegment, perPart, perFile) => {
        using folder = createTempDir();
        const rows = made.map((each, n) => ({ ...each, n }));
        const slow: SlowKey[] = rows
          .filter((each) => each.slow)
          .map(({ n, id, time }) => ({ n, id: Buffer.from(id), micros: BigInt(time) }));
        const segments = stage(folder.path, rows, perSegment);
        const timeline = new Timeline({ segments, slow, isHeavy: false });
        const parts = timeline.parts(perPart);
        const sorted = rows.toSorted(byTimeIdNumber);
        expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to)]);
        expect(parts.at(-1)?.to).toBe(rows.length);
        for (const { from, to } of parts) {
          expect(sorted[from - 1]?.time).not.toBe(sorted[from]?.time);
          let at = from;
          const file = new MergedFile(join(folder.path, `merged-${from}`));
          for (const merged of merge(timeline, { from, to }, perFile, () => file)) {
            const expected = sorted.slice(at, at + merged.rows);
            const numbers = readFileSync(file.path, 'utf8')
              .split('\n')
              .slice(0, -1)
              .map((line) => Number.parseInt(line, 10));
            expect(numbers).toEqual(expected.filter((each) => !each.slow).map(({ n }) => n));
            expect(merged.slow).toEqual(expected.filter((each) => each.slow).map(({ n }) => n));
            at += merged.rows;
          }
          file.close();
          expect(at).toBe(to);
        }
      },
    ),
    { numRuns: 60 },
  );
});
