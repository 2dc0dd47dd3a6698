/** Values that settings written by people are made of, each with its error text; for zod schemas of whole files. */
import { z } from 'zod';

/** Error text of one value: what is wrong with it and what it must be. */
export function expected(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing: give ${what}` : `must be ${what}`) };
}

/** A value written as text in a notation of its own; `parse` answers null for what it does not know. References print `what`. */
export function notation<T>(what: string, parse: (text: string) => T | null) {
  return z
    .union([z.string(), z.number()], expected(what))
    .transform((written, context): T => {
      const value = parse(String(written));
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: `must be ${what}` });
      return z.NEVER;
    })
    .meta({ notation: what });
}

/** Milliseconds of `250ms`, `90s`, `5m`, `1h` or `7d`; null when it is anything else, or nothing. */
export function parseDuration(text: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return quantity(/^(\d{1,9}) ?(ms|s|m|h|d)$/.exec(text), units);
}

/** Number times unit of a match's first two groups; null when there is no match, or it comes to nothing. */
export function quantity(
  match: RegExpExecArray | null,
  units: Readonly<Record<string, number>>,
): number | null {
  const value = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
