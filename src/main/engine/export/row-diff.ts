/** What became of rows, told from their digests alone: changed, removed, added or moved. */
import type { Finding } from '../../../shared/contract.ts';

/** Findings that are listed one by one; the rest is only counted. */
export const MAX_FINDINGS = 100;

/** Gathers findings up to {@link MAX_FINDINGS} and counts the rest. */
export class FindingList {
  readonly listed: Finding[] = [];
  more = 0;

  add(code: string, message: string, row: number | null = null): void {
    if (this.listed.length < MAX_FINDINGS) this.listed.push({ code, message, row });
    else this.more += 1;
  }

  get isEmpty(): boolean {
    return this.listed.length === 0;
  }
}

/** How rows are called in messages: `Row`, or `Overflow row` for those of the overflow sheets. */
export type RowNoun = 'Row' | 'Overflow row';

/**
 * Compares the digests of the rows that were written with those found now. Rows that stand where their neighbours in
 * the longest unmoved sequence put them are in place; known rows elsewhere were moved; what is left between two rows in
 * place is paired off in order as changed, and the surplus was removed or added.
 */
export function diffRows(expected: BigUint64Array, actual: BigUint64Array, noun: RowNoun, findings: FindingList): void {
  let start = 0;
  const shorter = Math.min(expected.length, actual.length);
  while (start < shorter && expected[start] === actual[start]) start += 1;
  let end = 0;
  while (end < shorter - start && expected[expected.length - 1 - end] === actual[actual.length - 1 - end]) end += 1;
  const partners = matchRows(
    expected.subarray(start, expected.length - end),
    actual.subarray(start, actual.length - end),
  );
  const inPlace = longestIncreasing(partners);
  const found = new Uint8Array(expected.length - start - end);
  for (const partner of partners) if (partner >= 0) found[partner] = 1;

  let nextExpected = 0;
  let gap: number[] = [];
  const close = (until: number): void => {
    const lost: number[] = [];
    for (; nextExpected < until; nextExpected += 1) if (found[nextExpected] === 0) lost.push(nextExpected);
    report(lost, gap, start, noun, findings);
    gap = [];
  };
  partners.forEach((partner, at) => {
    if (partner < 0) gap.push(at);
    else if (inPlace[at] === 1) {
      close(partner);
      nextExpected = partner + 1;
    } else {
      const [from, to] = [start + partner + 1, start + at + 1];
      findings.add('rows_reordered', `${noun} ${from} of the export now stands at ${to}.`, from);
    }
  });
  close(found.length);
}

function report(lost: readonly number[], gap: readonly number[], start: number, noun: RowNoun, to: FindingList): void {
  lost.forEach((row, index) => {
    const number = start + row + 1;
    if (index < gap.length) to.add('row_changed', `${noun} ${number} was changed.`, number);
    else to.add('row_removed', `${noun} ${number} was removed.`, number);
  });
  for (const row of gap.slice(lost.length)) {
    const number = start + row + 1;
    to.add('row_added', `${noun} ${number} of the file was added: the export did not hold it.`, number);
  }
}

/** For each actual row the expected row with its digest, `-1` where there is none. Equal rows pair off in order. */
function matchRows(expected: BigUint64Array, actual: BigUint64Array): Int32Array {
  const places = new Map<bigint, number[]>();
  for (let at = expected.length - 1; at >= 0; at -= 1) {
    const digest = expected[at] ?? 0n;
    const list = places.get(digest);
    if (list === undefined) places.set(digest, [at]);
    else list.push(at);
  }
  return Int32Array.from({ length: actual.length }, (_none, at) => places.get(actual[at] ?? 0n)?.pop() ?? -1);
}

/** Marks one longest increasing subsequence of the partners that are not `-1`. */
function longestIncreasing(partners: Int32Array): Uint8Array {
  const marks = new Uint8Array(partners.length);
  const before = new Int32Array(partners.length).fill(-1);
  /** `tails[k]`: where the sequence of length k + 1 with the smallest end ends. */
  const tails: number[] = [];
  partners.forEach((partner, at) => {
    if (partner < 0) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((partners[tails[middle] ?? 0] ?? 0) < partner) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  });
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) marks[at] = 1;
  return marks;
}
