/** Values that several sections of auditorium.yaml are made of, each with its error text. */
import { z } from 'zod';
import { expected, quantity } from '../shared/notation.ts';

export { expected, notation, parseDuration } from '../shared/notation.ts';

/** What issuers and connections are called. */
export const name = z
  .string(expected('a name'))
  .regex(/^[A-Za-z0-9_.-]{1,63}$/, {
    error: 'must be a name of 1 to 63 letters, digits, dots, hyphens and underscores',
  })
  .meta({ notation: 'a name' });
/** A path as written; config.ts makes it absolute. */
export const path = z.string(expected('a path')).min(1, expected('a path')).meta({ notation: 'a path' });

/** A port; `least` 0 means any free one. */
export const port = (least: number) => {
  const limits = expected(`a port from ${least} to 65535`);
  return z.int(limits).min(least, limits).max(65535, limits);
};

/** A list of texts; `what` is one of them, for messages. */
export const names = (what: string) =>
  z.array(z.string(expected(what)).min(1, expected(what)), expected(`a list of ${what}s`));

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

/** `host:port`, `[IPv6]:port`; null when it is neither. */
export function parseListen(text: string): { host: string; port: number } | null {
  const groups = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[A-Za-z0-9.-]+)):(?<port>\d{1,5})$/.exec(
    text,
  )?.groups;
  const host = groups?.['six'] ?? groups?.['host'];
  const number = Number(groups?.['port']);
  return host !== undefined && number <= 65535 ? { host, port: number } : null;
}
