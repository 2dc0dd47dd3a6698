/** Starts processes that read files of whoever: what they may take is limited, as far as the system does that. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from './archive/child.ts';

/** What V8 may take: a volume of a million statements takes a tenth of it. */
const HEAP_MB = 2048;

/** All that is not code or files (setrlimit(2), RLIMIT_DATA), KiB: heap, buffers, SQLite's cache. */
const DATA_KIB = 6 * 1024 * 1024;

/** The shell that sets limits which no program can set for another; where there is none, only V8's is set. */
const SHELL = '/bin/sh';

/** Starts the module as a process with a channel, without core dumps. */
export function forkLimited(entry: URL): Child {
  const path = fileURLToPath(entry);
  const heap = `--max-old-space-size=${HEAP_MB}`;
  const canLimit = process.platform === 'linux' && !('electron' in process.versions) && existsSync(SHELL);
  if (!canLimit) return startChild(path, [], { execArgv: [heap] });
  // fork puts the module behind these, which makes it "$@".
  const limited = `ulimit -d ${DATA_KIB}; ulimit -c 0; exec "$0" ${heap} "$@"`;
  return startChild(path, [], {
    execPath: SHELL,
    execArgv: ['-c', limited, process.execPath],
  });
}
