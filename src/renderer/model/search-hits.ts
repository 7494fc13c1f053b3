/** Where a search is found in a text, without regard to case, as the engine finds it. */

/** A stretch of a text, and whether it is what was searched for. */
export interface Stretch {
  readonly text: string;
  readonly hit: boolean;
}

/** More hits than this are not told apart: nobody looks at them one by one. */
const MAX_HITS = 500;

/** Cuts a text where hits begin and end. Put together again the stretches are the text. */
export function searchStretches(text: string, search: string): readonly Stretch[] {
  if (search === '' || text === '') return [{ text, hit: false }];
  const needle = search.toLowerCase();
  const { lower, places } = lowered(text);
  const stretches: Stretch[] = [];
  let done = 0;
  let from = 0;
  while (stretches.length < MAX_HITS) {
    const at = lower.indexOf(needle, from);
    if (at === -1) break;
    const start = places?.[at] ?? at;
    const end = places?.[at + needle.length] ?? at + needle.length;
    from = at + needle.length;
    if (start < done || end === start) continue;
    if (start > done) stretches.push({ text: text.slice(done, start), hit: false });
    stretches.push({ text: text.slice(start, end), hit: true });
    done = end;
  }
  if (done < text.length || stretches.length === 0) stretches.push({ text: text.slice(done), hit: false });
  return stretches;
}

/** The text in lower case and, where that is longer or shorter, which place of the text each of its places came from. */
function lowered(text: string): { readonly lower: string; readonly places?: readonly number[] } {
  const whole = text.toLowerCase();
  if (whole.length === text.length) return { lower: whole };
  let lower = '';
  let at = 0;
  const places: number[] = [];
  for (const character of text) {
    const each = character.toLowerCase();
    for (let i = 0; i < each.length; i += 1) places.push(at);
    lower += each;
    at += character.length;
  }
  places.push(at);
  return { lower, places };
}
