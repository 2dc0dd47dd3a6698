/** The command line of `npm run bench:archive`. */
import { parseArgs } from 'node:util';
import { choose, positive, understood } from '../options.ts';

/** What is measured, in the order it is printed. */
export const PARTS = ['size', 'open', 'lists', 'jumps', 'text', 'facets', 'steps', 'beside'] as const;
export type Part = (typeof PARTS)[number];

export interface ArchiveOptions {
  readonly statements: number;
  readonly seed: number;
  /** Where the archive is made and stays; null: a folder that goes again. */
  readonly keep: string | null;
  /** A folder that an earlier run kept; null: one is made. */
  readonly archive: string | null;
  readonly parts: readonly Part[];
  /** Times that every question is asked with warm caches. */
  readonly rounds: number;
  readonly cold: boolean;
  readonly json: boolean;
}

export const USAGE = `usage: npm run bench:archive -- [options]
  --statements N   how many the archive holds (10000000)
  --seed N         another story of the same shape (1)
  --keep DIR       make the archive in DIR and leave it there
  --archive DIR    ask one that was kept
  --only A,B       ${PARTS.join(',')}
  --rounds N       times that every question is asked (5)
  --no-cold        leave out what is measured with dropped caches
  --json           one JSON object a figure: { name, value, unit, bar, met }`;

/** Reads the command line; throws UsageError. */
export function readArchiveOptions(args: readonly string[]): ArchiveOptions {
  const values = parse(args);
  return {
    statements: positive('statements', values.statements),
    seed: positive('seed', values.seed),
    keep: values.keep ?? null,
    archive: values.archive ?? null,
    parts: choose('only', values.only, PARTS),
    rounds: positive('rounds', values.rounds),
    cold: !values['no-cold'],
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  return understood(
    () =>
      parseArgs({
        args: [...args],
        options: {
          statements: { type: 'string', default: '10000000' },
          seed: { type: 'string', default: '1' },
          keep: { type: 'string' },
          archive: { type: 'string' },
          only: { type: 'string', default: PARTS.join(',') },
          rounds: { type: 'string', default: '5' },
          'no-cold': { type: 'boolean', default: false },
          json: { type: 'boolean', default: false },
        },
      }).values,
  );
}
