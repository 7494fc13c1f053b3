/** Makes text from events harmless for a terminal: no control byte, no direction override reaches it raw. */

// Control characters, line and paragraph separators, and what changes the direction or joining of text around it.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Joiners that emoji are made of; alone they change nothing. */
const ZERO_WIDTH_JOINER = '\u200d';

/** The text on one line, every unsafe character shown as a symbol or as its code point, `\u{202e}`. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (character === ZERO_WIDTH_JOINER) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`;
  });
}
