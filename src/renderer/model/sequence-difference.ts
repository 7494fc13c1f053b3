/** What has to be taken out of one sequence and put in to make it another: the shortest way (Myers), as far as it is short. */

export interface Step {
  readonly kind: 'same' | 'removed' | 'added';
  /** Position in the first sequence; of what is added, in the second. */
  readonly at: number;
}

/**
 * The steps in order, what is removed before what is added in its place.
 * @param most steps other than `same`; beyond, the sequences have little in common and `undefined` is the answer
 */
export function sequenceDifference(
  before: readonly string[],
  after: readonly string[],
  most: number,
): readonly Step[] | undefined {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const middle = shortest(before.slice(start, endBefore), after.slice(start, endAfter), most);
  if (middle === undefined) return undefined;
  const steps: Step[] = [];
  for (let at = 0; at < start; at += 1) steps.push({ kind: 'same', at });
  for (const { kind, at } of middle) steps.push({ kind, at: at + start });
  for (let at = endBefore; at < before.length; at += 1) steps.push({ kind: 'same', at });
  return steps;
}

function shortest(a: readonly string[], b: readonly string[], most: number): readonly Step[] | undefined {
  const limit = Math.min(most, a.length + b.length);
  // How far each diagonal reaches after so many steps; one copy a step, to find the way back.
  let reach = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let steps = 0; steps <= limit; steps += 1) {
    trace.push(reach);
    const next = new Map<number, number>();
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const isDown = comesFromAbove(reach, diagonal, steps);
      let x = isDown ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return wayBack(trace, a.length, b.length);
    }
    reach = next;
  }
  return undefined;
}

function comesFromAbove(reach: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  if (diagonal === -steps) return true;
  return diagonal !== steps && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function wayBack(trace: readonly ReadonlyMap<number, number>[], endX: number, endY: number): readonly Step[] {
  const steps: Step[] = [];
  let [x, y] = [endX, endY];
  for (let step = trace.length - 1; step >= 0; step -= 1) {
    const reach = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown = comesFromAbove(reach, diagonal, step);
    const former = isDown ? diagonal + 1 : diagonal - 1;
    const formerX = step === 0 ? 0 : (reach.get(former) ?? 0);
    const formerY = step === 0 ? 0 : formerX - former;
    while (x > formerX && y > formerY) {
      x -= 1;
      y -= 1;
      steps.push({ kind: 'same', at: x });
    }
    if (step === 0) break;
    if (isDown) {
      y -= 1;
      steps.push({ kind: 'added', at: y });
    } else {
      x -= 1;
      steps.push({ kind: 'removed', at: x });
    }
  }
  return steps.toReversed();
}
