/** Which part of two texts differs: what they share at both ends is left out, whole words are kept together. */

/** Beyond, it is no word that anybody reads as one. */
const LONGEST_WORD = 200;

function isWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]/u.test(text.charAt(at));
}

/** Where the difference starts and, counted from the end, where it stops; the same two counts serve both texts. */
export function commonEnds(a: string, b: string): { readonly start: number; readonly end: number } {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end += 1;
  const shortest = start - LONGEST_WORD;
  while (start > 0 && start > shortest && isWord(a, start - 1) && (isWord(a, start) || isWord(b, start))) start -= 1;
  const least = end - LONGEST_WORD;
  while (
    end > 0 &&
    end > least &&
    isWord(a, a.length - end) &&
    (isWord(a, a.length - end - 1) || isWord(b, b.length - end - 1))
  ) {
    end -= 1;
  }
  return { start, end };
}
