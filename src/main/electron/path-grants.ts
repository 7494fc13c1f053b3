/** The files a person chose to write in a save dialog: the only ones a window can have written. */
export interface PathGrants {
  readonly add: (path: string) => void;
  readonly has: (path: string) => boolean;
}

/** Grants last as long as the app runs. */
export function pathGrants(): PathGrants {
  const paths = new Set<string>();
  return { add: (path) => void paths.add(path), has: (path) => paths.has(path) };
}
