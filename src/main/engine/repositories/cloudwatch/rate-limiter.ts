/** How many calls a second an account may make: half as many after a refusal, a little more after each success. */
import { setTimeout as sleep } from 'node:timers/promises';

/** The slowest it goes, as a share of the most it was allowed. */
const FLOOR = 0.1;
const RECOVERY = 0.02;

export class RateLimiter {
  readonly #max: number;
  #rate: number;
  #nextAt = 0;
  #loweredAt = Number.NEGATIVE_INFINITY;

  /** @param max calls a second */
  constructor(max: number) {
    this.#max = max;
    this.#rate = max;
  }

  /** Calls a second it allows now. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for the next call's turn. An abort rejects with an AbortError. @returns when its turn came, for {@link refused} */
  async turn(signal: AbortSignal): Promise<number> {
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + 1_000 / this.#rate;
    if (at > now) await sleep(at - now, undefined, { signal });
    return performance.now();
  }

  succeeded(): void {
    this.#rate = Math.min(this.#max, this.#rate + this.#max * RECOVERY);
  }

  /**
   * A call was refused as one too many. Calls that were under way when the rate was lowered do not lower it again.
   * @param turn what {@link turn} returned for the call
   * @returns whether the rate was lowered
   */
  refused(turn: number): boolean {
    const now = performance.now();
    this.#nextAt = Math.max(this.#nextAt, now + 1_000 / this.#rate);
    if (turn <= this.#loweredAt) return false;
    this.#loweredAt = now;
    this.#rate = Math.max(this.#max * FLOOR, this.#rate / 2);
    return true;
  }
}

const limiters = new Map<string, RateLimiter>();

/** The limiter that everything in this process shares which uses one account's quota at one rate. */
export function sharedLimiter(identity: string, rate: number): RateLimiter {
  const key = `${identity} ${rate}`;
  const known = limiters.get(key);
  if (known !== undefined) return known;
  const made = new RateLimiter(rate);
  limiters.set(key, made);
  return made;
}
