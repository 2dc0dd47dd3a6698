/** Kinds of values that a policy document is written in. */
import { z } from 'zod';
import { expected, parseDuration } from '../notation.ts';
import { parseNameGlob } from './name-glob.ts';

/** One value or a list of them, read as a list. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z
    .union([item, z.array(item).min(1, { error: 'must not be an empty list: leave it out' })])
    .transform((written) => (Array.isArray(written) ? written : [written]) as readonly z.output<T>[]);
}

/** One or more of the given words. */
export function someOf<const W extends readonly [string, ...string[]]>(words: W) {
  return oneOrMore(z.enum(words, expected(`one of: ${words.join(', ')}`)));
}

/** Any text that is not empty. */
export const word = (what: string) => z.string(expected(what)).min(1, expected(what));

/** One or more texts, `*` for any run of characters. */
export const globs = (what: string) => oneOrMore(word(`${what}, * for any run of characters`));

/** One or more names of tables, columns or functions, of at most `depth` parts. */
export function nameGlobs(what: string, depth: number, example: string) {
  const wanted = expected(`${what} such as ${example}, "quoted" where case matters`);
  return oneOrMore(z.string(wanted).refine((glob) => parseNameGlob(glob, depth) !== null, wanted));
}

/** What rules, tags and detectors are called. */
export const ownName = z.string(expected('a name')).regex(/^[A-Za-z0-9][A-Za-z0-9_. -]{0,62}$/u, {
  error:
    'must be a name of 1 to 63 letters, digits, spaces, dots, hyphens and underscores that begins with a letter or digit',
});

/** How long a statement may be held: less than a second nobody could decide in, and agents do not wait for days. */
const [SHORTEST_HOLD, LONGEST_HOLD] = [1000, 86_400_000];

/** A duration, as milliseconds. */
export const holdTime = z
  .string(expected('a duration from 1s to 1d, such as 10m'))
  .regex(/^\d{1,9} ?(ms|s|m|h|d)$/u, expected('a duration from 1s to 1d, such as 10m'))
  .transform((written) => parseDuration(written) ?? 0)
  .refine((time) => time >= SHORTEST_HOLD && time <= LONGEST_HOLD, expected('a duration from 1s to 1d'));
