/** The command line of `npm run bench:gateway`. */
import { parseArgs } from 'node:util';

/** What is measured, in the order it is printed. */
export const WORKLOADS = ['simple', 'prepared', 'bulk', 'idle'] as const;
export type Workload = (typeof WORKLOADS)[number];

/** What lies between client and server. */
export const TARGETS = ['direct', 'pgbouncer', 'pipe', 'process', 'intent', 'policy', 'masked'] as const;
export type TargetName = (typeof TARGETS)[number];

export interface Options {
  /** Times that every cell is measured; the targets take turns within a round. */
  readonly rounds: number;
  /** Length of one run of small statements, s. */
  readonly seconds: number;
  /** How long each target is warmed up before a cell is measured, s. */
  readonly warmUp: number;
  readonly clients: readonly number[];
  readonly workloads: readonly Workload[];
  readonly targets: readonly TargetName[];
  /** pgbench's scale: 100,000 accounts each. */
  readonly scale: number;
  /** Rows of the big result. */
  readonly rows: number;
  /** Big results fetched one after the other in one run. */
  readonly results: number;
  /** Sessions that do nothing. */
  readonly idle: number;
  readonly json: boolean;
}

export const USAGE = `usage: npm run bench:gateway -- [options]
  --rounds N       times that every cell is measured (3)
  --seconds S      length of one run of small statements (10)
  --warm-up S      how long each target is warmed up before a cell (5)
  --clients A,B    numbers of connections (1,8,32)
  --only A,B       ${WORKLOADS.join(',')}
  --targets A,B    ${TARGETS.join(',')}; from process on it is the gateway:
                   policy is process under the shipped policy, masked with a column masked
  --scale N        100,000 accounts each (10)
  --rows N         rows of the big result (1000000)
  --results N      big results fetched in one run (5)
  --idle N         sessions that do nothing (2000)
  --json           one JSON object a figure: { name, value, unit, bar, met }`;

/** An option that cannot be used; the message is for the person at the terminal. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** Reads the command line; throws {@link UsageError}. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    warmUp: positive('warm-up', values['warm-up']),
    clients: values.clients.split(',').map((text) => positive('clients', text)),
    workloads: choose('only', values.only, WORKLOADS),
    targets: choose('targets', values.targets, TARGETS),
    scale: positive('scale', values.scale),
    rows: positive('rows', values.rows),
    results: positive('results', values.results),
    idle: positive('idle', values.idle),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  return understood(
    () =>
      parseArgs({
        args: [...args],
        options: {
          rounds: { type: 'string', default: '3' },
          seconds: { type: 'string', default: '10' },
          'warm-up': { type: 'string', default: '5' },
          clients: { type: 'string', default: '1,8,32' },
          only: { type: 'string', default: WORKLOADS.join(',') },
          targets: { type: 'string', default: TARGETS.join(',') },
          scale: { type: 'string', default: '10' },
          rows: { type: 'string', default: '1000000' },
          results: { type: 'string', default: '5' },
          idle: { type: 'string', default: '2000' },
          json: { type: 'boolean', default: false },
        },
      }).values,
  );
}

/** What `read` makes of a command line; throws {@link UsageError} for what it does not know. */
export function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A whole number from 1. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} takes whole numbers from 1, not ${text}`);
  return value;
}

/** Words out of `known`, in its order, with commas between. */
export function choose<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  const asked = text.split(',');
  const unknown = asked.find((word) => !known.some((value) => value === word));
  if (unknown !== undefined) throw new UsageError(`--${name} knows ${known.join(', ')}, not ${unknown}`);
  return known.filter((value) => asked.includes(value));
}
