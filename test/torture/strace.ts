/** What a program did to the files of a folder, as strace saw it: for what writes by itself, as SQLite does. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Op } from './power-cut.ts';

const CALLS = 'openat,write,writev,pwrite64,fsync,fdatasync,ftruncate,unlink,rename';

/** Strings up to this length are shown whole; what is written at once is far below it. */
const LONGEST = 4 << 20;

/** Whether strace works here; installs it where we may, and says why when it cannot be had. */
export function haveStrace(): boolean {
  if (process.platform !== 'linux') return unavailable('strace is for Linux');
  if (runsStrace()) return true;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['-qq', 'update'], options);
    spawnSync('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'strace'], options);
  }
  return runsStrace() || unavailable('install the package "strace" and allow ptrace');
}

function runsStrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

function unavailable(why: string): false {
  process.stdout.write(`skipped: power cuts of SQLite volumes need strace: ${why}\n`);
  return false;
}

/** Runs a program under strace and returns what it did to files below `root`; `note` reads lines written to a file as promises. */
export function trace(
  command: readonly string[],
  { root, env, note }: { readonly root: string; readonly env: NodeJS.ProcessEnv; readonly note: Notes },
): Op[] {
  const folder = mkdtempSync(join(tmpdir(), 'strace-'));
  const log = join(folder, 'log');
  const options = ['-f', '-qq', '-y', '-xx', '-s', String(LONGEST), '-e', `trace=${CALLS}`, '-o', log];
  try {
    execFileSync('strace', [...options, ...command], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    return new Reading(root, note).read(readFileSync(log, 'latin1'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Lets every fdatasync of a process, or those of one file, fail or hang from now on: `fault` as in strace(1),
 * "Tampering", such as error=EIO. Ends with the process.
 */
export async function spoilSyncs(pid: number, fault: string, file?: string): Promise<AsyncDisposable> {
  const inject = ['-e', 'trace=fdatasync', '-e', `inject=fdatasync:${fault}`];
  if (file !== undefined) inject.push('-P', file);
  const child = spawn('strace', ['-f', '-o', '/dev/null', ...inject, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(child.stderr, 'data'); // "Process … attached"
  child.stderr.resume();
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A file whose lines are no data but promises. */
export interface Notes {
  readonly path: string;
  readonly read: (line: string) => Op;
}

/** A call, in one line or in two when another thread came between. */
const LINE = /^(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*?)(?: <unfinished \.\.\.>|\) += (-?\d+).*)$/;

class Reading {
  readonly #root: string;
  readonly #note: Notes;
  readonly #ops: Op[] = [];
  /** Arguments of calls that are not finished, by thread. */
  readonly #unfinished = new Map<string, string>();
  readonly #sizes = new Map<string, number>();

  constructor(root: string, note: Notes) {
    this.#root = root;
    this.#note = note;
  }

  read(log: string): Op[] {
    for (const line of log.split('\n')) {
      const [, thread = '', call = '', said = '', result] = LINE.exec(line) ?? [];
      const begun = this.#unfinished.get(thread);
      const args = begun ?? said;
      if (begun === undefined && isSync(call)) this.#sync(args, 'Begin');
      if (result === undefined) {
        if (call !== '') this.#unfinished.set(thread, args);
        continue;
      }
      this.#unfinished.delete(thread);
      if (Number(result) >= 0) this.#take(call, args, Number(result));
    }
    return this.#ops;
  }

  #take(call: string, args: string, result: number): void {
    if (isSync(call)) return this.#sync(args, 'End');
    if (call === 'openat') return this.#open(args);
    if (call === 'unlink') return this.#remove(unquoted(args));
    if (call === 'rename') return this.#rename(args);
    const path = pathOf(args);
    if (path === this.#note.path) return this.#noted(bytesIn(args).toString());
    if (!this.#isOurs(path)) return;
    if (call === 'ftruncate') {
      const bytes = Number(/, (\d+)$/.exec(args)?.[1]);
      this.#ops.push({ kind: 'truncate', path, bytes });
      this.#sizes.set(path, bytes);
      return;
    }
    const end = this.#sizes.get(path) ?? 0;
    const at = call === 'pwrite64' ? Number(/, (\d+)$/.exec(args)?.[1]) : end;
    this.#ops.push({ kind: 'write', path, at, bytes: bytesIn(args).subarray(0, result) });
    this.#sizes.set(path, Math.max(end, at + result));
  }

  #open(args: string): void {
    const path = unquoted(args);
    if (this.#sizes.has(path) && args.includes('O_TRUNC'))
      this.#ops.push({ kind: 'truncate', path, bytes: 0 });
    if (!this.#isOurs(path) || !args.includes('O_CREAT') || this.#sizes.has(path)) return;
    this.#sizes.set(path, 0);
    this.#ops.push({ kind: 'create', path });
  }

  #remove(path: string): void {
    if (this.#sizes.delete(path)) this.#ops.push({ kind: 'remove', path });
  }

  #rename(args: string): void {
    const [from = '', path = ''] = [...args.matchAll(/"([^"]*)"/g)].map(([, name = '']) =>
      unhex(name).toString(),
    );
    const size = this.#sizes.get(from);
    if (size === undefined) return;
    this.#sizes.delete(from);
    this.#sizes.set(path, size);
    this.#ops.push({ kind: 'rename', from, path });
  }

  /** A file, or a folder, which has no size. */
  #sync(args: string, what: 'Begin' | 'End'): void {
    const path = pathOf(args);
    if (this.#sizes.has(path)) this.#ops.push({ kind: `sync${what}`, path });
    else if (path.startsWith(this.#root)) this.#ops.push({ kind: `syncFolder${what}`, path });
  }

  #noted(text: string): void {
    for (const line of text.split('\n')) if (line !== '') this.#ops.push(this.#note.read(line));
  }

  /** What SQLite shares between processes (-shm) is made anew by whoever opens the volume. */
  #isOurs(path: string): boolean {
    return path.startsWith(`${this.#root}/`) && !path.endsWith('-shm');
  }
}

function isSync(call: string): boolean {
  return call === 'fsync' || call === 'fdatasync';
}

/** `21<\x2f\x74>` → /t */
function pathOf(args: string): string {
  return unhex(/^\d+<([^>]*)>/.exec(args)?.[1] ?? '').toString();
}

/** The first string among the arguments. */
function unquoted(args: string): string {
  return unhex(/"([^"]*)"/.exec(args)?.[1] ?? '').toString();
}

/** All strings among the arguments: a write has one, a writev several. */
function bytesIn(args: string): Buffer {
  return Buffer.concat([...args.matchAll(/"([^"]*)"/g)].map(([, text = '']) => unhex(text)));
}

/** `\x2f\x74` → /t */
function unhex(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
