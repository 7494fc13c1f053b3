/** The keys of a tree, as https://www.w3.org/WAI/ARIA/apg/patterns/treeview/ has them. */
import { isContainer, type JsonLine } from './json-tree.ts';

/** Tells the lines of a tree apart. */
export function lineKey({ id, more }: JsonLine): string {
  return `${id}${more ? '+' : ''}`;
}

/**
 * What a key does on a line: the index of the line it leads to, or what becomes of this one; `undefined` when it is no key
 * of the tree's.
 * @param screenful how many lines a page is
 */
export function treeMove(
  key: string,
  lines: readonly JsonLine[],
  at: number,
  screenful: number,
): number | 'fold' | 'unfold' | undefined {
  const line = lines[at];
  if (line === undefined) return undefined;
  const last = lines.length - 1;
  const canUnfold = line.more || (isContainer(line.node) && !line.expanded);
  const canFold = !line.more && isContainer(line.node) && line.expanded;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'PageDown':
      return Math.min(last, at + screenful);
    case 'PageUp':
      return Math.max(0, at - screenful);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowRight':
      if (canUnfold) return 'unfold';
      return (lines[at + 1]?.depth ?? 0) > line.depth ? at + 1 : at;
    case 'ArrowLeft': {
      if (canFold) return 'fold';
      const parent = lines.slice(0, at).findLastIndex(({ depth }) => depth < line.depth);
      return parent === -1 ? at : parent;
    }
    case 'Enter':
    case ' ':
      if (canUnfold) return 'unfold';
      return canFold ? 'fold' : at;
    default:
      return undefined;
  }
}
