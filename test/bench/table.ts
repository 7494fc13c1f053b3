/** The table of what was measured, as docs/benchmarks.md shows it. */

export interface Row {
  readonly job: string;
  readonly ours: string;
  readonly peer?: string;
  readonly ratio?: string;
  /** What is to be reached, and whether it is. */
  readonly bar?: readonly [text: string, isMet: boolean];
}

const HEAD = ['job', 'ours', 'peer in the same run', 'ours / peer', 'bar', 'met'];

export class Table {
  readonly #rows: (readonly string[])[] = [];

  add({ job, ours, peer = '', ratio = '', bar }: Row): void {
    const cells = [job, ours, peer, ratio, bar?.[0] ?? '', bar === undefined ? '' : bar[1] ? 'yes' : '**no**'];
    this.#rows.push(cells);
    console.error(`  ${cells.filter((cell) => cell !== '').join(' | ')}`);
  }

  /** Markdown, with columns of one width as the formatter of this repository makes them. */
  text(): string {
    const widths = HEAD.map((head, at) => Math.max(head.length, ...this.#rows.map((row) => row[at]?.length ?? 0)));
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
    return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...this.#rows.map(line)].join('\n');
  }
}

export const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
export const times = (value: number): string => value.toFixed(2);
export const megabytes = (value: number): string => `${Math.round(value)} MB`;
