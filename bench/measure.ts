/** One run of one workload through one target. */
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { cpuBetween, readCpu, type CpuUsed } from './cpu.ts';
import type { Driver } from './drivers/driver.ts';
import { connectRaw, query, type RawClient } from './raw-client.ts';
import { awaitRecorded, recordedBytes, type Expected } from './recorded.ts';
import type { Target } from './targets.ts';

/** A column of the table: a workload at a number of clients. */
export type Cell =
  | {
      readonly workload: 'simple' | 'prepared';
      readonly clients: number;
      readonly seconds: number;
      readonly accounts: number;
    }
  | { readonly workload: 'bulk'; readonly rows: number; readonly results: number };

export interface Sample {
  /**
   * Statements a second, or MB a second of what the server sent. Of a target that records, the clock stops when the archive
   * shows all of it: what is only put off is not done.
   */
  readonly rate: number;
  /** The same by the clock that stops with the last answer. */
  readonly answered: number;
  /** µs; of the bulk cell those of whole results. */
  readonly latencies: readonly number[];
  /** Statements, or MB: what CPU is divided by. */
  readonly units: number;
  readonly cpu: CpuUsed | null;
  /** null for targets that do not record. */
  readonly recorded: { readonly lag: number; readonly share: number } | null;
}

/** A target with its archive open for reading, when it has one. */
export interface Bench {
  readonly target: Target;
  readonly archive: ArchiveReader | null;
}

/** Runs once; what the target records is in its archive when this returns, or the sample says what is missing. */
export async function measure(
  cell: Cell,
  bench: Bench,
  driver: Driver,
  signal: AbortSignal,
): Promise<Sample> {
  signal.throwIfAborted();
  return cell.workload === 'bulk' ? drainBulk(cell, bench) : runStatements(cell, bench, driver, signal);
}

type Small = Exclude<Cell, { workload: 'bulk' }>;
type Bulk = Extract<Cell, { workload: 'bulk' }>;

async function runStatements(
  cell: Small,
  bench: Bench,
  driver: Driver,
  signal: AbortSignal,
): Promise<Sample> {
  const { target, archive } = bench;
  const applicationName = runName();
  const { workload: protocol, clients, seconds, accounts } = cell;
  const before = cpuOf(target);
  const result = await driver.run({
    address: target.address,
    applicationName,
    protocol,
    clients,
    seconds,
    accounts,
    signal,
  });
  const ended = performance.now();
  const { statements } = result;
  const expected: Expected = { applicationName, sessions: clients, statements, rows: statements };
  const recorded = archive === null ? null : await awaitRecorded(archive, expected, ended);
  // Read when the archive has it all, so that the shipper's work for these statements counts, and its polling too.
  const cpu = before === null ? null : cpuSince(target, before);
  const answered = result.tps;
  const rate = statements / (statements / answered + (recorded?.lag ?? 0));
  return { rate, answered, latencies: result.latencies, units: statements, cpu, recorded };
}

async function drainBulk({ rows, results }: Bulk, bench: Bench): Promise<Sample> {
  const { target, archive } = bench;
  const applicationName = runName();
  const client = await connectRaw(target.address, applicationName);
  const before = cpuOf(target);
  const runs: Drained[] = [];
  try {
    for (let i = 0; i < results; i++) runs.push(await drainOnce(client, rows));
  } finally {
    await client.close();
  }
  const ended = performance.now();
  const expected: Expected = { applicationName, sessions: 1, statements: results, rows: results * rows };
  const recorded = archive === null ? null : await awaitRecorded(archive, expected, ended);
  const cpu = before === null ? null : cpuSince(target, before);
  const units = sum(runs, ({ bytes }) => bytes) / 1e6;
  const seconds = sum(runs, (run) => run.seconds);
  const rate = units / (seconds + (recorded?.lag ?? 0));
  const latencies = runs.map((run) => run.seconds * 1e6);
  const sample = { rate, answered: units / seconds, latencies, units, cpu };
  if (archive === null || recorded === null) return { ...sample, recorded: null };
  let held = 0;
  for (const session of recorded.sessions) held += await recordedBytes(archive, session);
  const share = Math.min(recorded.share, held / sum(runs, ({ rowBytes }) => rowBytes));
  return { ...sample, recorded: { lag: recorded.lag, share } };
}

/** One big result: bytes of all its messages, and of its description and rows alone. */
interface Drained {
  readonly bytes: number;
  readonly rowBytes: number;
  readonly seconds: number;
}

async function drainOnce(client: RawClient, rows: number): Promise<Drained> {
  const started = performance.now();
  const { bytes, tag } = await client.run(query('SELECT * FROM bulk'));
  const seconds = (performance.now() - started) / 1000;
  if (tag !== `SELECT ${rows}`) throw new Error(`the big result ended in ${tag}, not in SELECT ${rows}`);
  // All but CommandComplete (type, length, tag, NUL) and ReadyForQuery is RowDescription and rows, which the record holds.
  return { bytes, rowBytes: bytes - (5 + tag.length + 1) - 6, seconds };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

let runs = 0;

/** Each run finds its own sessions in the archive by this name. */
function runName(): string {
  runs += 1;
  return `bench-${process.pid}-${runs}`;
}

function cpuOf(target: Target): ReturnType<typeof readCpu> {
  return target.pid === null ? null : readCpu(target.pid);
}

function cpuSince(target: Target, before: NonNullable<ReturnType<typeof readCpu>>): CpuUsed | null {
  const after = cpuOf(target);
  return target.pid === null || after === null ? null : cpuBetween(target.pid, before, after);
}
