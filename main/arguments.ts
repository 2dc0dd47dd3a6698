/** Values of options, read and refused in words. */
import { InvalidArgumentError } from 'commander';

/** 0 stands for any free port. */
export function portOf(text: string): number {
  return integerOf(text, 0, 65_535, 'a port is a number from 0 to 65535');
}

export function countOf(text: string): number {
  return integerOf(text, 1, Number.MAX_SAFE_INTEGER, 'this is a whole number from 1');
}

/** `a,b` as two words. */
export function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function integerOf(text: string, from: number, to: number, refusal: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new InvalidArgumentError(`${refusal}.`);
}
