/**
 * `npm run bench:gateway`: what the recording gateway costs, against a direct connection, pgbouncer where there is one,
 * and a bare pipe of Node, which is the floor. All targets are up during the whole run and take turns in every round, so
 * that a ratio compares neighbours in time; every figure of the gateway counts only if its archive holds what was run.
 */
import { availableParallelism, loadavg } from 'node:os';
import { readPeakRss } from './cpu.ts';
import type { Driver } from './drivers/driver.ts';
import { ownDriver } from './drivers/own.ts';
import { findPgbench } from './drivers/pgbench.ts';
import { measureFdatasync } from './fdatasync.ts';
import { figure, figuresOf, type Figure, type Rounds } from './figures.ts';
import { measureIdle } from './idle.ts';
import { startIdleServer } from './idle-server.ts';
import { measure, type Bench, type Cell, type Sample } from './measure.ts';
import { readOptions, USAGE, UsageError, type Options, type TargetName } from './options.ts';
import { openYoungArchive } from './recorded.ts';
import { barsOf, tableOf } from './report.ts';
import { createTables, startServer } from './server.ts';
import { startTarget } from './targets.ts';

/** As shells report an end by Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;

process.exitCode = await start();

async function start(): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interruption.abort());
  try {
    return await main(readOptions(process.argv.slice(2)), interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) return INTERRUPTED;
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    return 2;
  }
}

/** Measures and prints; 1 when something was not reached. */
async function main(options: Options, signal: AbortSignal): Promise<number> {
  await using stack = new AsyncDisposableStack();
  warnWhenBusy();
  const print = options.json ? printJson : printText;
  const driver = (await findPgbench()) ?? ownDriver;
  const benches = await startBenches(options, stack, signal);
  const fdatasync = measureFdatasync();
  const figures = [figure('fdatasync', fdatasync, 'µs', fdatasync)];
  print(figures, `driven by ${driver.name}; one fdatasync of this disk: ${fdatasync.toFixed(0)} µs\n`);

  for (const cell of cellsOf(options)) {
    const rounds = await measureCell(cell, benches, driver, options, signal);
    const found = figuresOf(cell, rounds, fdatasync);
    print(found, `${tableOf(cell, [...rounds.keys()], found)}\n`);
    figures.push(...found);
  }
  const memory = await memoryFigures(benches, options, signal);
  print(memory, memory.map(({ name, value }) => `${name}: ${value.toFixed(0)} MB`).join('\n'));
  figures.push(...memory);
  if (!options.json) process.stdout.write(`\n${barsOf(figures)}\n`);
  return figures.every(({ met }) => met !== false) ? 0 : 1;
}

/** Others at work make every figure one about them. */
function warnWhenBusy(): void {
  const [load = 0] = loadavg();
  if (load > availableParallelism() / 4)
    process.stderr.write(`this machine is busy (load ${load.toFixed(1)}): take no figure for true\n`);
}

async function startBenches(
  options: Options,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Bench[]> {
  const server = await startServer(stack);
  await createTables(server, options.scale, options.rows);
  const idle = await startIdleServer(stack);
  const benches: Bench[] = [];
  for (const name of options.targets) {
    signal.throwIfAborted();
    const target = await startTarget(name, { server, idle }, stack);
    if (target === null) process.stderr.write(`${name} is not installed: measured without it\n`);
    else
      benches.push({
        target,
        archive: target.archive === null ? null : await openYoungArchive(target.archive),
      });
  }
  for (const { archive } of benches) if (archive !== null) stack.defer(() => archive.close());
  return benches;
}

function cellsOf(options: Options): Cell[] {
  const accounts = options.scale * 100_000;
  return options.workloads.flatMap((workload): Cell[] => {
    if (workload === 'idle') return [];
    if (workload === 'bulk') return [{ workload, rows: options.rows, results: options.results }];
    return options.clients.map((clients) => ({ workload, clients, seconds: options.seconds, accounts }));
  });
}

async function measureCell(
  cell: Cell,
  benches: readonly Bench[],
  driver: Driver,
  { rounds, warmUp }: Options,
  signal: AbortSignal,
): Promise<Rounds> {
  const samples = new Map<TargetName, Sample[]>(benches.map(({ target }) => [target.name, []]));
  // A first round fills caches and lets Node compile; it does not count.
  const first = cell.workload === 'bulk' ? cell : { ...cell, seconds: warmUp };
  for (const bench of benches) await measure(first, bench, driver, signal);
  for (let round = 0; round < rounds; round++) {
    // Another target goes first each time: what the one before leaves behind shall not always meet the same one.
    for (let turn = 0; turn < benches.length; turn++) {
      const bench = benches[(round + turn) % benches.length];
      if (bench !== undefined)
        samples.get(bench.target.name)?.push(await measure(cell, bench, driver, signal));
    }
  }
  return samples;
}

/** Memory with many idle sessions, and the most that each target ever took. */
async function memoryFigures(
  benches: readonly Bench[],
  { workloads, idle }: Options,
  signal: AbortSignal,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { target, archive } of benches) {
    if (!workloads.includes('idle') || archive === null) continue;
    const resident = await measureIdle(target, idle, signal);
    if (resident !== null) figures.push(figure(`idle.${target.name}.rss`, resident / 1e6, 'MB', 0));
  }
  for (const { target } of benches) {
    const peak = target.pid === null ? null : readPeakRss(target.pid);
    if (peak !== null) figures.push(figure(`rss.${target.name}`, peak / 1e6, 'MB', 0));
  }
  return figures;
}

function printJson(figures: readonly Figure[]): void {
  for (const row of figures) process.stdout.write(`${JSON.stringify(row)}\n`);
}

function printText(_figures: readonly Figure[], text: string): void {
  process.stdout.write(`${text}\n`);
}
