/** Several events as one text for the clipboard: lines with tabs, JSON, or a Markdown table. */
import { EVENT_FIELDS, FLAT_FIELDS, type EventDetail } from '../../shared/event.ts';
import { eventJson } from './event-json.ts';

export type EventTextKind = 'text' | 'json' | 'markdown';

/** Text and Markdown begin with the names of the fields. Values are as they were written. */
export function eventTexts(kind: EventTextKind, events: readonly EventDetail[]): string {
  if (kind === 'json') return `[\n${events.map((event) => eventJson(event)).join(',\n')}\n]`;
  if (kind === 'text') {
    const lines = events.map((event) => FLAT_FIELDS.map((field) => plainCell(event[field])).join('\t'));
    return [FLAT_FIELDS.join('\t'), ...lines].join('\n');
  }
  const rows = events.map((event) => EVENT_FIELDS.map((field) => markdownCell(event[field] ?? '')));
  return [markdownLine(EVENT_FIELDS), markdownLine(EVENT_FIELDS.map(() => '---')), ...rows.map(markdownLine)].join(
    '\n',
  );
}

/** A cell of a spreadsheet: a tab or a line break in it would make two of one. */
function plainCell(text: string): string {
  return /["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Nothing in a value may be read as Markdown or HTML: it is shown as it is. */
function markdownCell(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]{}#|~!$]/g, (character) => `\\${character}`)
    .replaceAll(/\r\n|\r|\n/g, '<br>');
}
