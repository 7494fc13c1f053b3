/** The most memory that this process had resident since it was last asked, as the kernel kept count of it. */
import { readFileSync, writeFileSync } from 'node:fs';

/** In MB of 1,000,000 bytes; elsewhere than on Linux since the process began. */
export function peakMegabytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return (Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1_024) / 1_000_000;
  } catch {
    return process.resourceUsage().maxRSS / 1_000;
  }
}

/** Counts anew from what is resident now. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Where the kernel keeps no such count, or lets nobody set it back, the peak of the whole process stands.
  }
}
