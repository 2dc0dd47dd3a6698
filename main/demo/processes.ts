/** Other processes of this machine, as far as the system tells. */
import { readFileSync } from 'node:fs';

/** A process as /proc has it (proc_pid_stat(5)): its program's name, its state's letter, its parent. */
export interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
}

/** Null where there is no such process, or no /proc (macOS, Windows). */
export function statOf(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses, and may hold some.
    const end = stat.lastIndexOf(')');
    const [state = '', parent] = stat.slice(end + 2).split(' ');
    return { name: stat.slice(stat.indexOf('(') + 1, end), state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** Whether a process runs. One that ended and that its parent never asked after (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z';
}
