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
  let last = low;
  for (let place = 1; place < count; place += 1) {
    const time = times[place] ?? 0;
    if (time < last || (time === last && compare !== undefined)) isOrdered = false;
    if (time < low) low = time;
    if (time > high) high = time;
    last = time;
  }
  if (isOrdered) return undefined;
  const width = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const levels = EXACT / width - 1;
  const scale = high - low <= levels ? 1 : levels / (high - low);
  // Sorted by the runtime itself, which is several times as fast as with a comparison of our own.
  const keys = new Float64Array(count);
  for (let place = 0; place < count; place += 1) {
    keys[place] = Math.floor(((times[place] ?? 0) - low) * scale) * width + place;
  }
  keys.sort();
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
