/** Reads what rows of a list do not tell of a pair: whole texts, and parameters. */
import type { Closer, ComparedPair } from '../../shared/compare/compare.ts';
import type { Parameter } from '../../shared/replay/parameters.ts';
import type { Segments } from '../player/segments.ts';
import { loadStatement, type StatementDetail } from '../player/statement-detail.ts';

/** A statement of each side as recorded; null where a side has none, or the archive does not hold it. */
export interface PairDetail {
  readonly a: StatementDetail | null;
  readonly b: StatementDetail | null;
}

export interface Sides {
  readonly a: Segments;
  readonly b: Segments;
}

/** Loads both statements of a pair. */
export async function loadPair({ a, b }: Sides, pair: ComparedPair): Promise<PairDetail> {
  const [left, right] = await Promise.all([
    pair.a === null ? null : loadStatement(a, pair.a.sequence),
    pair.b === null ? null : loadStatement(b, pair.b.sequence),
  ]);
  return { a: left, b: right };
}

/** In what two statements differ that were both read; what is missing or redacted is no difference. */
export function closerOf({ a, b }: PairDetail): Closer {
  if (a === null || b === null) return { text: false, parameters: false };
  return {
    text: !a.textMissing && !b.textMissing && a.text !== b.text,
    parameters: a.parameters !== null && b.parameters !== null && !sameValues(a.parameters, b.parameters),
  };
}

function sameValues(a: readonly Parameter[], b: readonly Parameter[]): boolean {
  return a.length === b.length && a.every(({ text }, index) => text === b[index]?.text);
}
