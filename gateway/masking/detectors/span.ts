/** Where something was found in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The detector that found it: one of DETECTORS, or the name of a policy's own. */
  readonly detector: string;
  /** A detector ran out of time and took the whole value. */
  readonly overBudget?: boolean;
}

/** What of a text a detector takes: start and end of each, in any order. */
export type Find = (text: string, label: string) => readonly (readonly [start: number, end: number])[];

const NONE: readonly RegExpExecArray[] = [];

/** All matches; that there is none, which is what most texts say, costs a tenth of asking for all. */
export function matches(text: string, pattern: RegExp): Iterable<RegExpExecArray> {
  return text.search(pattern) < 0 ? NONE : text.matchAll(pattern);
}

/** Spans of several detectors in the order of the text, none within another. */
export function apart(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { ...last, end: span.end };
  }
  return result;
}
