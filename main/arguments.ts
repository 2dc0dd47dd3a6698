/** Values of options, read and refused in words. */
import { InvalidArgumentError } from 'commander';
import { CommandError } from './failure.ts';

/** 0 stands for any free port. */
export function portOf(text: string): number {
  return integerOf(text, 0, 65_535, 'a port is a number from 0 to 65535');
}

export function countOf(text: string): number {
  return integerOf(text, 1, Number.MAX_SAFE_INTEGER, 'this is a whole number from 1');
}

export function sequenceOf(text: string): number {
  return integerOf(text, 0, Number.MAX_SAFE_INTEGER, 'this is a whole number from 0');
}

/** Faster than this nothing could be followed, and `--json` is the way to have it all at once. */
export const MAX_SPEED = 1_000;

export function speedOf(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= MAX_SPEED) return value;
  throw new InvalidArgumentError(`a speed is a number above 0, at most ${MAX_SPEED}.`);
}

/** `a,b` as two words. */
export function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The words of a filter as one text. A term may begin with a minus; an option begins with two, and this one nobody knows. */
export function filterText(words: readonly string[]): string {
  const option = words.find((word) => /^--./.test(word));
  if (option !== undefined) throw new CommandError('BAD_USAGE', `unknown option '${option}'`);
  return words.filter((word) => word !== '--').join(' ');
}

function integerOf(text: string, from: number, to: number, refusal: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new InvalidArgumentError(`${refusal}.`);
}

/** A moment such as 2026-11-22T09:00:00Z, as ms since 1970. */
export function momentOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new InvalidArgumentError('a time is written as 2026-11-22T09:00:00Z.');
}
