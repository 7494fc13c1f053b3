/** A range of days as beginnings of ISO dates: `2024-03-0`, `2024-03-1`, `2024-04`. */

const DAY = 86_400_000;
const FIRST = '00010101';
const LAST = '99991231';

/**
 * Beginnings that together cover every date from a day before `from` to a day after `to` (milliseconds since 1970 UTC;
 * `undefined` is no bound), from the finest set to ever coarser ones that cover more.
 */
export function* datePrefixes(from: number | undefined, to: number | undefined): Generator<readonly string[]> {
  const low = from === undefined ? FIRST : digits(from - DAY);
  const high = to === undefined ? LAST : digits(to + DAY);
  for (let kept = 8; kept >= 4; kept -= 1) {
    yield cover(low.slice(0, kept), high.slice(0, kept)).map(dashed);
  }
}

function digits(millis: number): string {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1) return millis < 0 ? FIRST : LAST;
  if (date.getUTCFullYear() > 9_999) return LAST;
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}

/** The shortest beginnings that cover all numbers of one length between two. */
function cover(low: string, high: string, prefix = ''): readonly string[] {
  if (low > high) return [];
  if (/^0*$/.test(low) && /^9*$/.test(high)) return [prefix];
  const found: string[] = [];
  const [first, last] = [Number(low[0]), Number(high[0])];
  for (let digit = first; digit <= last; digit += 1) {
    const rest = low.length - 1;
    found.push(
      ...cover(
        digit === first ? low.slice(1) : '0'.repeat(rest),
        digit === last ? high.slice(1) : '9'.repeat(rest),
        `${prefix}${digit}`,
      ),
    );
  }
  return found;
}

function dashed(prefix: string): string {
  const parts = [prefix.slice(0, 4), prefix.slice(4, 6), prefix.slice(6)];
  return parts.filter((part) => part !== '').join('-');
}
