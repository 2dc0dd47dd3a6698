/** The lock in a spool's folder that keeps a second gateway out. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPlace } from './place.ts';
import { SpoolError } from './spool-file.ts';

/**
 * Takes the folder, made when there is none, for this process; returns how to give it back. Throws SPOOL_PLACE where a
 * spool would not be safe, SPOOL_BUSY while another gateway has it.
 */
export function lockSpool(dir: string): () => void {
  checkPlace(dir);
  const path = join(dir, 'lock');
  for (;;) {
    try {
      writeFileSync(path, `${process.pid} ${birthOf(process.pid)}\n`, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = readOrEmpty(path);
    if (isHeld(found)) {
      throw new SpoolError(
        'SPOOL_BUSY',
        `the spool in ${dir} belongs to a running gateway (process ${parseInt(found)}); stop it or name another spool`,
      );
    }
    breakLock(path, found);
  }
}

/** Takes a dead process's lock away, unless somebody else was faster: what was moved must be what was judged. */
function breakLock(path: string, judged: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readOrEmpty(aside) !== judged) linkSync(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Whether the process that wrote this lock still runs: process ids are given anew, above all after a restart. */
function isHeld(lock: string): boolean {
  const [pid = '', birth = ''] = lock.split(' ');
  if (!/^[1-9]\d*$/.test(pid) || Number(pid) === process.pid) return false;
  if (birth !== '' && birth !== birthOf(Number(pid))) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Which start of the machine, and when after it, a process began (proc(5)); '' where nobody says. */
function birthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field is the program's name in brackets and may hold anything; the 22nd is the start, in clock ticks.
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
    return `${boot}/${afterName.split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
