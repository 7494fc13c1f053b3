/** Text of unknown origin made safe to look at: nothing invisible, nothing that turns the writing direction, not too long. */

/** What cells show at most; the whole value is in the detail. */
export const CELL_LIMIT = 240;

// Controls, zero-width and bidirectional format characters, joiners and fillers without a shape, line separators, byte order
// mark, lone surrogates, tags, and variation selectors except on pictures, where they are usual.
const HIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- each of them is looked for by itself
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]|(?<!\p{Extended_Pictographic})[\ufe00-\ufe0f]/gu;

/** No writing has more marks on one letter; further ones would be drawn over the lines above and below. */
const PILED = /(\p{M}{6})(\p{M}+)/gu;

// Names instead of the pictures that Unicode has for them: few fonts do.
const NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

function symbol(character: string): string {
  if (character === '\n') return '↵';
  if (character === '\t') return '⇥';
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x7f) return '⟨DEL⟩';
  const name = NAMES[code];
  if (name !== undefined) return `⟨${name}⟩`;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/**
 * Shows characters that have no shape of their own as symbols; line breaks and tabs too, unless `keepLines`. Marks piled
 * on one letter are counted after the sixth: `⟨+12⟩`.
 */
export function showHidden(text: string, keepLines = false): string {
  return text
    .replaceAll(HIDDEN, (character) =>
      keepLines && (character === '\n' || character === '\t') ? character : symbol(character),
    )
    .replaceAll(PILED, (_whole, few: string, more: string) => `${few}⟨+${String(Array.from(more).length)}⟩`);
}

/** Cuts a text to at most `limit` UTF-16 units without splitting a character; says whether something was cut. */
export function clamp(text: string, limit: number): { readonly text: string; readonly cut: boolean } {
  if (text.length <= limit) return { text, cut: false };
  const unit = text.charCodeAt(limit - 1);
  const end = unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit;
  return { text: text.slice(0, end), cut: true };
}

/** Letters that are written from right to left; whatever else could turn the direction is shown as a symbol. */
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A value as one short line for a cell, a chip, a tooltip or inside a sentence: one that is written from right to left is
 * kept from turning the words around it.
 */
export function cellText(value: string, limit = CELL_LIMIT): string {
  const { text, cut } = clamp(value, limit);
  const shown = showHidden(text) + (cut ? '…' : '');
  return TURNS.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** A value inside a sentence: like in a cell, but shorter. */
export function inSentence(value: string, limit = 80): string {
  return cellText(value, limit);
}
