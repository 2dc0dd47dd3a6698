/** What the desktop app is started in. */
import type { Package } from '../package.ts';
import type { DesktopFile } from './desktop-file.ts';
import type { DesktopShell } from './shell.ts';
import type { Updater } from './updates/updates.ts';

export interface Surroundings {
  /** The command line behind the program's own name. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  /** What it remembers. */
  readonly file: DesktopFile;
  readonly here: Package;
  readonly say: (line: string) => void;
  /** ms, of a clock that only goes forward. */
  readonly now: () => number;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Calls back after so many ms, unless the function it returns was called. */
  readonly later: (ms: number, then: () => void) => () => void;
  readonly shell: DesktopShell;
  readonly arch: string;
  readonly env: NodeJS.ProcessEnv;
  readonly fetch: typeof fetch;
  /** What fetches and installs new versions; loaded when it is needed. */
  readonly updater: () => Promise<Updater>;
}
