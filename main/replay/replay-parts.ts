/** What the host makes of recordings for those who replay them. */
import { join } from 'node:path';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { KeptFiles } from './kept-files.ts';
import { Keyframes } from './keyframes.ts';

export interface ReplayParts {
  /** Null: nothing is kept. */
  readonly kept: KeptFiles | null;
  /** Null: windows play recorded terminals themselves. */
  readonly keyframes: Keyframes | null;
  /** Told when something could not be made or kept; a replay goes on without. */
  readonly report: (error: unknown) => void;
}

export interface ReplayOptions {
  readonly reader: ArchiveReader;
  /** The user's folder for what can be made anew; absent: nothing is kept. */
  readonly cache?: string;
  /** Ends what is being made. */
  readonly closing: AbortSignal;
  readonly report: (error: unknown) => void;
}

/** Bytes of the cache: the outlines and screens of some hundred large sessions. */
const CACHE_BYTES = 1 << 30;

export function openReplayParts({ reader, cache, closing, report }: ReplayOptions): ReplayParts {
  if (cache === undefined) return { kept: null, keyframes: null, report };
  const kept = new KeptFiles(join(cache, 'replay'), CACHE_BYTES);
  const keyframes = new Keyframes({ reader, kept, report });
  closing.addEventListener('abort', () => void keyframes.close());
  return { kept, keyframes, report };
}
