/** Puts rows in order of time by sorting numbers only: each holds a row's time and its place at once. */

/** A double holds whole numbers exactly up to here. */
const EXACT = 2 ** 53;

/**
 * The order of rows by time, as their places; `undefined` when they lie in it already. Times are compared as they are;
 * rows of one time are put in order by `compare`, or stay as they came.
 * @param times whole numbers, microseconds since 1970
 */
export function timeOrder(
  times: Float64Array,
  count: number,
  compare?: (a: number, b: number) => number,
): Uint32Array | undefined {
  let low = times[0] ?? 0;
  let high = low;
  let isOrdered = true;
  let hasTies = false;
  let last = low;
  for (let place = 1; place < count; place += 1) {
    const time = times[place] ?? 0;
    if (time < last) isOrdered = false;
    else if (time === last) hasTies = true;
    if (time < low) low = time;
    if (time > high) high = time;
    last = time;
  }
  if (isOrdered) return hasTies && compare !== undefined ? tiesSettled(times, count, compare) : undefined;
  const width = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const levels = EXACT / width - 1;
  const scale = high - low <= levels ? 1 : levels / (high - low);
  const keys = new Float64Array(count);
  for (let place = 0; place < count; place += 1) {
    keys[place] = Math.floor(((times[place] ?? 0) - low) * scale) * width + place;
  }
  sortNumbers(keys);
  const order = new Uint32Array(count);
  // A level that is a single time is in order by place already.
  const isSettled = scale === 1 && compare === undefined;
  let from = 0;
  let level = -1;
  for (let at = 0; at < count; at += 1) {
    const key = keys[at] ?? 0;
    const own = Math.floor(key / width);
    order[at] = key - own * width;
    if (own === level) continue;
    if (at - from > 1 && !isSettled) settle(order, from, at, times, compare);
    level = own;
    from = at;
  }
  if (count - from > 1 && !isSettled) settle(order, from, count, times, compare);
  return order;
}

/** Numbers that lie in order but for fewer than one in so many. */
const FEW = 8;

/**
 * Sorts numbers, of which most often almost all lie in order: stores write as events come. Of two neighbours that do not, both
 * are taken out, since either may be the one that is out of place; what was taken out is sorted and merged in again.
 */
export function sortNumbers(numbers: Float64Array): void {
  const strays = new Float64Array(Math.floor(numbers.length / FEW));
  let kept = 0;
  let found = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    const last = kept === 0 ? Number.NEGATIVE_INFINITY : (numbers[kept - 1] ?? 0);
    if (number >= last) {
      numbers[kept] = number;
      kept += 1;
    } else if (found + 2 > strays.length) {
      // Too many: put back, and sorted by the runtime, which is several times as fast as with a comparison of our own.
      numbers.set(strays.subarray(0, found), kept);
      numbers.sort();
      return;
    } else {
      strays[found] = last;
      strays[found + 1] = number;
      found += 2;
      kept -= 1;
    }
  }
  strays.subarray(0, found).sort();
  for (let at = numbers.length - 1; found > 0; at -= 1) {
    const stray = strays[found - 1] ?? 0;
    const number = kept === 0 ? Number.NEGATIVE_INFINITY : (numbers[kept - 1] ?? 0);
    if (number > stray) kept -= 1;
    else found -= 1;
    numbers[at] = Math.max(number, stray);
  }
}

/** The order of rows that lie in order of time already, but for those of one time. */
function tiesSettled(times: Float64Array, count: number, compare: (a: number, b: number) => number): Uint32Array {
  const order = new Uint32Array(count);
  for (let place = 0; place < count; place += 1) order[place] = place;
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && times[to] === times[from]) to += 1;
    if (to - from > 1) settle(order, from, to, times, compare);
    from = to;
  }
  return order;
}

/** Orders a stretch of rows whose times fell on one level. */
function settle(
  order: Uint32Array,
  from: number,
  to: number,
  times: Float64Array,
  compare: ((a: number, b: number) => number) | undefined,
): void {
  order
    .subarray(from, to)
    .sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || (compare === undefined ? a - b : compare(a, b)));
}
