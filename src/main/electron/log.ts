/** What the shell has to say about itself. Standard error only; never events, sources or secrets. */
export function log(line: string): void {
  process.stderr.write(`event-audit-viewer: ${line.replaceAll(/\s+/g, ' ')}\n`);
}
