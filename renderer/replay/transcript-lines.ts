/** Painted text as lines, each with the event that it is of. */
import { SEQUENCES } from '../../shared/replay/terminal-text.ts';

export interface TranscriptLine {
  /** Of the event that wrote it, within the session. */
  readonly sequence: number;
  /** With the colours of palette.ts, and no other control. */
  readonly text: string;
}

/** A piece of a line in one look. */
export interface Span {
  readonly text: string;
  /** Classes of transcript.css; '' is plain. */
  readonly look: string;
}

const COLOUR = /\x1b\[(\d+)m/g; // oxlint-disable-line no-control-regex -- the painter's own

/** Looks of the codes that palette.ts writes; what ends one takes it away. */
const LOOKS: Readonly<Record<string, string>> = {
  '1': 'ink-bold',
  '7': 'ink-hidden',
  '31': 'ink-error',
  '32': 'ink-approved',
  '33': 'ink-warning',
  '34': 'ink-prompt',
  '36': 'ink-masked',
  '90': 'ink-note',
  '91': 'ink-denied',
  '93': 'ink-held',
};
const ENDS: Readonly<Record<string, RegExp>> = {
  '22': /^ink-bold$/,
  '27': /^ink-hidden$/,
  '39': /^ink-(?!bold$|hidden$)/,
};

/** What is read of a line. */
export function plainText(text: string): string {
  return text.replace(SEQUENCES, '');
}

/** A line in pieces of one look each. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let looks: string[] = [];
  let at = 0;
  const take = (end: number): void => {
    if (end > at) spans.push({ text: plainText(text.slice(at, end)), look: looks.join(' ') });
  };
  for (const found of text.matchAll(COLOUR)) {
    const [all, code = ''] = found;
    take(found.index);
    at = found.index + all.length;
    const ends = ENDS[code];
    const look = LOOKS[code];
    if (ends !== undefined) looks = looks.filter((known) => !ends.test(known));
    else if (look !== undefined) looks = [...looks, look];
  }
  take(text.length);
  return spans;
}

/** Gathers lines from what events paint one after the other. */
export class LineGatherer {
  readonly #lines: TranscriptLine[] = [];
  #rest: { sequence: number; text: string } | null = null;

  /** A line belongs to the event that wrote on it last: a statement stands behind a prompt that was there before. */
  add(sequence: number, text: string): void {
    if (text === '') return;
    const parts = text.split(/\r?\n/);
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#lines.push({ sequence, text: (this.#rest?.text ?? '') + part });
      this.#rest = null;
    }
    if (last !== '') this.#rest = { sequence, text: (this.#rest?.text ?? '') + last };
  }

  /** The lines so far; `open`: with the one that has not ended. */
  lines(open: boolean): TranscriptLine[] {
    return open && this.#rest !== null ? [...this.#lines, this.#rest] : this.#lines;
  }
}

/** The last of the lines whose event is at most `sequence`; -1 for none. Lines are in the order of their events. */
export function lineAt(lines: readonly TranscriptLine[], sequence: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
