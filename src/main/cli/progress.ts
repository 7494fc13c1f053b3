/** A line of progress on standard error, on terminals only. */
const WIDTH = 24;

export class Progress {
  readonly #verb: string;
  readonly #shown = process.stderr.isTTY;
  #dirty = false;

  constructor(verb: string) {
    this.#verb = verb;
  }

  show(done: number, total: number | null): void {
    if (!this.#shown) return;
    const share = total === null || total === 0 ? undefined : Math.min(1, done / total);
    const bar =
      share === undefined
        ? ''
        : ` ${'█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')} ${Math.floor(share * 100)} %`;
    process.stderr.write(`\r\u001b[K${this.#verb}${bar} ${done.toLocaleString('en')}`);
    this.#dirty = true;
  }

  clear(): void {
    if (!this.#dirty) return;
    process.stderr.write('\r\u001b[K');
    this.#dirty = false;
  }
}
