/** Makes calls: in their turn, again when that can help, with renewed credentials when the old ones ran out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Note } from '../../../../shared/contract.ts';
import { throwIfAborted } from '../../../../shared/errors.ts';
import type { ClientSource } from './credentials.ts';
import { problemKind } from './problems.ts';
import type { RateLimiter } from './rate-limiter.ts';

const THROTTLED_TRIES = 30;
const TRANSIENT_TRIES = 6;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

type NoteOnce = (note: Note) => void;

export class Caller {
  readonly #source: ClientSource;
  readonly #limiter: RateLimiter;
  readonly #note: NoteOnce;
  #client: CloudWatchLogsClient;
  /** Whether anything was ever answered: until then, an address where nobody is gets no second try. */
  #answered = false;
  /** Whether no call went well since the credentials were last renewed. */
  #renewedInVain = false;
  /** Replaced clients, which calls under way may still use. */
  readonly #replaced: CloudWatchLogsClient[] = [];

  constructor(source: ClientSource, limiter: RateLimiter, note: NoteOnce) {
    this.#source = source;
    this.#limiter = limiter;
    this.#note = note;
    this.#client = source.client();
  }

  get limiter(): RateLimiter {
    return this.#limiter;
  }

  /**
   * @param send makes the call with the client and signal it is given
   * @param repeatable whether a call that may have arrived, though no answer came, can be made again without doing it twice
   * @throws the SDK's error when trying again can't help or did not; `cancelled` after an abort
   */
  async call<T>(
    signal: AbortSignal,
    send: (client: CloudWatchLogsClient) => Promise<T>,
    repeatable = true,
  ): Promise<T> {
    let throttled = 0;
    let failed = 0;
    let skewed = 0;
    for (;;) {
      throwIfAborted(signal);
      const turn = await this.#limiter.turn(signal);
      const client = this.#client;
      try {
        const answer = await send(client);
        this.#limiter.succeeded();
        this.#answered = true;
        this.#renewedInVain = false;
        return answer;
      } catch (error) {
        throwIfAborted(signal);
        const kind = problemKind(error);
        if (kind === 'throttled') {
          throttled += 1;
          if (this.#limiter.refused(turn)) this.#sayThrottled();
          if (throttled >= THROTTLED_TRIES) throw error;
          await this.#pause(Math.min(throttled, 4), signal);
        } else if (kind === 'transient' && !repeatable) {
          throw error;
        } else if (kind === 'transient' || (kind === 'unreachable' && this.#answered)) {
          failed += 1;
          if (failed >= TRANSIENT_TRIES) throw error;
          await this.#pause(failed, signal);
          this.#note({
            severity: 'info',
            code: 'reconnected',
            message: 'A call failed on its way and was made again.',
          });
        } else if (kind === 'skewed' && skewed < 2) {
          skewed += 1;
        } else if (kind === 'expired' && this.#source.renewable) {
          this.#renew(client, error);
        } else {
          throw error;
        }
      }
    }
  }

  destroy(): void {
    for (const client of [...this.#replaced, this.#client]) client.destroy();
  }

  /** Looks for credentials anew, once for all calls that found the old ones expired. */
  #renew(used: CloudWatchLogsClient, error: unknown): void {
    if (used !== this.#client) return;
    if (this.#renewedInVain) throw error;
    this.#renewedInVain = true;
    this.#client = this.#source.client();
    this.#replaced.push(used);
    this.#note({
      severity: 'info',
      code: 'credentials_renewed',
      message: 'The credentials expired while the store was read; they were looked for anew and reading went on.',
    });
  }

  /** Longer each time, and never the same for two that wait. */
  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MS, this.#source.answerMs, FIRST_PAUSE_MS * 2 ** attempt);
    await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
  }

  #sayThrottled(): void {
    const rate = this.#limiter.rate.toFixed(1).replace(/\.0$/, '');
    this.#note({
      severity: 'info',
      code: 'throttled',
      message: `CloudWatch refused calls as too many for this account and region; reading slowed down to ${rate} calls a second for a while. Nothing is lost by that.`,
    });
  }
}
