/** What a process and its threads have used, from /proc (proc(5)); null where there is no /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts utime and stime in ticks of USER_HZ, which is 100 on every architecture that Node runs on. */
const TICK_US = 10_000;

/** CPU time by thread id, µs. */
export type CpuTimes = ReadonlyMap<number, number>;

/** CPU used between two readings, µs. */
export interface CpuUsed {
  /** The first thread of the process: Node's event loop. */
  readonly dataPath: number;
  /** The busiest of the other threads: a gateway's shipper. */
  readonly shipper: number;
  readonly total: number;
}

/** CPU times of all threads of a process so far. */
export function readCpu(pid: number): CpuTimes | null {
  const times = new Map<number, number>();
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readStat(`/proc/${pid}/task/${thread}/stat`);
      if (stat !== null) times.set(Number(thread), stat);
    }
  } catch {
    return null;
  }
  return times;
}

/** What was used from one reading to the next by process `pid`. */
export function cpuBetween(pid: number, before: CpuTimes, after: CpuTimes): CpuUsed {
  let [dataPath, shipper, total] = [0, 0, 0];
  for (const [thread, time] of after) {
    const used = time - (before.get(thread) ?? 0);
    total += used;
    if (thread === pid) dataPath = used;
    else shipper = Math.max(shipper, used);
  }
  return { dataPath, shipper, total };
}

/** The memory the process has resident, bytes. */
export function readRss(pid: number): number | null {
  return readStatus(pid, /^VmRSS:\s+(\d+) kB$/m);
}

/** The most it ever had. */
export function readPeakRss(pid: number): number | null {
  return readStatus(pid, /^VmHWM:\s+(\d+) kB$/m);
}

function readStatus(pid: number, line: RegExp): number | null {
  try {
    const found = line.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

/** A thread may end between listing and reading it: then null. */
function readStat(path: string): number | null {
  try {
    const text = readFileSync(path, 'latin1');
    // The command name stands in parentheses and may hold anything; utime and stime are the 12th and 13th field after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return null;
  }
}
