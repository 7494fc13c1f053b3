/** What is looked for in the units of JSON: a text as it is and as JSON escapes it, in parts where a unit may end in it. */

export interface Needle {
  /** Parts that follow one another. All but the last end with a comma that may stand between values. */
  readonly parts: readonly string[];
  /** Whether it is looked for in texts that are no JSON, too. */
  readonly isPlain: boolean;
  /** Whether a row that holds it surely holds the searched text: in lower case, `\\\\N` holds the escape of a line break. */
  readonly isSure: boolean;
}

/** The texts, any of which a row holds if it holds the searched one. */
export function needlesOf(search: string): readonly Needle[] {
  const wanted = search.toWellFormed();
  const escaped = JSON.stringify(wanted).slice(1, -1);
  const plain = { parts: partsOf(wanted), isPlain: true, isSure: true };
  return escaped === wanted
    ? [plain]
    : [plain, { parts: partsOf(escaped), isPlain: false, isSure: /[\\"]/.test(wanted) }];
}

function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', comma + 1)) {
    if (comma + 1 === text.length || !mayEndValue(text.slice(0, comma)) || !mayBeginValue(text.slice(comma + 1)))
      continue;
    parts.push(text.slice(start, comma + 1));
    start = comma + 1;
  }
  return [...parts, text.slice(start)];
}

/** Whether JSON may have a value's end here, given what stands before, as far as that is known. In any case. */
function mayEndValue(before: string): boolean {
  const text = before.replace(/[ \t\r\n]+$/, '');
  if (text === '' || /["\]}\d]$/.test(text)) return true;
  const word = /[a-z]+$/i.exec(text)?.[0].toLowerCase();
  if (word === undefined) return false;
  return ['true', 'false', 'null'].some((each) => (word.length === text.length ? each.endsWith(word) : each === word));
}

/** Whether JSON may have a value's or key's beginning here. */
function mayBeginValue(after: string): boolean {
  const text = after.replace(/^[ \t\r\n]+/, '');
  if (text === '' || /^["[{\d-]/.test(text)) return true;
  const word = /^[a-z]+/i.exec(text)?.[0].toLowerCase();
  if (word === undefined) return false;
  return ['true', 'false', 'null'].some((each) =>
    word.length === text.length ? each.startsWith(word) : each === word,
  );
}
