/** What the command says on standard error, beside the data. */
import { printable } from './printable.ts';

/** One line, harmless for a terminal. */
export function say(text: string): void {
  process.stderr.write(`event-audit: ${printable(text)}\n`);
}

/** A count with separators: `1,204,331`. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** `1 event`, `1,204,331 events`. */
export function countedEvents(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'event' : 'events'}`;
}
