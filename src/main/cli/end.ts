/** How the command ends when it can't end in order. */

/**
 * Ends the process by the interrupt that somebody sent, as if nobody had listened to it: at once, whatever its threads are
 * doing. A shell reports 130, as for any program that was interrupted.
 */
export function endByInterrupt(): void {
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
