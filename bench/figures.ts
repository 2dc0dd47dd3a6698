/** Samples → figures: what is printed, with the bars that are to be reached. */
import type { Cell, Sample } from './measure.ts';
import type { TargetName } from './options.ts';
import { median, pairedRatios, percentile } from './statistics.ts';

/** One row of `--json`; `bar` and `met` are null where nothing is to be reached. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string | null;
  readonly met: boolean | null;
}

/** What must hold, by the name of the figure. */
const AT_LEAST: Readonly<Record<string, number>> = {
  'simple.8.process.vs-pipe': 0.7,
  'prepared.8.process.vs-pipe': 0.7,
  'bulk.process.vs-direct': 0.7,
};

/** The rounds of one cell, by target. */
export type Rounds = ReadonlyMap<TargetName, readonly Sample[]>;

/** `simple.8`, `bulk`: how figures of a cell begin. */
export function cellName(cell: Cell): string {
  return cell.workload === 'bulk' ? 'bulk' : `${cell.workload}.${cell.clients}`;
}

/** All figures of one cell, target by target. */
export function figuresOf(cell: Cell, rounds: Rounds): Figure[] {
  const figures: Figure[] = [];
  for (const [target, samples] of rounds) {
    const name = `${cellName(cell)}.${target}`;
    const bulk = cell.workload === 'bulk';
    const rates = samples.map(({ rate }) => rate);
    figures.push(
      bulk
        ? figure(`${name}.throughput`, median(rates), 'MB/s')
        : figure(`${name}.tps`, median(rates), '1/s'),
    );
    figures.push(...ratioFigures(name, samples, rounds, target));
    if (!bulk) figures.push(...latencyFigures(name, samples));
    figures.push(...cpuFigures(name, samples, bulk ? 'µs/MB' : 'µs/statement'));
    figures.push(...recordingFigures(name, samples));
  }
  return figures;
}

/** One figure with its bar, if it has one. */
export function figure(name: string, value: number, unit: string): Figure {
  const least = AT_LEAST[name];
  if (least === undefined) return { name, value, unit, bar: null, met: null };
  return { name, value, unit, bar: `>= ${least}`, met: value >= least };
}

function ratioFigures(
  name: string,
  samples: readonly Sample[],
  rounds: Rounds,
  target: TargetName,
): Figure[] {
  return (['direct', 'pipe', 'process'] as const).flatMap((base) => {
    const others = rounds.get(base);
    if (others === undefined || base === target) return [];
    if (base === 'process' && target !== 'intent') return [];
    const ratios = pairedRatios(
      samples.map(({ rate }) => rate),
      others.map(({ rate }) => rate),
    );
    const ratio = `${name}.vs-${base}`;
    return [
      figure(ratio, ratios.median, 'ratio'),
      figure(`${ratio}.min`, ratios.min, 'ratio'),
      figure(`${ratio}.max`, ratios.max, 'ratio'),
    ];
  });
}

function latencyFigures(name: string, samples: readonly Sample[]): Figure[] {
  const all = samples.flatMap(({ latencies }) => latencies);
  return [
    figure(`${name}.latency.p50`, percentile(all, 0.5), 'µs'),
    figure(`${name}.latency.p99`, percentile(all, 0.99), 'µs'),
  ];
}

function cpuFigures(name: string, samples: readonly Sample[], unit: string): Figure[] {
  return (['dataPath', 'shipper', 'total'] as const).flatMap((part) => {
    const each = samples.flatMap(({ cpu, units }) => (cpu === null ? [] : [cpu[part] / units]));
    return each.length === 0 ? [] : [figure(`${name}.cpu.${part}`, median(each), unit)];
  });
}

function recordingFigures(name: string, samples: readonly Sample[]): Figure[] {
  const recorded = samples.flatMap((sample) => sample.recorded ?? []);
  if (recorded.length === 0) return [];
  const share = Math.min(...recorded.map((run) => run.share));
  const exact = recorded.every((run) => run.share === 1);
  return [
    figure(`${name}.lag`, Math.max(...recorded.map(({ lag }) => lag)), 's'),
    { name: `${name}.recorded`, value: exact ? 1 : share, unit: 'ratio', bar: '= 1', met: exact },
  ];
}
