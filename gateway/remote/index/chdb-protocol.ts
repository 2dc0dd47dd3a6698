/**
 * What the process with ClickHouse in it is asked over its socket, and what it answers: one JSON value a line. The files of an index
 * are one process's at a time, so that everybody on this machine who reads or fills it asks the same one.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineRequest } from './engine.ts';

export interface ChdbAsk {
  readonly id: number;
  readonly request: EngineRequest;
}

export interface ChdbAnswer {
  readonly id: number;
  readonly text: string;
  /** What ClickHouse said; null: nothing went wrong. */
  readonly error: string | null;
}

/** Said to whoever connects: one that is just ending says nothing. */
export const WELCOME: ChdbAnswer = { id: 0, text: '', error: null };

/** What the process says of itself to who started it: it listens, or why it does not. */
export interface ChdbOpened {
  readonly error: string | null;
}

/** The user's own folder for what is kept of indexes beside their files. */
export function engineCache(environment: NodeJS.ProcessEnv): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'auditorium');
}

/** Where the process listens that has a folder: not in it, whose path may be longer than a socket's can be. */
export function socketOf(folder: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\auditorium-index-${name}`;
  return join(engineCache(environment), 'engines', `${name}.sock`);
}
