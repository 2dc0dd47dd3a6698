/**
 * The process that reads one archive, started by open.ts with its path as argument: SQLite's calls block, and a query gone
 * wild can be stopped in no other way than with its process.
 */
import { flushCompileCache } from 'node:module';
import { constants, setPriority } from 'node:os';
import { ArchiveError } from '../archive.ts';
import { hearParent, leaveWithParent, tellParent } from '../parent.ts';
import { SqliteArchive } from './reader.ts';
import { OPENING, PATIENT, type Answer, type Ask, type Method } from './reader-protocol.ts';
import { warmUps } from './warm-up.ts';

type Methods = Readonly<Record<Method, (...args: readonly unknown[]) => unknown>>;

/** How long nothing is asked before it is warmed up, ms: whoever asks at once, and only once, is not kept. */
const SILENCE_MS = 50;

/** A warm-up that takes longer, ms, is the last: the archive is large and cold, and who asks waits for no more of them. */
const LONG_MS = 200;

const [path = '', manner] = process.argv.slice(2);
leaveWithParent();
if (manner === PATIENT) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const archive = attempt(OPENING, () => new SqliteArchive(path));
if (archive !== null) {
  tell({ id: OPENING, value: null });
  // It is ended without a farewell: what was compiled is kept now, where it is at all (main/compile-cache.ts).
  flushCompileCache();
  const left = manner === PATIENT ? [] : warmUps(archive);
  const warmUp = (): void => {
    const began = performance.now();
    try {
      left.shift()?.();
    } catch {
      // Who asks it is told.
    }
    if (left.length > 0 && performance.now() - began < LONG_MS) silence = setTimeout(warmUp, 0);
  };
  let silence = setTimeout(warmUp, SILENCE_MS);
  hearParent(({ id, method, args }: Ask) => {
    if (left.length > 0) {
      clearTimeout(silence);
      silence = setTimeout(warmUp, SILENCE_MS);
    }
    // What is asked was type-checked by open.ts, the only sender on this channel.
    const methods = archive as unknown as Methods;
    attempt(id, () => tell({ id, value: methods[method](...args) }));
  });
}

function attempt<T>(id: number, action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    tell({ id, code, message: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

function tell(answer: Answer): void {
  tellParent(answer);
}
