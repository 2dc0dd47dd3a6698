/** Whether a crash would leave what this process holds in memory on a disk (I7). */
import { readFileSync } from 'node:fs';

/** False where it cannot be told: elsewhere than on Linux. */
export function coreDumpsOn(): boolean {
  if (process.platform !== 'linux') return false;
  // proc_pid_limits(5): name, soft limit, hard limit, unit. The soft one is what counts.
  const [, soft = '0'] = /^Max core file size\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return soft !== '0';
}
