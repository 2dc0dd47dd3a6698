/** The command line of `npm run bench:window`. */
import { parseArgs } from 'node:util';
import { UsageError } from '../options.ts';

/** What is measured, in the order it is printed; each has a file of its own beside this one. */
export const PARTS = ['filter', 'scroll', 'live', 'replay', 'terminal', 'cast'] as const;
export type Part = (typeof PARTS)[number];

export interface WindowOptions {
  /** An archive that is there; null: one is made, and goes again. */
  readonly archive: string | null;
  /** How many statements are made where none is there. */
  readonly statements: number;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly json: boolean;
}

export const USAGE = `usage: npm run bench:window -- [options]
  --archive PATH   an archive that is there: a volume, or a folder of volumes
  --statements N   without --archive: how many one is made with (200000)
  --seed N         another story of the same shape (1)
  --only A,B       ${PARTS.join(',')}
  --json           one JSON object a figure: { name, value, unit, bar, met }`;

/** Reads the command line; throws {@link UsageError}. */
export function readWindowOptions(args: readonly string[]): WindowOptions {
  const values = parse(args);
  const parts = values.only.split(',');
  const unknown = parts.find((word) => !PARTS.some((part) => part === word));
  if (unknown !== undefined) throw new UsageError(`--only knows ${PARTS.join(', ')}, not ${unknown}`);
  return {
    archive: values.archive ?? null,
    statements: positive('statements', values.statements),
    seed: positive('seed', values.seed),
    parts: PARTS.filter((part) => parts.includes(part)),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        archive: { type: 'string' },
        statements: { type: 'string', default: '200000' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: PARTS.join(',') },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} takes whole numbers from 1, not ${text}`);
  return value;
}
