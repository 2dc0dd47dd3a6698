/**
 * Expressions of a policy's own. They run on V8's second engine, which takes time in proportion to the text whatever the
 * expression is (flag `l`, v8.dev/blog/non-backtracking-regexp); it knows no
 * look-around and no back references.
 * An expression that it cannot run, and a text that takes longer than the budget, count as found: the whole value is masked.
 */
import { setFlagsFromString } from 'node:v8';
import { linearSource } from './linear-pattern.ts';

// Only makes the flag known: no other expression of the process runs differently.
setFlagsFromString('--enable-experimental-regexp-engine');

/** All matches, by the second engine. */
const LINEAR = 'gl';

/**
 * A text is searched in pieces, between which the clock is looked at: of an expression that branches a lot a piece takes tens of ms.
 * The start and end of a piece count as those of a text.
 */
const PIECE = 2 << 10;

/** What is longer, and lies across the end of a piece, may be missed in part. */
const OVERLAP = 1 << 10;

/** How long one value may take, ms: others of the same process wait for it. */
const BUDGET = 50;

/** Null: it counts as found. */
type Searched = readonly [number, number][] | null;

/** What is wrong with an expression, in words; null when it runs. */
export function customProblem(pattern: string): string | null {
  try {
    compiled(pattern);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reason.includes('Cannot be executed')
      ? 'it cannot be run in linear time: no look-around, no flags in it'
      : reason;
  }
}

/** What searches for an expression; `now` is a clock in ms. */
export function customSearch(pattern: string, now: () => number): (text: string) => Searched {
  let expression: RegExp;
  try {
    expression = compiled(pattern);
  } catch {
    return () => null;
  }
  return (text) => search(text, expression, now);
}

/** Expressions are read with flag u first, so that what is no expression is told as everywhere. */
function compiled(pattern: string): RegExp {
  return new RegExp(linearSource(new RegExp(pattern, 'u').source), LINEAR);
}

function search(text: string, expression: RegExp, now: () => number): Searched {
  const found: [number, number][] = [];
  const deadline = text.length > PIECE ? now() + BUDGET : Infinity;
  for (let from = 0; from < text.length || from === 0; from += PIECE) {
    if (from > 0 && now() > deadline) return null;
    const piece = text.slice(from, from + PIECE + OVERLAP);
    for (const { 0: form, index } of piece.matchAll(expression))
      if (form !== '') found.push([from + index, from + index + form.length]);
  }
  return found;
}
