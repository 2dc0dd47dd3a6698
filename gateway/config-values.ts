/** Values that several sections of auditorium.yaml are made of, each with its error text. */
import { z } from 'zod';

/** Error text of one value: what is wrong with it and what it must be. */
export function expected(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing: give ${what}` : `must be ${what}`) };
}

/** What issuers and connections are called. */
export const name = z.string(expected('a name')).regex(/^[A-Za-z0-9_.-]{1,63}$/, {
  error: 'must be a name of 1 to 63 letters, digits, dots, hyphens and underscores',
});
/** A path as written; config.ts makes it absolute. */
export const path = z.string(expected('a path')).min(1, expected('a path'));

/** A port; `least` 0 means any free one. */
export const port = (least: number) => {
  const limits = expected(`a port from ${least} to 65535`);
  return z.int(limits).min(least, limits).max(65535, limits);
};

/** A list of texts; `what` is one of them, for messages. */
export const names = (what: string) =>
  z.array(z.string(expected(what)).min(1, expected(what)), expected(`a list of ${what}s`));

/** Milliseconds of `250ms`, `90s`, `5m`, `1h` or `7d`; null when it is anything else, or nothing. */
export function parseDuration(text: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return quantity(/^(\d{1,9}) ?(ms|s|m|h|d)$/.exec(text), units);
}

/** Bytes of `512KiB`, `64MiB`, `2GiB` or a plain number; null when it is anything else, or nothing. */
export function parseSize(text: string): number | null {
  const units: Readonly<Record<string, number>> = {
    '': 1,
    B: 1,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  };
  return quantity(/^(\d{1,15}) ?(|B|KiB|MiB|GiB|TiB)$/.exec(text), units);
}

function quantity(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | null {
  const value = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** A value written as text in a notation of its own; `parse` answers null for what it does not know. */
export function notation<T>(what: string, parse: (text: string) => T | null) {
  return z.union([z.string(), z.number()], expected(what)).transform((written, context): T => {
    const value = parse(String(written));
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `must be ${what}` });
    return z.NEVER;
  });
}
