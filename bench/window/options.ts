/** The command line of `npm run bench:window`. */
import { parseArgs } from 'node:util';
import { choose, positive, understood } from '../options.ts';

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

/** Reads the command line; throws UsageError. */
export function readWindowOptions(args: readonly string[]): WindowOptions {
  const values = parse(args);
  return {
    archive: values.archive ?? null,
    statements: positive('statements', values.statements),
    seed: positive('seed', values.seed),
    parts: choose('only', values.only, PARTS),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  return understood(
    () =>
      parseArgs({
        args: [...args],
        options: {
          archive: { type: 'string' },
          statements: { type: 'string', default: '200000' },
          seed: { type: 'string', default: '1' },
          only: { type: 'string', default: PARTS.join(',') },
          json: { type: 'boolean', default: false },
        },
      }).values,
  );
}
