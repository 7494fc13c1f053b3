/** Texts in a sheet's XML: what XML can't hold, and what a spreadsheet would decode, is written as `_xHHHH_`. */

/** What a cell can hold, in UTF-16 units. */
export const MAX_CELL = 32_767;

/** Characters that are illegal in XML 1.0, and CR, which XML readers turn into LF. Lone surrogates can't occur. */
// oxlint-disable-next-line no-control-regex -- control characters are the subject here
const ILLEGAL = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
/** An underscore from which a reader could start to decode, once illegal characters have become escapes themselves. */
// oxlint-disable-next-line no-control-regex -- control characters are the subject here
const LOOKS_ESCAPED = /_(?=x[0-9A-Fa-f]{4}[_\u0000-\u0008\u000b-\u001f\ufffe\uffff])/g;
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;
const ENTITY = /[&<>]/g;
/** Whitespace that XML readers may drop unless it is declared. */
const FRAGILE_SPACE = /^[ \t\n]|[ \t\n]$|[\t\n]| {2}/;

/** The text with its escapes, as it counts towards {@link MAX_CELL}. */
export function escapeText(text: string): string {
  return text.replaceAll(LOOKS_ESCAPED, '_x005F_').replaceAll(ILLEGAL, escapeUnit);
}

/** What a reader of the sheet makes of an escaped text. */
export function unescapeText(text: string): string {
  return text.replaceAll(ESCAPE, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A cell's `<is>` for a text that was escaped. */
export function inlineString(escaped: string): string {
  const xml = escaped.replaceAll(ENTITY, (character) =>
    character === '&' ? '&amp;' : character === '<' ? '&lt;' : '&gt;',
  );
  return FRAGILE_SPACE.test(escaped) ? `<is><t xml:space="preserve">${xml}</t></is>` : `<is><t>${xml}</t></is>`;
}

/** A text for an attribute. */
export function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The longest start of a text that, escaped, takes at most `room` units; no surrogate pair is split. */
export function fittingStart(text: string, room: number): string {
  let end = Math.min(text.length, room);
  // Every escape takes seven units, so the first guess may be too long; what is over shrinks it, at least by one.
  for (;;) {
    if (isHighSurrogate(text, end - 1) && end < text.length) end -= 1;
    const over = escapeText(text.slice(0, end)).length - room;
    if (over <= 0 || end === 0) return text.slice(0, end);
    end -= Math.max(1, Math.floor(over / 7));
  }
}

/** The text in pieces that fit a cell each. */
export function pieces(text: string): readonly string[] {
  const found: string[] = [];
  for (let rest = text; rest !== '';) {
    const piece = fittingStart(rest, MAX_CELL);
    found.push(piece);
    rest = rest.slice(piece.length);
  }
  return found;
}

function escapeUnit(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}
