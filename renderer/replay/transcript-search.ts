/** Looks through the whole text of a session, block by block. */
import { clipText } from '../../shared/replay/visible.ts';
import { plainText } from './transcript-lines.ts';
import type { TranscriptSource } from './transcript-source.ts';

export interface Hit {
  readonly block: number;
  readonly line: number;
  readonly sequence: number;
  /** The line around it, and where in that it stands. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface SearchState {
  readonly hits: readonly Hit[];
  /** Blocks that were looked through. */
  readonly done: number;
  readonly all: number;
  /** Whether it goes on no more. */
  readonly over: boolean;
}

/** Hits that are kept: who has more looks for too little. */
export const MOST_HITS = 1_000;

/** Characters shown before a hit, and of its line at all. */
const BEFORE = 40;
const SHOWN = 160;

/** Characters of a line that are looked through. */
const LONGEST_LINE = 100_000;

/** Tells `onState` after each block, until all are done, too many hits are found, or `signal` aborts. Rejects when a block cannot be had. */
export async function searchTranscript(
  source: TranscriptSource,
  pattern: RegExp,
  onState: (state: SearchState) => void,
  signal: AbortSignal,
): Promise<void> {
  const hits: Hit[] = [];
  for (let block = 0; block < source.blocks && hits.length < MOST_HITS; block++) {
    const lines = await source.load(block);
    if (signal.aborted) return;
    for (const [line, { sequence, text }] of lines.entries()) {
      for (const hit of hitsIn(clipText(plainText(text), LONGEST_LINE), pattern))
        if (hits.length < MOST_HITS) hits.push({ block, line, sequence, ...hit });
    }
    const over = block + 1 >= source.blocks || hits.length >= MOST_HITS;
    onState({ hits: [...hits], done: block + 1, all: source.blocks, over });
  }
}

function hitsIn(text: string, pattern: RegExp): Pick<Hit, 'text' | 'from' | 'to'>[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => {
    if (found === '') return [];
    const start = Math.max(0, index - BEFORE);
    const lead = start > 0 ? '…' : '';
    const from = index - start + lead.length;
    return [{ text: lead + clipText(text.slice(start), SHOWN), from, to: from + found.length }];
  });
}
