/** A text of any size cut into lines that a virtual list can show: long ones are broken, none is lost. */

/** What a line shows at most; the rest continues on the next one. */
export const LINE_LIMIT = 1_000;

export function textLines(text: string, limit = LINE_LIMIT): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.length <= limit) {
      lines.push(line);
      continue;
    }
    for (let at = 0; at < line.length;) {
      let end = Math.min(line.length, at + limit);
      const unit = line.charCodeAt(end - 1);
      // A character of two units stays together.
      if (end < line.length && unit >= 0xd800 && unit <= 0xdbff) end -= 1;
      lines.push(line.slice(at, end));
      at = end;
    }
  }
  return lines;
}
