/** `auditorium replay`: opens the archive, plays the session until its end or until told to end, closes. */
import { openReader } from '../archives.ts';
import { toldToEnd } from '../shutdown.ts';
import { replaySession } from './replay.ts';

export interface PlayOptions {
  readonly archive: string;
  /** A session's id, or the beginning of it. */
  readonly session: string;
  /** Times recorded time. */
  readonly speed: number;
  /** Sequence of the event to begin at. */
  readonly from?: number;
  /** A gateway's configuration, which names keys. */
  readonly config?: string;
  readonly json: boolean;
}

export async function play({ archive, session, config, ...options }: PlayOptions): Promise<void> {
  const told = new AbortController();
  void toldToEnd().then(() => told.abort());
  const reader = await openReader(archive, { config: config ?? null });
  try {
    await replaySession(reader, session, { ...options, out: process.stdout, signal: told.signal });
  } finally {
    await reader.close();
  }
}
