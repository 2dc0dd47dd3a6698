/**
 * Which lines of a transcript are seen. Most blocks are not here, and nobody knows exactly how long they are: a place is
 * therefore a block, a line of it and a shift, and never px from the beginning.
 */
import type { TranscriptLine } from './transcript-lines.ts';
import type { TranscriptSource } from './transcript-source.ts';

/** Height of a line, in px. */
export const LINE = 18;

/** What stands at the upper edge; `shift` px of it are above. */
export interface Top {
  readonly block: number;
  readonly line: number;
  readonly shift: number;
}

/** A line that is seen; undefined text is on its way. */
export interface SeenLine {
  readonly block: number;
  readonly line: number;
  readonly content: TranscriptLine | undefined;
}

type Counted = Pick<TranscriptSource, 'blocks' | 'count'>;

/** The beginning. */
export const START: Top = { block: 0, line: 0, shift: 0 };

/** The place so many px further down, or up; within a transcript of which `height` px are seen. */
export function moved(source: Counted, top: Top, px: number, height: number): Top {
  return earlier(walked(source, top, px), lastTop(source, height));
}

/** The place from which the end is seen. */
export function lastTop(source: Counted, height: number): Top {
  const last = Math.max(0, source.blocks - 1);
  return walked(source, { block: last, line: source.count(last), shift: 0 }, -height);
}

/** A line with `above` px before it, where there are so many. */
export function topAt(source: Counted, block: number, line: number, above: number, height: number): Top {
  return moved(source, { block, line, shift: 0 }, -above, height);
}

/** The lines seen from a place on. */
export function seenLines(
  source: Pick<TranscriptSource, 'blocks' | 'count' | 'lines'>,
  top: Top,
  height: number,
): SeenLine[] {
  const seen: SeenLine[] = [];
  let { block, line } = top;
  const wanted = Math.ceil((height + top.shift) / LINE);
  while (seen.length < wanted && block < source.blocks) {
    if (line >= source.count(block)) {
      block++;
      line = 0;
      continue;
    }
    seen.push({ block, line, content: source.lines(block)?.[line] });
    line++;
  }
  return seen;
}

/** How far a place is, 0–1, and which share of all is seen: for a scroll bar. */
export function shareOf(
  source: Counted,
  top: Top,
  height: number,
): { readonly at: number; readonly seen: number } {
  let before = 0;
  let all = 0;
  for (let block = 0; block < source.blocks; block++) {
    if (block === top.block) before = all + top.line + top.shift / LINE;
    all += source.count(block);
  }
  const room = height / LINE;
  return { at: Math.min(1, before / Math.max(1, all - room)), seen: Math.min(1, room / Math.max(1, all)) };
}

/** The place at a share of the way, 0–1. */
export function topOfShare(source: Counted, share: number, height: number): Top {
  let all = 0;
  for (let block = 0; block < source.blocks; block++) all += source.count(block);
  const lines = Math.max(0, all - height / LINE) * Math.min(1, Math.max(0, share));
  return moved(source, START, lines * LINE, height);
}

function walked(source: Counted, top: Top, px: number): Top {
  let { block } = top;
  let at = top.line * LINE + top.shift + px;
  while (at < 0 && block > 0) {
    block--;
    at += source.count(block) * LINE;
  }
  at = Math.max(0, at);
  while (block < source.blocks - 1 && at >= source.count(block) * LINE) {
    at -= source.count(block) * LINE;
    block++;
  }
  const line = Math.floor(at / LINE);
  return { block, line, shift: at - line * LINE };
}

function earlier(a: Top, b: Top): Top {
  if (a.block !== b.block) return a.block < b.block ? a : b;
  return a.line * LINE + a.shift <= b.line * LINE + b.shift ? a : b;
}
